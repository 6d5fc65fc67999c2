#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {

std::span<void (*const)(Cells&)> families() {
  static constexpr void (*kFamilies[])(Cells&) = {addConvolutions,   addTransposeConvolutions,
                                                  addMatrixProducts, addPools,
                                                  addBinary,         addActivations,
                                                  addReductions,     addConcatenation,
                                                  addPads,           addResizes,
                                                  addSlices,         addReshapes,
                                                  addTransposes,     addGathers,
                                                  addQuantizations};
  return kFamilies;
}

}  // namespace trireme::conformance::matrix
