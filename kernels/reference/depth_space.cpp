// DEPTH_TO_SPACE, SPACE_TO_DEPTH: channels and squares of block x block positions change places.

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

// Sizes of the deep side: height, width, and the channels of one position of the spread side.
struct Block {
  int64_t batch = 0, height = 0, width = 0, channels = 0, size = 1;
};

StridedCopy depthToSpaceCopy(const Block& b, int64_t elementBytes) {
  const int64_t deep = b.size * b.size * b.channels;
  StridedCopy copy(elementBytes);
  copy.addDim(b.batch, b.height * b.width * deep);
  copy.addDim(b.height, b.width * deep);
  copy.addDim(b.size, b.size * b.channels);
  copy.addDim(b.width, deep);
  copy.addDim(b.size, b.channels);
  copy.addDim(b.channels, 1);
  return copy;
}

StridedCopy spaceToDepthCopy(const Block& b, int64_t elementBytes) {
  const int64_t spreadRow = b.width * b.size * b.channels;
  StridedCopy copy(elementBytes);
  copy.addDim(b.batch, b.height * b.size * spreadRow);
  copy.addDim(b.height, b.size * spreadRow);
  copy.addDim(b.width, b.size * b.channels);
  copy.addDim(b.size, spreadRow);
  copy.addDim(b.size, b.channels);
  copy.addDim(b.channels, 1);
  return copy;
}

bool depthToSpace(const Node& node) { return node.op == OpKind::DepthToSpace; }

Block blockOf(const Graph& graph, const Node& node) {
  const Shape& deep = depthToSpace(node) ? inputType(graph, node, 0).shape : outputType(graph, node).shape;
  const int64_t size = node.as<BlockParams>().blockSize;
  return {deep.dim(0), deep.dim(1), deep.dim(2), deep.dim(3) / (size * size), size};
}

Support supportsBlock(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(1, 1)) return std::move(questions).answer();
  askMovable(questions, 0);
  const int64_t size = node.as<BlockParams>().blockSize;
  // Squares of sizes up to 2^15 and dimensions times a size stay far from overflow.
  const bool sized = questions.require(size >= 1 && size <= 32768, ReasonCode::Parameter,
                                       "the block size " + std::to_string(size) + " is not from 1 to 32768");
  if (!questions.inputRank(0, 4, 4) || !sized) return std::move(questions).answer();
  const Shape& in = inputType(graph, node, 0).shape;
  if (depthToSpace(node)) {
    const bool divides = questions.require(
        in.dim(3) % (size * size) == 0, ReasonCode::Parameter,
        nameInput(graph, node, 0) + ": the channels are not a multiple of the block's " + std::to_string(size * size));
    const auto height = checkedProduct({in.dim(1), size}), width = checkedProduct({in.dim(2), size});
    if (divides && questions.require(height && width, ReasonCode::Limit, "the output is larger than 2^62")) {
      questions.outputShape({in.dim(0), *height, *width, in.dim(3) / (size * size)});
    }
  } else {
    const bool divides = questions.require(
        in.dim(1) % size == 0 && in.dim(2) % size == 0, ReasonCode::Parameter,
        nameInput(graph, node, 0) + ": height and width are not multiples of the block size " + std::to_string(size));
    const auto channels = checkedProduct({in.dim(3), size, size});
    if (divides && questions.require(channels.has_value(), ReasonCode::Limit, "the output is larger than 2^62")) {
      questions.outputShape({in.dim(0), in.dim(1) / size, in.dim(2) / size, *channels});
    }
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareBlock(const Graph& graph, const Node& node) {
  const int64_t elementBytes = bytesPerElement(inputType(graph, node, 0).dtype);
  const Block block = blockOf(graph, node);
  const StridedCopy copy =
      depthToSpace(node) ? depthToSpaceCopy(block, elementBytes) : spaceToDepthCopy(block, elementBytes);
  const int64_t elements = elementCount(outputType(graph, node));
  Prepared prepared;
  prepared.rows = elementRows(elements);
  prepared.run = [copy, elements](const Operands& operands, Rows rows) {
    copy.run(operands.inputs[0], operands.outputs[0], elementsOf(rows, elements));
  };
  return prepared;
}

}  // namespace

std::span<const Entry> depthSpaceKernels() {
  static constexpr Entry kEntries[] = {{OpKind::DepthToSpace, supportsBlock, prepareBlock},
                                       {OpKind::SpaceToDepth, supportsBlock, prepareBlock}};
  return kEntries;
}

}  // namespace trireme::reference
