// PAD, PADV2, MIRROR_PAD.
#include <fmt/format.h>

#include <algorithm>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);
constexpr Form kMoved[] = {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int16, Form::Int32};
// Before and after each of the last four axes.
using Paddings = std::vector<int32_t>;
const Paddings kPaddings[] = {{0, 0, 1, 1, 1, 1, 0, 0}, {0, 0, 0, 1, 0, 1, 0, 0}, {0, 0, 0, 0, 0, 0, 1, 2},
                              {1, 0, 0, 2, 3, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 2, 0, 0, 0, 3, 0},
                              {0, 1, 0, 0, 0, 5, 0, 1}};

struct Padded {
  Sizes dims;
  Paddings paddings;
  std::string text;
};
Padded paddedOf(const Choice& c) {
  Padded p;
  p.dims = {2, pick(kOddSizes, c[0]), 3, pick(kOddSizes, c[1])};
  limitElements(p.dims, 2000);
  p.paddings = pick(kPaddings, c[2]);
  const size_t rank = 4 - c[3];
  p.dims.erase(p.dims.begin(), p.dims.end() - int64_t(rank));
  p.paddings.erase(p.paddings.begin(), p.paddings.end() - int64_t(2 * rank));
  if (c[3] == 0 && c[4] == 1) {
    p.dims.insert(p.dims.begin(), 1);
    p.paddings.insert(p.paddings.begin(), {1, 0});
  }
  p.text = fmt::format("{} by {}", text(p.dims), fmt::join(p.paddings, ","));
  return p;
}
const std::vector<size_t> kLevels = {kSizes, kSizes, std::size(kPaddings), 4, 2};

void addBoth(OpCase& row, support::Random& random, const TensorType& in, const Padded& p) {
  row.in(in, values(in, random, Spread::Wide));
  row.constant(plain(DataType::Int32, {int64_t(p.dims.size()), 2}), p.paddings);
}

void addPad(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Pad, form, kLevels, 36)) {
    const Padded p = paddedOf(c);
    cells.add(OpKind::Pad, form, p.text, [&](OpCase& row, support::Random& random) {
      addBoth(row, random, tensor(form, p.dims), p);
      row.out(tensor(form, {}));
    });
  }
}

void addPadV2(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::PadV2, form, kLevels, 24)) {
    const Padded p = paddedOf(c);
    const Sizes one = c[4] == 0 ? Sizes{} : Sizes{1};
    cells.add(OpKind::PadV2, form, p.text + ", value " + text(one), [&](OpCase& row, support::Random& random) {
      addBoth(row, random, tensor(form, p.dims), p);
      const TensorType value = tensor(form, one);
      row.constant(value, values(value, random, Spread::Positive)).out(tensor(form, {}));
    });
  }
}

void addMirrorPad(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::MirrorPad, form, kLevels, 24)) {
    Padded p = paddedOf(c);
    const MirrorPadMode mode = c[4] == 0 ? MirrorPadMode::Reflect : MirrorPadMode::Symmetric;
    for (size_t i = 0; i < p.paddings.size(); ++i) {
      const int64_t most = p.dims[i / 2] - (mode == MirrorPadMode::Reflect ? 1 : 0);
      p.paddings[i] = int32_t(std::min<int64_t>(p.paddings[i], most));
    }
    cells.add(
        OpKind::MirrorPad, form,
        fmt::format("{} by {}, {}", text(p.dims), fmt::join(p.paddings, ","),
                    mode == MirrorPadMode::Reflect ? "reflect" : "symmetric"),
        [&](OpCase& row, support::Random& random) {
          addBoth(row, random, tensor(form, p.dims), p);
          row.out(tensor(form, {}));
        },
        MirrorPadParams{mode});
  }
}

}  // namespace

void addPads(Cells& cells) {
  for (const Form form : kMoved) {
    addPad(cells, form);
    addPadV2(cells, form);
    addMirrorPad(cells, form);
  }
}

}  // namespace trireme::conformance::matrix
