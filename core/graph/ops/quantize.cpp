// QUANTIZE, DEQUANTIZE and CAST: the shape stays, the type is the one that the file gives the output.
#include <fmt/format.h>

#include "core/graph/ops/counts.h"
#include "core/graph/ops/rules.h"

namespace trireme::graph {
namespace {

Status inferConversion(InferenceView& view) { return view.setOutput(0, view.output(0).type.dtype, view.shape(0)); }

Status inferDequantize(InferenceView& view) {
  const DataType dtype = view.output(0).type.dtype;
  if (dtype != DataType::Float32 && dtype != DataType::Float16) {
    return view.refuse(fmt::format("the output must be float32 or float16, the file says {}", dataTypeName(dtype)));
  }
  return inferConversion(view);
}

constexpr OpRule kRules[] = {
    {OpKind::Quantize, paramsIndex<NoParams>(), {1, 1}, {1, 1}, inferConversion, elementWork<3>},
    {OpKind::Dequantize, paramsIndex<NoParams>(), {1, 1}, {1, 1}, inferDequantize, elementWork<2>},
    {OpKind::Cast, paramsIndex<NoParams>(), {1, 1}, {1, 1}, inferConversion, elementWork<1>},
};

}  // namespace

std::span<const OpRule> ops::quantizeRules() { return kRules; }

}  // namespace trireme::graph
