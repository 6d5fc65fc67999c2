// AVERAGE_POOL_2D, MAX_POOL_2D.
#include <fmt/format.h>

#include <algorithm>

#include "tests/conformance/matrix/families.h"
#include "tests/conformance/matrix/weighted.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Padding kPaddings[] = {Padding::Same, Padding::Valid};
struct Window {
  int32_t h, w, strideH, strideW;
};
constexpr Window kWindows[] = {{2, 2, 2, 2}, {3, 3, 2, 2}, {3, 3, 1, 1}, {1, 1, 2, 2},
                               {2, 3, 1, 2}, {7, 7, 1, 1}, {5, 1, 3, 1}, {0, 0, 1, 1}};  // the last: the whole picture

void addPool(Cells& cells, OpKind op, Form form) {
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, std::size(kWindows), 2, std::size(kClamps), 2};
  for (const Choice& c : cells.choose(op, form, levels, 70)) {
    Sizes dims = {c[6] == 0 ? 1 : 3, pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[2])};
    limitElements(dims, 3000);
    Window window = pick(kWindows, c[3]);
    const Padding padding = pick(kPaddings, c[4]);
    if (window.h == 0) window = {int32_t(dims[1]), int32_t(dims[2]), 1, 1};
    if (padding == Padding::Valid) {
      dims[1] = std::max<int64_t>(dims[1], window.h);
      dims[2] = std::max<int64_t>(dims[2], window.w);
    }
    const Activation activation = pick(kClamps, c[5]);
    cells.add(
        op, form,
        fmt::format("{}, window {}x{}, stride {}x{}, {}, {}", text(dims), window.h, window.w, window.strideH,
                    window.strideW, name(padding), name(activation)),
        [&](OpCase& row, support::Random& random) {
          const TensorType type = tensor(form, dims);
          row.in(type, values(type, random, Spread::Wide)).out(tensor(form, {}));
        },
        Pool2dParams{padding, activation, window.strideH, window.strideW, window.h, window.w});
  }
}

}  // namespace

void addPools(Cells& cells) {
  for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) {
    addPool(cells, OpKind::AveragePool2d, form);
    addPool(cells, OpKind::MaxPool2d, form);
  }
}

}  // namespace trireme::conformance::matrix
