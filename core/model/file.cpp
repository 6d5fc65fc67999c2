#include "core/model/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/graph/op_table.h"
#include "core/model/allowance.h"

namespace trireme::model {
namespace {

constexpr uint32_t kVersion = 3;
constexpr size_t kIdentifierBegin = 4, kIdentifierEnd = 8;
// FlatBuffers' offsets are 31 bits long; what a larger file holds behind them is reached by Buffer.offset.
constexpr size_t kMaxFlatBufferBytes = std::numeric_limits<int32_t>::max() - 1;

Status notTflite(std::string_view why) { return broken(fmt::format("not a .tflite file: {}", why)); }

Status checkMagic(std::span<const std::byte> bytes) {
  if (bytes.empty()) return notTflite("it is empty");
  if (bytes.size() < kIdentifierEnd) return notTflite(fmt::format("it has only {} bytes", bytes.size()));
  const std::string_view magic(reinterpret_cast<const char*>(bytes.data()) + kIdentifierBegin,
                               kIdentifierEnd - kIdentifierBegin);
  if (magic == fb::ModelIdentifier()) return {};
  if (magic.starts_with("TFL"))
    return notTflite(fmt::format("its identifier is {}, only TFL3 is known", quoted(magic)));
  return notTflite(fmt::format("bytes 4 to 7 are {}, expected 'TFL3'", quoted(magic)));
}

// A table takes at least 8 bytes, so a file that shows more of them shows some many times, to cost us memory.
flatbuffers::Verifier verifierFor(std::span<const std::byte> bytes) {
  constexpr size_t kBytesPerTable = 8, kFloor = 64, kCeiling = 4'000'000;
  flatbuffers::Verifier::Options options;
  options.max_depth = 16;
  options.max_tables = static_cast<flatbuffers::uoffset_t>(std::min(bytes.size() / kBytesPerTable + kFloor, kCeiling));
  return flatbuffers::Verifier(reinterpret_cast<const uint8_t*>(bytes.data()),
                               std::min(bytes.size(), kMaxFlatBufferBytes), options);
}

OpKind kindOf(int32_t code, std::string_view customName, bool& known) {
  constexpr int32_t kCustomCode = 32;
  for (const graph::OpLine& line : graph::opTable()) {
    if (line.code != code) continue;
    if (code != kCustomCode || line.op == OpKind::Custom || line.name == customName) return line.op;
  }
  known = false;
  return OpKind::Custom;
}

Result<OperatorFacts> readOperator(const fb::OperatorCode& code) {
  const int32_t number = std::max<int32_t>(code.deprecated_builtin_code(), code.builtin_code());
  if (number < 0) return broken(fmt::format("the operator's number is {}", number));
  if (code.version() < 1 || code.version() > std::numeric_limits<uint16_t>::max()) {
    return broken(fmt::format("version {} of the operator", code.version()));
  }
  OperatorFacts facts;
  bool known = true;
  facts.op = kindOf(number, text(code.custom_code()), known);
  if (!known) {
    return Status::error(Code::Unsupported, fmt::format("builtin operator {} is newer than this program", number));
  }
  facts.version = static_cast<uint16_t>(code.version());
  if (facts.op == OpKind::Custom) facts.customName = text(code.custom_code());
  return facts;
}

// What lies outside the FlatBuffer, at an offset in the file.
Result<std::span<const std::byte>> slice(const File& file, uint64_t offset, uint64_t size) {
  if (offset <= file.bytes.size() && size <= file.bytes.size() - offset) return file.bytes.subspan(offset, size);
  return broken(fmt::format("{} bytes at offset {} of the file, which has {}", size, offset, file.bytes.size()));
}

}  // namespace

std::string OperatorFacts::name() const {
  return op == OpKind::Custom ? fmt::format("CUSTOM {}", quoted(customName)) : std::string(opName(op));
}

Result<File> openFile(std::span<const std::byte> bytes) {
  TRIREME_TRY(checkMagic(bytes));
  flatbuffers::Verifier verifier = verifierFor(bytes);
  if (!fb::VerifyModelBuffer(verifier)) {
    return broken(fmt::format(
        "damaged .tflite file: its tables do not fit together within {} bytes (cut off, or changed)", bytes.size()));
  }
  File file;
  file.bytes = bytes;
  file.model = fb::GetModel(bytes.data());
  if (file.model->version() != kVersion) {
    return broken(fmt::format("schema version {}, only {} is known", file.model->version(), kVersion));
  }
  Allowance allowance(bytes.size());
  for (uint32_t i = 0; i < count(file.model->operator_codes()); ++i) {
    allowance.spend(file.model->operator_codes()->Get(i)->custom_code());
    TRIREME_TRY(allowance.status());
    auto facts = readOperator(*file.model->operator_codes()->Get(i));
    if (!facts.ok()) return facts.status().during(fmt::format("operator code {}", i));
    file.operators.push_back(std::move(facts).value());
  }
  return file;
}

Result<std::span<const std::byte>> bufferBytes(const File& file, uint32_t buffer) {
  const uint32_t buffers = count(file.model->buffers());
  if (buffer == 0 && buffers == 0) return std::span<const std::byte>();
  if (buffer >= buffers) return broken(fmt::format("there is no buffer {}, the file has {}", buffer, buffers));
  const fb::Buffer& facts = *file.model->buffers()->Get(buffer);
  if (count(facts.data()) > 0) return std::as_bytes(std::span(facts.data()->data(), facts.data()->size()));
  if (facts.offset() <= 1) return std::span<const std::byte>();  // 0 and 1 say: not outside
  auto outside = slice(file, facts.offset(), facts.size());
  if (!outside.ok()) return outside.status().during(fmt::format("buffer {}", buffer));
  return outside;
}

Result<std::span<const std::byte>> customOptions(const File& file, const fb::Operator& node) {
  if (node.large_custom_options_offset() <= 1) {
    if (count(node.custom_options()) == 0) return std::span<const std::byte>();
    return std::as_bytes(std::span(node.custom_options()->data(), node.custom_options()->size()));
  }
  auto outside = slice(file, node.large_custom_options_offset(), node.large_custom_options_size());
  if (!outside.ok()) return outside.status().during("custom options");
  return outside;
}

}  // namespace trireme::model
