#pragma once

#include "kernels/reference/operands.h"

namespace trireme::reference {

// A kernel that maps each element of input 0 to the element of output 0 at the same place; a row is an element.
template <class In, class Out, class Function>
Prepared mapElements(const TensorType& type, Function function) {
  Prepared prepared;
  prepared.rows = type.shape.elements();
  prepared.run = [function = std::move(function)](const Operands& operands, Rows rows) {
    const In* from = input<In>(operands, 0);
    Out* to = output<Out>(operands);
    for (int64_t i = rows.begin; i < rows.end; ++i) to[i] = function(from[i]);
  };
  return prepared;
}

}  // namespace trireme::reference
