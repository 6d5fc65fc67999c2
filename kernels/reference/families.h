#pragma once

#include "kernels/reference/evaluate.h"

namespace trireme::reference {

// One function a family, in <family>.cpp: the operators that it implements.
std::span<const Entry> activationKernels();
std::span<const Entry> argMaxKernels();
std::span<const Entry> batchMatmulKernels();
std::span<const Entry> binaryKernels();
std::span<const Entry> depthSpaceKernels();
std::span<const Entry> castKernels();
std::span<const Entry> concatenationKernels();
std::span<const Entry> convKernels();
std::span<const Entry> detectionPostProcessKernels();
std::span<const Entry> fullyConnectedKernels();
std::span<const Entry> gatherKernels();
std::span<const Entry> packKernels();
std::span<const Entry> padKernels();
std::span<const Entry> poolKernels();
std::span<const Entry> preluKernels();
std::span<const Entry> quantizeKernels();
std::span<const Entry> reduceKernels();
std::span<const Entry> reshapeKernels();
std::span<const Entry> resizeKernels();
std::span<const Entry> sliceKernels();
std::span<const Entry> softmaxKernels();
std::span<const Entry> transposeConvKernels();
std::span<const Entry> transposeKernels();
std::span<const Entry> unaryKernels();

}  // namespace trireme::reference
