#include "tools/zoo/generate.h"

#include <fmt/format.h>

#include "core/model/writer.h"
#include "tools/zoo/half_weights.h"
#include "tools/zoo/quantizer.h"

namespace trireme::zoo {
namespace {

constexpr std::array<std::string_view, 3> kForms = {"float32", "float16", "int8"};
constexpr int kSamples = 4;

using Bytes = std::vector<std::byte>;

Result<Bytes> write(const Graph& graph, std::string description) {
  const ValueId in = graph.inputs()[0], out = graph.outputs()[0];
  const Signature signature{
      "serving_default", SubgraphId{0}, {{graph.value(in).name, in}}, {{graph.value(out).name, out}}};
  return model::writeModel(std::span(&graph, 1), std::span(&signature, 1), {std::move(description), {}});
}

Result<Graph> quantized(const Bytes& floats, uint64_t seed) {
  TRIREME_ASSIGN(const auto model, Model::fromBuffer(floats));
  TRIREME_ASSIGN(const Ranges ranges, observeRanges(model, seed, kSamples));
  return quantizeInt8(model->subgraphs()[0], ranges);
}

}  // namespace

std::span<const std::string_view> formNames() { return kForms; }

Result<Form> findForm(std::string_view name) {
  std::string known;
  for (size_t i = 0; i < kForms.size(); ++i) {
    if (kForms[i] == name) return static_cast<Form>(i);
    known += (known.empty() ? "" : ", ") + std::string(kForms[i]);
  }
  return Status::error(Code::InvalidArgument, fmt::format("there is no type '{}'; the zoo writes: {}", name, known));
}

Result<Bytes> generate(const Network& network, Form form, uint64_t seed) {
  const std::string description =
      fmt::format("trireme zoo: {} {}, seed {}", network.name, kForms[static_cast<size_t>(form)], seed);
  Bytes floats;
  {
    TRIREME_ASSIGN(const Graph graph, network.build(seed));
    if (form == Form::Float16) {
      TRIREME_ASSIGN(const Graph half, halveWeights(graph));
      return write(half, description);
    }
    TRIREME_ASSIGN(floats, write(graph, description));
  }
  if (form == Form::Float32) return floats;
  TRIREME_ASSIGN(const Graph codes, quantized(floats, seed));
  return write(codes, description);
}

}  // namespace trireme::zoo
