#include <sstream>

#include "graphs.h"

namespace trireme::graph {
namespace {

using Ints = std::vector<int32_t>;
using Dims = std::vector<int64_t>;
using testing::HasSubstr;

struct Case {
  Dims input;
  Ints begin, end, strides, masks;
  bool offset;
  std::optional<Dims> output;
};
// STRIDED_SLICE at random, and what LiteRT 2.3 answers; a line a case: input, begin, end, strides, masks (begin, end,
// ellipsis, new axis, shrink axis), offset, the output's shape. "refused": a stride of 0, which LiteRT refuses too, or
// a shrunk axis whose element lies outside, where it reads beyond the tensor.
constexpr const char* kCases =
#include "strided_slice_cases.inc"
    ;

template <class T>
std::vector<T> numbers(const std::string& text) {
  std::vector<T> all;
  std::istringstream stream(text);
  for (std::string one; std::getline(stream, one, ',');) all.push_back(static_cast<T>(std::stol(one)));
  return all;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  std::istringstream lines(kCases);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::vector<std::string> fields;
    std::istringstream stream(line + "|");
    for (std::string field; std::getline(stream, field, '|');) fields.push_back(field);
    Case made{numbers<int64_t>(fields[0]),
              numbers<int32_t>(fields[1]),
              numbers<int32_t>(fields[2]),
              numbers<int32_t>(fields[3]),
              numbers<int32_t>(fields[4]),
              fields[5] == "1",
              {}};
    if (fields[6] != "refused") made.output = numbers<int64_t>(fields[6]);
    all.push_back(made);
  }
  return all;
}

OneNode stridedSlice(const Case& c) {
  const StridedSliceParams params{c.masks[0], c.masks[1], c.masks[2], c.masks[3], c.masks[4], c.offset};
  return {OpKind::StridedSlice, params, {in(c.input), ints(c.begin), ints(c.end), ints(c.strides)}};
}

TEST(StridedSlice, AgreesWithLiteRt) {
  const std::vector<Case> all = cases();
  ASSERT_GT(all.size(), 200U);
  for (size_t i = 0; i < all.size(); ++i) {
    const Case& c = all[i];
    if (c.output) {
      EXPECT_EQ(infer(stridedSlice(c)), shapeOf(*c.output).text()) << "case " << i;
    } else {
      EXPECT_THAT(infer(stridedSlice(c)), HasSubstr("operator 7 STRIDED_SLICE: ")) << "case " << i;
    }
  }
}

TEST(StridedSlice, KeepsTheRankWhereBeginIsKnownOnlyAfterRunning) {
  OneNode node = stridedSlice({{4, 5, 6}, {0, 0}, {2, 2}, {1, 1}, {0, 0, 0, 0, 2}, false, {}});
  node.inputs[1] = in({2}, DataType::Int32);
  EXPECT_EQ(infer(node), "?x6");
}

TEST(StridedSlice, TakesTheDeclaredShapeWhereItIsKnownOnlyAfterRunning) {
  OneNode node = stridedSlice({{4, 5, 6}, {0, 0}, {2, 2}, {1, 1}, {0, 0, 0, 0, 2}, false, {}});
  node.inputs[2] = in({2}, DataType::Int32);
  node.outputs = {typeOf({2, 6})};
  EXPECT_EQ(infer(node), "2x6");
  node.outputs = {typeOf({2, 7})};  // disagrees with the dimension that is known
  EXPECT_EQ(infer(node), "?x6");
}

TEST(StridedSlice, HandsOnUnknownDimensions) {
  EXPECT_EQ(infer(stridedSlice({{-1, 5}, {0, 1}, {2, 3}, {1, 1}, {0, 0, 0, 0, 0}, false, {}})), "?x2");
  EXPECT_EQ(infer(stridedSlice({{-1, 5}, {0, 1}, {2, 3}, {1, 1}, {0, 0, 0, 0, 1}, false, {}})), "2");
}

TEST(StridedSlice, SaysWhereTheOperandsDisagree) {
  EXPECT_THAT(infer(stridedSlice({{4, 5}, {0, 0}, {1}, {1, 1}, {0, 0, 0, 0, 0}, false, {}})),
              HasSubstr("input 2 'in2': 1 elements, begin has 2"));
  EXPECT_THAT(infer(stridedSlice({{4}, {0, 0, 1}, {1, 1, 1}, {1, 1, 0}, {0, 0, 1, 0, 0}, false, {}})), "4");
  EXPECT_THAT(infer(stridedSlice({{4, 5}, {0}, {1}, {0}, {0, 0, 0, 0, 0}, false, {}})),
              HasSubstr("the stride of dimension 0 is 0"));
}

}  // namespace
}  // namespace trireme::graph
