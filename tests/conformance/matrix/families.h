#pragma once

#include <span>

#include "tests/conformance/matrix/cells.h"

namespace trireme::conformance::matrix {

// One function a family, in families/<family>.cpp.
void addActivations(Cells& cells);
void addBinary(Cells& cells);
void addConcatenation(Cells& cells);
void addConvolutions(Cells& cells);
void addGathers(Cells& cells);
void addMatrixProducts(Cells& cells);
void addPads(Cells& cells);
void addPools(Cells& cells);
void addQuantizations(Cells& cells);
void addReductions(Cells& cells);
void addReshapes(Cells& cells);
void addResizes(Cells& cells);
void addSlices(Cells& cells);
void addTransposeConvolutions(Cells& cells);
void addTransposes(Cells& cells);
std::span<void (*const)(Cells&)> families();

}  // namespace trireme::conformance::matrix
