// QUANTIZE, DEQUANTIZE, CAST. The form is that of the input.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);

Sizes dimsOf(const Choice& c) {
  Sizes dims = {pick(kOddSizes, c[0]), pick(kOddSizes, c[1])};
  if (c[2] == 0) dims = {dims[0]};
  if (c[2] == 2) dims = {1, dims[0], 3, dims[1]};
  limitElements(dims, 2500);
  return dims;
}
const std::vector<size_t> kLevels = {kSizes, kSizes, 3, 4};

void addQuantize(Cells& cells, Form from, Form to) {
  for (const Choice& c : cells.choose(OpKind::Quantize, from, kLevels, 30)) {
    const Sizes dims = dimsOf(c);
    const float scale = usualScale(to) * (c[3] == 0 ? 1.0f : 0.37f);
    const TensorType out = tensor(to, {}, scale, usualZero(to));
    cells.add(OpKind::Quantize, from, fmt::format("{} to {} of scale {}", text(dims), formName(to), scale),
              [&](OpCase& row, support::Random& random) {
                const TensorType in = tensor(from, dims);
                const bool edges = from == Form::Float32;
                row.in(in,
                       edges ? nearEdges(out, size_t(in.shape.elements()), random) : values(in, random, Spread::Wide));
                row.out(out);
              });
  }
}

void addDequantize(Cells& cells, Form from) {
  for (const Choice& c : cells.choose(OpKind::Dequantize, from, kLevels, 40)) {
    const Sizes dims = dimsOf(c);
    const bool slices = c[3] == 3 && (from == Form::Int8 || from == Form::UInt8) && dims.size() > 1;
    cells.add(OpKind::Dequantize, from, text(dims) + (slices ? ", a scale a slice" : ""),
              [&](OpCase& row, support::Random& random) {
                TensorType in = tensor(from, dims);
                if (slices) {
                  Quantization& q = in.quantization;
                  q.axis = int(dims.size()) - 1;
                  q.scales.assign(size_t(dims.back()), 0.01f);
                  for (size_t i = 0; i < q.scales.size(); ++i) q.scales[i] *= 1.0f + 0.3f * float(i % 5);
                  q.zeroPoints.assign(q.scales.size(), usualZero(from));
                }
                row.in(in, values(in, random, Spread::Wide)).out(plain(DataType::Float32, {}));
              });
  }
}

void addCast(Cells& cells, Form from, Form to) {
  for (const Choice& c : cells.choose(OpKind::Cast, from, kLevels, 8)) {
    const Sizes dims = dimsOf(c);
    cells.add(OpKind::Cast, from, fmt::format("{} to {}", text(dims), formName(to)),
              [&](OpCase& row, support::Random& random) {
                const TensorType in = plain(elementType(from), dims);
                // Within the range of every integer type: what lies outside is not the same on every machine.
                const bool narrow = to == Form::UInt8 || to == Form::Int8;
                row.in(in, values(in, random, from == Form::Float32 && narrow ? Spread::Positive : Spread::Wide));
                row.out(plain(elementType(to), {}));
              });
  }
}

}  // namespace

void addQuantizations(Cells& cells) {
  for (const Form to : {Form::Int8, Form::UInt8, Form::Int16}) {
    addQuantize(cells, Form::Float32, to);
    addQuantize(cells, Form::Int8, to);
    addQuantize(cells, Form::UInt8, to);
    if (to != Form::UInt8) addQuantize(cells, Form::Int16, to);
  }
  for (const Form from : {Form::Float16, Form::Int8, Form::UInt8, Form::Int16}) addDequantize(cells, from);
  for (const Form from :
       {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int16, Form::Int32, Form::Int64, Form::Bool}) {
    for (const Form to :
         {Form::Float32, Form::Float16, Form::Int8, Form::UInt8, Form::Int32, Form::Int64, Form::Bool}) {
      if (from != to) addCast(cells, from, to);
    }
  }
}

}  // namespace trireme::conformance::matrix
