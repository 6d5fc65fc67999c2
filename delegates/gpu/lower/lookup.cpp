#include "delegates/gpu/lower/lookup.h"

#include <fmt/format.h>

#include <cstring>

#include "delegates/gpu/copies.h"
#include "delegates/gpu/lower/elements.h"
#include "delegates/gpu/lower/families.h"
#include "kernels/common/half_float.h"
#include "kernels/reference/evaluate.h"

namespace trireme::gpu {
namespace {

int64_t codesOf(Storage storage) { return storage == Storage::I16 ? 65536 : 256; }
int64_t lowestOf(Storage storage) { return storage == Storage::U8 ? 0 : (storage == Storage::I8 ? -128 : -32768); }

Storage storageOfType(const Graph& graph, ValueId id) {
  return *storageOf(graph.value(id).type.dtype, Precision::Exact, GpuLimits{});
}

// Code number `i`, counted from the lowest and round again.
void putCode(std::vector<std::byte>& bytes, int64_t at, Storage storage, int64_t i) {
  const auto code = int16_t(lowestOf(storage) + i % codesOf(storage));
  std::memcpy(bytes.data() + size_t(at) * bytesOf(storage), &code, bytesOf(storage));
}

// The reference kernel on a node's shape, whose rows are an element each, or this many.
constexpr int64_t kElementsAtOnce = 1024;

// The first code that the kernel refuses when it runs, if it is one that looks.
Status checkAllCodes(const Graph& graph, const Node& node) {
  TRIREME_ASSIGN(const reference::Prepared prepared, reference::prepare(graph, node));
  if (!prepared.check) return {};
  const Storage storage = storageOfType(graph, node.inputs[0]);
  const int64_t elements = graph.value(node.inputs[0]).type.shape.elements();
  std::vector<std::byte> codes(size_t(elements) * bytesOf(storage));
  for (int64_t begin = 0; begin < codesOf(storage); begin += elements) {
    for (int64_t i = 0; i < elements; ++i) putCode(codes, i, storage, begin + i);
    const std::byte* const input = codes.data();
    TRIREME_TRY(prepared.check({std::span(&input, 1), {}, nullptr}));
  }
  return {};
}

std::vector<std::byte> asHalf(const std::vector<std::byte>& floats) {
  std::vector<std::byte> halves(floats.size() / 2);
  for (size_t i = 0; i < floats.size() / 4; ++i) {
    float value;
    std::memcpy(&value, floats.data() + i * 4, 4);
    const uint16_t half = common::halfFromFloat(std::clamp(value, -65504.0f, 65504.0f));
    std::memcpy(halves.data() + i * 2, &half, 2);
  }
  return halves;
}

}  // namespace

bool hasTable(DataType dtype) {
  return dtype == DataType::Int8 || dtype == DataType::UInt8 || dtype == DataType::Bool || dtype == DataType::Int16;
}

std::vector<std::byte> tabulate(const Graph& graph, const Node& node) {
  const Storage from = storageOfType(graph, node.inputs[0]), to = storageOfType(graph, node.outputs[0]);
  const int64_t elements = graph.value(node.inputs[0]).type.shape.elements(), codes = codesOf(from);
  const int64_t batch = std::min(elements, kElementsAtOnce);
  const reference::Prepared prepared = reference::prepare(graph, node).value();
  std::vector<std::byte> in(size_t(batch) * bytesOf(from)), out(size_t(batch) * bytesOf(to));
  std::vector<std::byte> table(size_t(codes) * bytesOf(to));
  for (int64_t begin = 0; begin < codes; begin += batch) {
    for (int64_t i = 0; i < batch; ++i) putCode(in, i, from, begin + i);
    const std::byte* const input = in.data();
    std::byte* const output = out.data();
    prepared.run({std::span(&input, 1), std::span(&output, 1), nullptr},
                 {0, prepared.rows == elements ? batch : int64_t{1}});
    const auto count = size_t(std::min(batch, codes - begin));
    std::copy_n(out.data(), count * bytesOf(to), table.data() + size_t(begin) * bytesOf(to));
  }
  return table;
}

void emitLookup(Emitter& emitter, const Tensor& src, const Tensor& dst, const std::vector<std::byte>& table) {
  const Tensor memory = emitter.weights(dst.storage, codesOf(src.storage), [&](std::span<std::byte> bytes) {
    const std::vector<std::byte> stored = dst.storage == Storage::F16 ? asHalf(table) : table;
    std::copy_n(stored.data(), bytes.size(), bytes.data());
  });
  LookupParams params;
  setRows(emitter, src, dst, params);
  params.lanes = params.channels + int32_t(padLanesOf(emitter, dst));  // rows that became one have none
  params.offset = int32_t(-lowestOf(src.storage));
  constexpr int32_t kRunOfCores = 4096;
  params.run = emitter.limits().cores ? std::min(params.lanes, kRunOfCores) : fewestOfItem(emitter, params.lanes);
  const Extent items = {uint32_t((params.lanes + params.run - 1) / params.run), uint32_t(params.rows), 1};
  emitter.dispatch(Program::Lookup, conversion(dst.storage, src.storage), {}, {src, memory, dst}, params, items,
                   emitter.smallLocal(), 0);
}

Support supportsTable(const LowerQuery& query) {
  const Value& in = query.graph.value(query.node.inputs[0]);
  if (!hasTable(in.type.dtype)) {
    return Support::no(ReasonCode::DataType,
                       fmt::format("input 0 '{}' ({}): only types of at most 65536 codes have a table", in.name,
                                   dataTypeName(in.type.dtype)));
  }
  const Status status = checkAllCodes(query.graph, query.node);
  if (status.ok()) return {};
  return Support::no(ReasonCode::Quantization,
                     fmt::format("some codes are refused when it runs, which a program cannot ({})", status.message()));
}

Status emitTable(Emitter& emitter, const Call& call) {
  const Node& node = emitter.node(call);
  emitLookup(emitter, emitter.read(node.inputs[0], Layout::Any), emitter.write(call.output, Layout::Any),
             tabulate(emitter.graph(), node));
  emitter.say("a table of all codes");
  return {};
}

}  // namespace trireme::gpu
