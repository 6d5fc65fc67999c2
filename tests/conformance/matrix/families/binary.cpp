// ADD, SUB, MUL, DIV, FLOOR_DIV, MAXIMUM, MINIMUM, SQUARED_DIFFERENCE.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"
#include "tests/conformance/matrix/weighted.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);

// How the two inputs meet.
enum class Meeting : uint8_t {
  Equal,
  ChannelRight,
  ChannelLeft,
  ScalarRight,
  ScalarLeft,
  RowsRight,  // one value a row: the last dimension is spread
  RowsLeft,
  PictureRight,  // [1, 1, 1, C] over pictures
  Crossed,       // each spreads where the other does not
  Rank5,
  Rank1,
  OneElement
};
constexpr size_t kMeetings = 12;

struct Sides {
  Sizes left, right;
};
Sides sidesOf(Meeting meeting, int64_t n, int64_t h, int64_t w, int64_t c) {
  Sizes all = {n, h, w, c};
  limitElements(all, 2500);
  const Sizes channel = {all[3]};
  Sizes rows = all;
  rows[3] = 1;
  switch (meeting) {
    case Meeting::Equal:
      return {all, all};
    case Meeting::ChannelRight:
      return {all, channel};
    case Meeting::ChannelLeft:
      return {channel, all};
    case Meeting::ScalarRight:
      return {all, {}};
    case Meeting::ScalarLeft:
      return {{}, all};
    case Meeting::RowsRight:
      return {all, rows};
    case Meeting::RowsLeft:
      return {rows, all};
    case Meeting::PictureRight:
      return {all, {all[0], 1, 1, all[3]}};
    case Meeting::Crossed:
      return {{all[1], 1, all[3]}, {all[0], 1, all[2], 1}};
    case Meeting::Rank5:
      return {{2, 1, all[1], 1, all[3]}, {1, 3, all[1], 2, 1}};
    case Meeting::Rank1:
      return {channel, channel};
    default:
      return {all, {1, 1, 1, 1}};
  }
}

float outputScale(OpKind op, Form form) {
  if (op == OpKind::Maximum || op == OpKind::Minimum) return usualScale(form);
  const float wide = form == Form::Int16 ? 0.01f : 1.0f;
  if (op == OpKind::Mul) return form == Form::Int16 ? 0.0003f : 0.15f;
  if (op == OpKind::SquaredDifference) return 0.5f;
  return (op == OpKind::Div ? 0.05f : 0.09f) * wide;
}

OpParams paramsOf(OpKind op, Activation activation) {
  if (op == OpKind::Add || op == OpKind::Sub) return AddParams{activation, false};
  if (op == OpKind::Mul || op == OpKind::Div) return ActivationParams{activation};
  return NoParams();
}

void addOperator(Cells& cells, OpKind op, Form form, size_t most) {
  const bool divides = op == OpKind::Div || op == OpKind::FloorDiv;
  const bool extreme = op == OpKind::Maximum || op == OpKind::Minimum;
  const bool activates = !extreme && op != OpKind::SquaredDifference && op != OpKind::FloorDiv;
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, kMeetings, activates ? std::size(kClamps) : 1, 3};
  for (const Choice& c : cells.choose(op, form, levels, most)) {
    const int64_t batch = c[5] == 0 ? 1 : 2;
    const Sides sides =
        sidesOf(Meeting(c[3]), batch, pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[2]));
    const Activation activation = pick(kClamps, c[4]);
    const bool constant = c[5] == 2;
    cells.add(
        op, form,
        fmt::format("{} and {}{}, {}", text(sides.left), constant ? "constant " : "", text(sides.right),
                    name(activation)),
        [&](OpCase& row, support::Random& random) {
          const TensorType left = tensor(form, sides.left);
          const bool same = extreme || form == Form::Int16;
          const TensorType right =
              same ? tensor(form, sides.right) : tensor(form, sides.right, 0.03f, form == Form::UInt8 ? 140 : 9);
          row.in(left, values(left, random, Spread::Wide));
          const std::vector<std::byte> bytes = values(right, random, divides ? Spread::Positive : Spread::Wide);
          constant ? row.constant(right, bytes) : row.in(right, bytes);
          const int32_t zero = extreme || form == Form::Int16 ? usualZero(form) : usualZero(form) - 2;
          row.out(tensor(form, {}, outputScale(op, form), zero));
        },
        paramsOf(op, activation));
  }
}

}  // namespace

void addBinary(Cells& cells) {
  using enum OpKind;
  for (const OpKind op : {Add, Sub, Mul}) {
    for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) addOperator(cells, op, form, 60);
    for (const Form form : {Form::Int32, Form::Int64}) addOperator(cells, op, form, 24);
  }
  for (const OpKind op : {Maximum, Minimum}) {
    for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16}) addOperator(cells, op, form, 40);
    for (const Form form : {Form::Int32, Form::Int64}) addOperator(cells, op, form, 24);
  }
  for (const Form form : {Form::Float32, Form::Int8, Form::UInt8, Form::Int16, Form::Int32})
    addOperator(cells, Div, form, 40);
  for (const Form form : {Form::Float32, Form::Int8, Form::Int32}) addOperator(cells, SquaredDifference, form, 40);
  for (const Form form : {Form::Float32, Form::Int8, Form::Int16, Form::Int32}) addOperator(cells, FloorDiv, form, 24);
}

}  // namespace trireme::conformance::matrix
