// rewrite_models OUT: writes our own sample models there. rewrite_models IN OUT: reads every .tflite below IN and
// writes it again, at the same place below OUT. compare.py --written OUT then asks LiteRT what it thinks of them.

#include <fmt/format.h>

#include <fstream>

#include "core/model/writer.h"
#include "tests/fuzz/sample_models.h"
#include "trireme/interpreter.h"

namespace {

namespace fs = std::filesystem;
using namespace trireme;

Status save(const fs::path& path, std::span<const std::byte> bytes) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.flush() ? Status() : Status::error(Code::Io, fmt::format("'{}' cannot be written", path.string()));
}

Status rewrite(const fs::path& from, const fs::path& to) {
  const auto model = Model::fromFile(from);
  if (!model.ok()) return model.status();
  const Model& read = *model.value();
  model::WriterOptions options;
  options.description = read.description();
  const auto bytes = model::writeModel(read.subgraphs(), read.signatures(), options);
  return bytes.ok() ? save(to, bytes.value()) : bytes.status();
}

int rewriteAll(const fs::path& in, const fs::path& out) {
  int written = 0, refused = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(in)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".tflite") continue;
    const fs::path name = fs::relative(entry.path(), in);
    const Status status = rewrite(entry.path(), out / name);
    (status.ok() ? written : refused) += 1;
    if (!status.ok()) fmt::print("{}: {}\n", name.string(), status.message());
  }
  fmt::print("{} written, {} refused\n", written, refused);
  return written > 0 ? 0 : 1;
}

int writeSamples(const fs::path& out) {
  for (const samples::Sample& sample : samples::sampleModels()) {
    const Status status = save(out / (sample.name + ".tflite"), samples::fileOf(sample));
    if (!status.ok()) {
      fmt::print(stderr, "{}\n", status.message());
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2) return writeSamples(words[1]);
  if (count == 3) return rewriteAll(words[1], words[2]);
  fmt::print(stderr, "usage: rewrite_models [IN] OUT\n");
  return 2;
}
