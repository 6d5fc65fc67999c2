#include <array>

#include "delegates/cpu/lower/families.h"
#include "delegates/cpu/lowering.h"

namespace trireme::cpu {
namespace {

constexpr std::array kLowerings = {
    Lowering{OpKind::Conv2d, supportsConv2d, lowerConv2d},
    Lowering{OpKind::DepthwiseConv2d, supportsDepthwiseConv2d, lowerDepthwiseConv2d},
    Lowering{OpKind::FullyConnected, supportsFullyConnected, lowerFullyConnected},
    Lowering{OpKind::Reshape, supportsView, lowerView},
    Lowering{OpKind::Squeeze, supportsView, lowerView},
    Lowering{OpKind::ExpandDims, supportsView, lowerView},
};

std::string listed(std::string words, const Support& support) {
  const char* separator = ": ";
  for (const Reason& reason : support.reasons()) {
    words += separator + reason.detail;
    separator = ", ";
  }
  return words;
}

}  // namespace

std::span<const Lowering> lowerings() { return kLowerings; }

Result<Lowered> lowerNode(const LowerContext& context) {
  const Support known = reference::supports(context.graph, context.node);
  if (!known.ok()) return Status::error(Code::Unsupported, listed("not supported", known));
  for (const Lowering& lowering : kLowerings) {
    if (lowering.op != context.node.op) continue;
    const Support support = lowering.supports(context);
    return support.ok() ? lowering.lower(context) : lowerToReference(context, listed("no faster kernel", support));
  }
  return lowerToReference(context, "no faster kernel");
}

std::string nodeName(const Node& node) {
  const std::string number = node.origins.empty() ? "" : std::to_string(node.origins.front()) + " ";
  return "operator " + number + std::string(opName(node.op));
}

}  // namespace trireme::cpu
