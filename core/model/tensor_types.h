#pragma once

#include "core/model/file.h"

namespace trireme::model {

// What a tensor of the file says about itself, or the first field that is broken. `declared` is the shape_signature
// where there is one.
struct TensorFacts {
  TensorType type;
  Shape declared;
};
Result<TensorFacts> readTensor(const File& file, const fb::SubGraph& graph, const fb::Tensor& tensor);

}  // namespace trireme::model
