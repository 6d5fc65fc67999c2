#include <gmock/gmock.h>

#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::HasSubstr;

// A constant of strings: its table as 32-bit numbers.
HandMade strings(std::vector<int32_t> words, std::vector<int32_t> shape) {
  HandMade made;
  made.subgraphs[0].tensors[2].type = 5;
  made.subgraphs[0].tensors[2].shape = std::move(shape);
  const auto bytes = std::as_bytes(std::span(words));
  made.buffers[1].data.clear();
  for (const std::byte byte : bytes) made.buffers[1].data.push_back(std::to_integer<uint8_t>(byte));
  return made;
}

TEST(Constants, TakesATableOfStrings) {
  EXPECT_EQ(refusal(strings({2, 16, 17, 20, 0x64636261}, {2})), "loaded");
  EXPECT_EQ(refusal(strings({0, 8}, {0})), "loaded");
}

TEST(Constants, NamesStringsThatLieOutside) {
  EXPECT_EQ(refusal(strings({2, 16, 17, 99, 0x64636261}, {2})),
            "subgraph 0, tensor 2 'c': string 2 begins at byte 99, expected 17 to 20");
  EXPECT_THAT(refusal(strings({2, 16, 12, 20, 0}, {2})), HasSubstr("string 1 begins at byte 12, expected 16 to 20"));
  EXPECT_THAT(refusal(strings({2, -1, 17, 20, 0}, {2})), HasSubstr("string 0 begins at byte -1"));
}

TEST(Constants, NamesATableThatDoesNotFit) {
  EXPECT_THAT(refusal(strings({1000, 16}, {1000})), HasSubstr("a table of 1000 strings does not fit in 8 bytes"));
  EXPECT_THAT(refusal(strings({2, 16, 17, 20, 0}, {3})), HasSubstr("the buffer holds 2 strings, shape is 3"));
  EXPECT_THAT(refusal(strings({-1}, {1})), HasSubstr("the buffer holds -1 strings"));
}

TEST(Constants, RefusesBytesOfAResource) {
  HandMade made;
  made.subgraphs[0].tensors[2].type = 13;
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 2 'c': buffer 1 holds 16 bytes for a resource");
}

TEST(Constants, RefusesAConstantOfUnknownShape) {
  HandMade made;
  made.subgraphs[0].tensors[2].shape = {-1, 4};
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 2 'c': buffer 1 holds 16 bytes, shape ?x4 of float32 needs to be known");
}

// A hundred tensors that all lie in one another, each at an address of its own that is not aligned.
TEST(Constants, CopiesNoMoreThanTheFileHas) {
  HandMade made;
  made.behind.assign(4096, std::byte{1});
  for (uint32_t i = 0; i < 100; ++i) {
    made.buffers.push_back({{}, 1000 + i, 4000});
    made.subgraphs[0].tensors.push_back({.shape = {1000}, .buffer = 2 + i});
  }
  const auto begin = static_cast<uint64_t>(made.file().size() - 4096);
  for (uint32_t i = 0; i < 100; ++i) made.buffers[2 + i].offset = begin + i % 96;
  EXPECT_EQ(refusal(made), "subgraph 0: buffers overlap each other and are not aligned");
}

}  // namespace
}  // namespace trireme
