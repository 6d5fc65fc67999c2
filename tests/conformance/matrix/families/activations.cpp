// Operators of one element: activations, PRELU, SOFTMAX, ABS and the like.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);

Sizes dimsOf(size_t rank, const Choice& c) {
  Sizes dims = {pick(kOddSizes, c[1]), pick(kOddSizes, c[2])};
  if (rank == 0) dims = {dims[0]};
  if (rank == 2) dims.insert(dims.begin(), 3);
  if (rank == 3) dims = {2, dims[0], 3, dims[1]};
  if (rank == 4) dims = {1, 2, dims[0], 2, dims[1]};
  limitElements(dims, 2500);
  return dims;
}
// A rank, two sizes.
const std::vector<size_t> kLevels = {5, kSizes, kSizes, 3};

struct Quantities {
  TensorType in, out;
};
// What the integer forms ask of scales.
Quantities quantitiesOf(OpKind op, Form form, const Sizes& dims) {
  Quantities q{tensor(form, dims), tensor(form, {})};
  const bool bytes = form == Form::Int8 || form == Form::UInt8, isUnsigned = form == Form::UInt8;
  switch (op) {
    case OpKind::Logistic:
      if (bytes) q.out = tensor(form, {}, 1.0f / 256, isUnsigned ? 0 : -128);
      break;
    case OpKind::Tanh:
      if (bytes) q.out = tensor(form, {}, 1.0f / 128, isUnsigned ? 128 : 0);
      break;
    case OpKind::Softmax:
      if (bytes) q.out = tensor(form, {}, 1.0f / 256, isUnsigned ? 0 : -128);
      break;
    case OpKind::HardSwish:
      q.out = tensor(form, {}, 0.04f, isUnsigned ? 10 : -110);
      break;
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
    case OpKind::Log:
      if (bytes) q.out = tensor(form, {}, 0.02f, -20);
      break;
    case OpKind::Exp:
      if (bytes) q = {tensor(form, dims, 0.02f, 5), tensor(form, {}, 0.05f, -128)};
      break;
    case OpKind::Neg:
    case OpKind::Elu:
    case OpKind::Gelu:
      break;
    default:  // the clamps, LEAKY_RELU, ABS: to another scale
      if (bytes) q.out = tensor(form, {}, 0.037f, isUnsigned ? 100 : -11);
  }
  if (form != Form::Int16) return q;
  if (op == OpKind::Logistic || op == OpKind::Tanh) {
    q = {tensor(form, dims, 1.0f / 4096, 0), tensor(form, {}, 1.0f / 32768, 0)};
  } else if (op == OpKind::Softmax) {
    q.out = tensor(form, {}, 1.0f / 32768, 0);
  } else if (op == OpKind::LeakyRelu || op == OpKind::Relu || op == OpKind::Abs) {
    q.out = tensor(form, {}, 0.0004f, 0);
  }
  return q;
}

Spread spreadOf(OpKind op) {
  switch (op) {
    case OpKind::Log:
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
      return Spread::Positive;
    case OpKind::Exp:
    case OpKind::Gelu:
      return Spread::Moderate;
    default:
      return Spread::Wide;
  }
}

void addUnary(Cells& cells, OpKind op, Form form, size_t most, const OpParams& params = NoParams(),
              const std::string& option = {}) {
  for (const Choice& c : cells.choose(op, form, kLevels, most)) {
    const Sizes dims = dimsOf(c[0], c);
    cells.add(
        op, form, text(dims) + option,
        [&](OpCase& row, support::Random& random) {
          const Quantities q = quantitiesOf(op, form, dims);
          row.in(q.in, values(q.in, random, spreadOf(op))).out(q.out);
        },
        params);
  }
}

// Slopes a channel, one for all, one an element, or one a column of a picture.
void addPrelu(Cells& cells, Form form) {
  for (const Choice& c : cells.choose(OpKind::Prelu, form, {kSizes, kSizes, 5}, 60)) {
    Sizes dims = {2, 3, pick(kOddSizes, c[0]), pick(kOddSizes, c[1])};
    limitElements(dims, 2500);
    const Sizes spreads[] = {{1, 1, dims[3]}, {dims[3]}, {1}, {dims[1], dims[2], dims[3]}, {1, dims[2], 1}};
    const Sizes& slope = spreads[c[2]];
    cells.add(
        OpKind::Prelu, form, fmt::format("{} with slopes {}", text(dims), text(slope)),
        [&](OpCase& row, support::Random& random) {
          const TensorType in = tensor(form, dims);
          const Form slopes = form == Form::Int16 ? Form::Int8 : form;
          const TensorType alpha = tensor(slopes, slope, 0.005f, form == Form::UInt8 ? 128 : 0);
          row.in(in, values(in, random, Spread::Wide)).constant(alpha, values(alpha, random, Spread::Unit));
          row.out(form == Form::Int16 ? tensor(form, {}, 0.0004f, 0) : tensor(form, {}, 0.04f, usualZero(form) - 7));
        });
  }
}

}  // namespace

void addActivations(Cells& cells) {
  using enum OpKind;
  const auto each = [&](std::initializer_list<OpKind> ops, std::initializer_list<Form> forms, size_t most) {
    for (const OpKind op : ops) {
      for (const Form form : forms) addUnary(cells, op, form, most);
    }
  };
  each({Relu, Relu6, Logistic, Tanh}, {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}, 40);
  each({ReluN1To1, Relu0To1, HardSwish}, {Form::Float32, Form::Int8, Form::UInt8}, 40);
  each({Exp, Log, Sqrt, Rsqrt}, {Form::Float32, Form::Int8, Form::Int16}, 24);
  each({Neg, Abs}, {Form::Float32, Form::Int8, Form::Int16, Form::Int32}, 24);
  each({Square}, {Form::Float32}, 24);
  for (const Form form : {Form::Float32, Form::Int8}) addUnary(cells, Elu, form, 24);
  for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) {
    addUnary(cells, Gelu, form, 24, GeluParams{false}, ", by the error function");
    addUnary(cells, Gelu, form, 24, GeluParams{true}, ", approximate");
    addUnary(cells, LeakyRelu, form, 30, LeakyReluParams{0.1f}, ", alpha 0.1");
    addUnary(cells, LeakyRelu, form, 30, LeakyReluParams{-0.3f}, ", alpha -0.3");
    addUnary(cells, Softmax, form, 60, SoftmaxParams{1.0f}, ", beta 1");
    addUnary(cells, Softmax, form, 20, SoftmaxParams{0.5f}, ", beta 0.5");
  }
  for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) addPrelu(cells, form);
}

}  // namespace trireme::conformance::matrix
