#include "tests/conformance/cases.h"

#include <iterator>

namespace trireme::conformance {

const Cases& allCases() {
  static const Cases kAll = [] {
    Cases all;
    for (Cases (*family)() :
         {activationCases, argMaxCases, batchMatmulCases, binaryCases,    blockCases,          castCases,
          concatCases,     convCases,   depthwiseCases,   detectionCases, fullyConnectedCases, gatherCases,
          packCases,       padCases,    poolCases,        quantizeCases,  reduceCases,         reshapeCases,
          resizeCases,     sliceCases,  softmaxCases,     transposeCases, transposeConvCases,  unaryCases}) {
      Cases some = family();
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
  }();
  return kAll;
}

}  // namespace trireme::conformance
