// CONV_2D, DEPTHWISE_CONV_2D.
#include <fmt/format.h>

#include <algorithm>

#include "tests/conformance/matrix/families.h"
#include "tests/conformance/matrix/weighted.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr int64_t kMostElements = 3000, kMostMacs = 300000;

struct Kernel {
  int64_t h, w;
};
constexpr Kernel kKernels[] = {{1, 1}, {3, 3}, {5, 5}, {7, 7}, {1, 7}, {3, 1}, {2, 2}};
struct Steps {
  int32_t strideH, strideW, dilationH, dilationW;
};
constexpr Steps kSteps[] = {{1, 1, 1, 1}, {2, 2, 1, 1}, {1, 1, 2, 2}, {1, 2, 1, 1}, {3, 3, 1, 1}, {1, 1, 1, 3}};
constexpr Padding kPaddings[] = {Padding::Same, Padding::Valid};
constexpr int64_t kGroups[] = {1, 1, 2, 1, 3};
constexpr int64_t kMultipliers[] = {1, 2, 1, 3};
constexpr int64_t kBatches[] = {1, 2};

struct Shape2d {
  int64_t batch, h, w, inC, outC;
  Kernel kernel;
  Steps steps;
  Padding padding;
};

// Smaller pictures where the work would be too much, a larger one where a filter without padding would not fit.
void settle(Shape2d& s, int64_t macsAnOutput) {
  Sizes picture = {s.h, s.w};
  const auto most = std::min(kMostElements / std::max(s.inC, s.outC), kMostMacs / std::max<int64_t>(1, macsAnOutput));
  limitElements(picture, std::max<int64_t>(4, most / s.batch));
  s.h = picture[0];
  s.w = picture[1];
  const int64_t reachH = (s.kernel.h - 1) * s.steps.dilationH + 1, reachW = (s.kernel.w - 1) * s.steps.dilationW + 1;
  if (s.padding == Padding::Valid) {
    s.h = std::max(s.h, reachH);
    s.w = std::max(s.w, reachW);
  }
}

std::string describe(const Shape2d& s, Activation activation, bool bias) {
  return fmt::format("{} to {} channels, kernel {}x{}, stride {}x{}, dilation {}x{}, {}, {}, {}bias",
                     text({s.batch, s.h, s.w, s.inC}), s.outC, s.kernel.h, s.kernel.w, s.steps.strideH, s.steps.strideW,
                     s.steps.dilationH, s.steps.dilationW, name(s.padding), name(activation), bias ? "" : "no ");
}

void addConv(Cells& cells, Form form) {
  const std::vector<size_t> levels = {
      kSizes, kSizes, kSizes, kSizes, std::size(kKernels), std::size(kSteps), 2, std::size(kClamps), std::size(kGroups),
      4};
  for (const Choice& c : cells.choose(OpKind::Conv2d, form, levels, 160)) {
    const int64_t groups = pick(kGroups, c[8]);
    Shape2d s{pick(kBatches, c[9]),  pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[2]),
              pick(kOddSizes, c[3]), pick(kKernels, c[4]),  pick(kSteps, c[5]),    pick(kPaddings, c[6])};
    const int64_t filterC = s.inC, taps = s.kernel.h * s.kernel.w * filterC;
    if (groups > 1) {
      s.inC *= groups;
      s.outC *= groups;
    }
    settle(s, taps * s.outC);
    const Activation activation = pick(kClamps, c[7]);
    const bool bias = c[9] != 1, perChannel = c[9] != 2;
    const Weighted types =
        weighted(form, {{s.batch, s.h, s.w, s.inC}, {s.outC, s.kernel.h, s.kernel.w, filterC}, 0, taps, perChannel});
    const std::string parameters = describe(s, activation, bias) + fmt::format(", {} groups", groups) +
                                   (form == Form::Hybrid && !perChannel ? ", one scale" : "");
    cells.add(
        OpKind::Conv2d, form, parameters,
        [&](OpCase& row, support::Random& random) { addWeighted(row, random, types, bias); },
        Conv2dParams{s.padding, activation, s.steps.strideH, s.steps.strideW, s.steps.dilationH, s.steps.dilationW});
  }
}

void addDepthwise(Cells& cells, Form form) {
  const std::vector<size_t> levels = {
      kSizes, kSizes, kSizes, std::size(kMultipliers), std::size(kKernels), std::size(kSteps), 2, std::size(kClamps),
      4};
  for (const Choice& c : cells.choose(OpKind::DepthwiseConv2d, form, levels, 100)) {
    const int64_t multiplier = pick(kMultipliers, c[3]), channels = pick(kOddSizes, c[2]);
    Shape2d s{pick(kBatches, c[8]),  pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), channels,
              channels * multiplier, pick(kKernels, c[4]),  pick(kSteps, c[5]),    pick(kPaddings, c[6])};
    const int64_t taps = s.kernel.h * s.kernel.w;
    settle(s, taps * s.outC);
    const Activation activation = pick(kClamps, c[7]);
    const bool bias = c[8] != 1, perChannel = c[8] != 2;
    const Weighted types =
        weighted(form, {{s.batch, s.h, s.w, s.inC}, {1, s.kernel.h, s.kernel.w, s.outC}, 3, taps, perChannel});
    const std::string parameters = describe(s, activation, bias) + (perChannel ? "" : ", one scale");
    cells.add(
        OpKind::DepthwiseConv2d, form, parameters,
        [&](OpCase& row, support::Random& random) { addWeighted(row, random, types, bias); },
        DepthwiseConv2dParams{s.padding, activation, s.steps.strideH, s.steps.strideW, s.steps.dilationH,
                              s.steps.dilationW, int32_t(multiplier)});
  }
}

}  // namespace

void addConvolutions(Cells& cells) {
  for (const Form form : {Form::Float32, Form::Int8, Form::Int8PerChannel, Form::UInt8, Form::Int16, Form::Hybrid}) {
    addConv(cells, form);
    addDepthwise(cells, form);
  }
}

}  // namespace trireme::conformance::matrix
