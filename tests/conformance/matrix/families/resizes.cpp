// RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
struct Flags {
  ResizeParams params;
  const char* name;
};
constexpr Flags kFlags[] = {{{false, false}, "plain"},
                            {{true, false}, "align_corners"},
                            {{false, true}, "half_pixel_centers"},
                            {{true, true}, "align_corners and half_pixel_centers"}};

void addResize(Cells& cells, OpKind op, Form form) {
  const bool bilinear = op == OpKind::ResizeBilinear;  // both flags exclude each other
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, kSizes, kSizes, bilinear ? size_t(3) : size_t(4)};
  for (const Choice& c : cells.choose(op, form, levels, 60)) {
    Sizes dims = {1 + int64_t(c[4] % 2), pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[4])};
    limitElements(dims, 2000);
    Sizes to = {pick(kOddSizes, c[2]), pick(kOddSizes, c[3])};
    limitElements(to, std::max<int64_t>(1, 4000 / (dims[0] * dims[3])));
    const Flags& flags = pick(kFlags, c[5]);
    cells.add(
        op, form, fmt::format("{} to {}, {}", text(dims), text(to), flags.name),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          row.in(in, values(in, random, bilinear ? Spread::Moderate : Spread::Wide));
          row.constant(plain(DataType::Int32, {2}), std::vector<int32_t>{int32_t(to[0]), int32_t(to[1])});
          row.out(tensor(form, {}));
        },
        flags.params);
  }
}

}  // namespace

void addResizes(Cells& cells) {
  for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) {
    addResize(cells, OpKind::ResizeBilinear, form);
    addResize(cells, OpKind::ResizeNearestNeighbor, form);
  }
}

}  // namespace trireme::conformance::matrix
