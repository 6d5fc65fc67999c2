#pragma once

#include "tests/conformance/op_case.h"

namespace trireme::conformance {

using Cases = std::vector<OpCase>;
// One function a family, in cases/<family>_cases.cpp.
Cases activationCases();
Cases argMaxCases();
Cases batchMatmulCases();
Cases binaryCases();
Cases blockCases();
Cases castCases();
Cases concatCases();
Cases convCases();
Cases depthwiseCases();
Cases detectionCases();
Cases fullyConnectedCases();
Cases gatherCases();
Cases packCases();
Cases padCases();
Cases poolCases();
Cases quantizeCases();
Cases reduceCases();
Cases reshapeCases();
Cases resizeCases();
Cases sliceCases();
Cases softmaxCases();
Cases transposeCases();
Cases transposeConvCases();
Cases unaryCases();

const Cases& allCases();

}  // namespace trireme::conformance
