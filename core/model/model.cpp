#include <fmt/format.h>

#include <cstring>
#include <map>
#include <mutex>

#include "core/base/mapped_file.h"
#include "core/model/file.h"
#include "core/model/place.h"
#include "core/model/reader.h"
#include "core/model/verifier.h"
#include "core/model/zip.h"
#include "trireme/interpreter.h"

namespace trireme {

// What a model consists of. Graphs and attached files point into `bytes`, which `owner` keeps, or the caller.
struct Model::Impl {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
  std::string description;
  model::Contents contents;
  std::vector<std::pair<std::string, std::span<const std::byte>>> buffers;  // the file's metadata, by name
  std::vector<model::ZipEntry> attached;
  std::vector<std::string> attachedNames;
  mutable std::mutex mutex;
  mutable std::map<std::string, std::vector<std::byte>, std::less<>> unpacked;  // by `mutex`
};

namespace {

constexpr size_t kAlignment = 16;

Status readImpl(Model::Impl& impl) {
  TRIREME_ASSIGN(const model::File file, model::openFile(impl.bytes));
  TRIREME_TRY(model::verifyFile(file));
  TRIREME_ASSIGN(impl.contents, model::readFile(file, impl.owner));
  impl.description = model::text(file.model->description());
  for (uint32_t i = 0; i < model::count(file.model->metadata()); ++i) {
    const auto& entry = *file.model->metadata()->Get(i);
    TRIREME_ASSIGN(const std::span<const std::byte> bytes, model::bufferBytes(file, entry.buffer()));
    impl.buffers.emplace_back(model::text(entry.name()), bytes);
  }
  TRIREME_ASSIGN(impl.attached, model::listZip(impl.bytes));
  for (const model::ZipEntry& entry : impl.attached) impl.attachedNames.push_back(entry.name);
  return {};
}

Result<std::shared_ptr<const Model>> makeModel(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  auto impl = std::make_unique<Model::Impl>();
  impl->owner = std::move(owner);
  impl->bytes = bytes;
  TRIREME_TRY(readImpl(*impl));
  return std::make_shared<const Model>(std::unique_ptr<const Model::Impl>(std::move(impl)));
}

}  // namespace

Model::Model(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

Result<std::shared_ptr<const Model>> Model::fromFile(const std::filesystem::path& path, Loading loading) {
  TRIREME_ASSIGN(const std::shared_ptr<const base::FileBytes> file,
                 loading == Loading::Map ? base::FileBytes::map(path) : base::FileBytes::read(path));
  auto model = makeModel(file->bytes(), file);
  if (!model.ok()) return model.status().during(fmt::format("'{}'", path.string()));
  return model;
}

Result<std::shared_ptr<const Model>> Model::fromBuffer(std::span<const std::byte> bytes) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % kAlignment == 0) return makeModel(bytes, nullptr);
  // Tables are read in place, so they must lie where their numbers can be read.
  struct alignas(kAlignment) Block {
    std::byte bytes[kAlignment];
  };
  const std::shared_ptr<Block[]> copy(new Block[(bytes.size() + kAlignment - 1) / kAlignment]);
  if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
  return makeModel({reinterpret_cast<const std::byte*>(copy.get()), bytes.size()}, copy);
}

std::span<const Graph> Model::subgraphs() const { return impl_->contents.subgraphs; }
std::span<const Signature> Model::signatures() const { return impl_->contents.signatures; }
std::string_view Model::description() const { return impl_->description; }
std::span<const std::byte> Model::bytes() const { return impl_->bytes; }
std::span<const std::string> Model::metadataFiles() const { return impl_->attachedNames; }

Result<std::span<const std::byte>> Model::metadata(std::string_view name) const {
  for (const model::ZipEntry& entry : impl_->attached) {
    if (entry.name != name) continue;
    const std::lock_guard lock(impl_->mutex);
    auto found = impl_->unpacked.find(name);
    if (found == impl_->unpacked.end()) {
      TRIREME_ASSIGN(std::vector<std::byte> bytes, model::unpack(entry, model::kMaxExpandedBytes));
      found = impl_->unpacked.emplace(name, std::move(bytes)).first;
    }
    return std::span<const std::byte>(found->second);
  }
  for (const auto& [known, bytes] : impl_->buffers) {
    if (known == name) return bytes;
  }
  return Status::error(Code::InvalidArgument, fmt::format("the model has no metadata {}", model::quoted(name)));
}

}  // namespace trireme
