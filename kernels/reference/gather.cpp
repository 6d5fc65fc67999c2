// GATHER, GATHER_ND. Indices are checked before the operator runs.

#include <cstring>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

int64_t indexAt(const std::byte* indices, DataType dtype, int64_t i) {
  switch (dtype) {
    case DataType::Int64:
      return reinterpret_cast<const int64_t*>(indices)[i];
    case DataType::Int16:
      return reinterpret_cast<const int16_t*>(indices)[i];
    default:
      return reinterpret_cast<const int32_t*>(indices)[i];
  }
}

Status outside(int64_t index, int64_t at, int64_t limit) {
  return Status::error(Code::InvalidArgument, "index " + std::to_string(index) + " at position " + std::to_string(at) +
                                                  " is outside of 0 to " + std::to_string(limit - 1));
}

// batch x outer x axis x inner of the input; batch x indices of the positions.
struct GatherPlan {
  int64_t batch = 1, outer = 1, axis = 0, inner = 1, indices = 1;
};
struct GatherAxes {
  int axis = 0, batchDims = 0;
};
Result<GatherAxes> gatherAxes(const Shape& in, const Shape& positions, const GatherParams& params) {
  TRIREME_ASSIGN(const int axis, resolveAxis(params.axis, in.rank()));
  const int64_t batch = params.batchDims < 0 ? int64_t(params.batchDims) + positions.rank() : params.batchDims;
  if (batch < 0 || batch > axis || batch > positions.rank()) {
    return Status::error(Code::InvalidArgument, "batch_dims " + std::to_string(params.batchDims) +
                                                    " does not fit axis " + std::to_string(axis) +
                                                    " and indices of rank " + std::to_string(positions.rank()));
  }
  return GatherAxes{axis, int(batch)};
}

Support supportsGather(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  askMovable(questions, 0);
  questions.inputDtype(1, {DataType::Int32, DataType::Int64, DataType::Int16});
  const Shape& in = inputType(graph, node, 0).shape;
  const Shape& positions = inputType(graph, node, 1).shape;
  const auto axes = gatherAxes(in, positions, node.as<GatherParams>());
  if (!questions.require(axes.ok(), ReasonCode::Parameter, axes.status().message())) {
    return std::move(questions).answer();
  }
  const auto [axis, batchDims] = axes.value();
  std::vector<int64_t> dims(in.dims().begin(), in.dims().begin() + axis);
  for (int i = 0; i < batchDims; ++i) {
    questions.require(
        in.dim(i) == positions.dim(i), ReasonCode::Parameter,
        nameInput(graph, node, 0) + " and " + nameInput(graph, node, 1) + " differ in batch axis " + std::to_string(i));
  }
  dims.insert(dims.end(), positions.dims().begin() + batchDims, positions.dims().end());
  dims.insert(dims.end(), in.dims().begin() + axis + 1, in.dims().end());
  questions.outputShape(dims);
  return std::move(questions).answer();
}

Result<Prepared> prepareGather(const Graph& graph, const Node& node) {
  const TensorType& in = inputType(graph, node, 0);
  const TensorType& positions = inputType(graph, node, 1);
  TRIREME_ASSIGN(const GatherAxes axes, gatherAxes(in.shape, positions.shape, node.as<GatherParams>()));
  const GatherPlan plan{productOf(in.shape, 0, axes.batchDims), productOf(in.shape, axes.batchDims, axes.axis),
                        in.shape.dim(axes.axis), productOf(in.shape, axes.axis + 1, in.shape.rank()),
                        productOf(positions.shape, axes.batchDims, positions.shape.rank())};
  const bool empty = elementCount(outputType(graph, node)) == 0;
  Prepared prepared;
  // A row is one slice of `inner` elements.
  prepared.rows = empty ? 0 : plan.batch * plan.outer * plan.indices;
  prepared.check = [plan, dtype = positions.dtype, count = elementCount(positions)](const Operands& operands) {
    for (int64_t i = 0; i < count; ++i) {
      const int64_t index = indexAt(operands.inputs[1], dtype, i);
      if (index < 0 || index >= plan.axis) return outside(index, i, plan.axis);
    }
    return Status();
  };
  prepared.run = [plan, dtype = positions.dtype, elementBytes = bytesPerElement(in.dtype)](const Operands& operands,
                                                                                           Rows rows) {
    const int64_t sliceBytes = plan.inner * elementBytes;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      const int64_t block = row / plan.indices, i = row % plan.indices;
      const int64_t index = indexAt(operands.inputs[1], dtype, block / plan.outer * plan.indices + i);
      std::memcpy(operands.outputs[0] + row * sliceBytes, operands.inputs[0] + (block * plan.axis + index) * sliceBytes,
                  size_t(sliceBytes));
    }
  };
  return prepared;
}

// The last axis of the indices names the first axes of the input.
Support supportsGatherNd(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(2, 2)) return std::move(questions).answer();
  askMovable(questions, 0);
  questions.inputDtype(1, {DataType::Int32, DataType::Int64, DataType::Int16});
  const Shape& in = inputType(graph, node, 0).shape;
  const Shape& indices = inputType(graph, node, 1).shape;
  const bool ranked = questions.require(in.rank() >= 1 && indices.rank() >= 1, ReasonCode::Rank,
                                        "the input and the indices must have rank 1 or more");
  if (!ranked) return std::move(questions).answer();
  const int64_t named = indices.dim(indices.rank() - 1);
  if (questions.require(
          named <= in.rank(), ReasonCode::Parameter,
          nameInput(graph, node, 1) + " names " + std::to_string(named) + " axes of " + nameInput(graph, node, 0))) {
    std::vector<int64_t> dims(indices.dims().begin(), indices.dims().end() - 1);
    dims.insert(dims.end(), in.dims().begin() + named, in.dims().end());
    questions.outputShape(dims);
  }
  return std::move(questions).answer();
}

Result<Prepared> prepareGatherNd(const Graph& graph, const Node& node) {
  const Shape in = inputType(graph, node, 0).shape;
  const TensorType& indices = inputType(graph, node, 1);
  const int last = indices.shape.rank() - 1, named = int(indices.shape.dim(last));
  const int64_t tuples = productOf(indices.shape, 0, last);
  const bool empty = elementCount(outputType(graph, node)) == 0;
  Prepared prepared;
  prepared.rows = empty ? 0 : tuples;
  prepared.check = [in, dtype = indices.dtype, named, tuples](const Operands& operands) {
    for (int64_t i = 0; i < tuples * named; ++i) {
      const int64_t index = indexAt(operands.inputs[1], dtype, i), limit = in.dim(int(i % named));
      if (index < 0 || index >= limit) return outside(index, i, limit);
    }
    return Status();
  };
  prepared.run = [in, dtype = indices.dtype, named, elementBytes = bytesPerElement(inputType(graph, node, 0).dtype)](
                     const Operands& operands, Rows rows) {
    const int64_t sliceBytes = productOf(in, named, in.rank()) * elementBytes;
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      int64_t slice = 0;
      for (int k = 0; k < named; ++k) {
        slice = slice * in.dim(k) + indexAt(operands.inputs[1], dtype, row * named + k);
      }
      std::memcpy(operands.outputs[0] + row * sliceBytes, operands.inputs[0] + slice * sliceBytes, size_t(sliceBytes));
    }
  };
  return prepared;
}

}  // namespace

std::span<const Entry> gatherKernels() {
  static constexpr Entry kEntries[] = {{OpKind::Gather, supportsGather, prepareGather},
                                       {OpKind::GatherNd, supportsGatherNd, prepareGatherNd}};
  return kEntries;
}

}  // namespace trireme::reference
