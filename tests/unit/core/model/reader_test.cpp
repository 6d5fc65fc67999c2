#include <gmock/gmock.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/fuzz/sample_models.h"
#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::filesystem::path temporaryFile(std::string_view name, std::span<const std::byte> bytes) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

TEST(Reader, KeepsTensorNumbersAsValueIds) {
  const LoadedModel model = load(HandMade{});
  ASSERT_TRUE(model.ok()) << model.status().message();
  const Graph& graph = model.value()->subgraphs()[0];
  EXPECT_EQ(graph.values()[2].name, "c");
  EXPECT_EQ(graph.values()[2].origin, 2u);
  EXPECT_TRUE(graph.values()[2].isConstant);
  EXPECT_THAT(graph.inputs(), ElementsAre(ValueId{0}));
  EXPECT_THAT(graph.outputs(), ElementsAre(ValueId{1}));
  EXPECT_EQ(graph.nodes()[0].op, OpKind::Relu);
}

TEST(Reader, TakesTheOperatorCodeFromEitherPlace) {
  HandMade onlyOld, onlyNew;
  onlyOld.codes[0].code = 0;
  onlyNew.codes[0].old = 0;
  for (const HandMade& made : {onlyOld, onlyNew}) {
    const LoadedModel model = load(made);
    ASSERT_TRUE(model.ok());
    EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].op, OpKind::Relu);
  }
}

TEST(Reader, ReadsCodesAboveOneByteBesideTheirPlaceholder) {
  HandMade made;
  made.codes[0] = {.old = 127, .code = 150};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].op, OpKind::Gelu);
}

TEST(Reader, KeepsVersionCustomNameAndBytes) {
  HandMade made;
  made.codes[0] = {.old = 32, .code = 32, .version = 7, .custom = "Strange"};
  made.subgraphs[0].operators[0].custom = {1, 2, 3};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok());
  const Node& node = model.value()->subgraphs()[0].nodes()[0];
  EXPECT_EQ(node.op, OpKind::Custom);
  EXPECT_EQ(node.version, 7);
  EXPECT_EQ(node.as<CustomParams>().name, "Strange");
  EXPECT_THAT(node.as<CustomParams>().options, ElementsAre(std::byte{1}, std::byte{2}, std::byte{3}));
}

TEST(Reader, FindsCustomBytesBehindTheFlatBuffer) {
  HandMade made;
  made.codes[0] = {.old = 32, .code = 32, .custom = "Strange"};
  const size_t inside = made.file().size();
  made.behind = {std::byte{9}, std::byte{8}};
  made.subgraphs[0].operators[0].largeOffset = inside + 100;  // first any number, so that the size is the final one
  made.subgraphs[0].operators[0].largeSize = 2;
  made.subgraphs[0].operators[0].largeOffset = made.file().size() - 2;
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_THAT(model.value()->subgraphs()[0].nodes()[0].as<CustomParams>().options,
              ElementsAre(std::byte{9}, std::byte{8}));
}

TEST(Reader, MarksAbsentInputs) {
  HandMade made;
  made.codes[0] = {.old = 16, .code = 16};  // LSTM
  made.subgraphs[0].operators[0].inputs = {0, -1};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_THAT(model.value()->subgraphs()[0].nodes()[0].inputs, ElementsAre(ValueId{0}, kNoValue));
}

TEST(Reader, FindsConstantsBehindTheFlatBuffer) {
  HandMade made;
  made.buffers[1] = {{}, 100, 16};
  made.behind.assign(16, std::byte{7});
  made.buffers[1].offset = made.file().size() - 16;
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const auto constant = model.value()->subgraphs()[0].values()[2].constant;
  EXPECT_EQ(constant.size(), 16u);
  EXPECT_EQ(constant[15], std::byte{7});
}

TEST(Reader, SharesTheBytesOfAnAlignedBuffer) {
  const std::vector<std::byte> file = HandMade{}.file();
  const LoadedModel model = Model::fromBuffer(file);
  ASSERT_TRUE(model.ok());
  const auto constant = model.value()->subgraphs()[0].values()[2].constant;
  EXPECT_GE(constant.data(), file.data());
  EXPECT_LE(constant.data() + constant.size(), file.data() + file.size());
}

TEST(Reader, ReadsFromAnAddressThatIsNotAligned) {
  std::vector<std::byte> file = HandMade{}.file();
  file.insert(file.begin(), std::byte{0});
  const LoadedModel model = Model::fromBuffer(std::span(file).subspan(1));
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].op, OpKind::Relu);
}

TEST(Reader, AlignsConstantsThatTheFileDoesNot) {
  HandMade made;
  made.buffers[1] = {{}, 100, 16};
  made.behind.assign(17, std::byte{0});
  const float values[] = {1, 2, 3, 4};
  size_t offset = made.file().size() - 16;
  if (offset % 4 == 0) {
    made.behind.push_back(std::byte{0});
    ++offset;
  }
  std::memcpy(made.behind.data() + made.behind.size() - 16, values, sizeof(values));
  made.buffers[1].offset = offset;
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const auto constant = model.value()->subgraphs()[0].values()[2].constant;
  EXPECT_EQ(reinterpret_cast<uintptr_t>(constant.data()) % alignof(float), 0u);
  EXPECT_EQ(std::memcmp(constant.data(), values, sizeof(values)), 0);
}

TEST(Reader, KeepsUnknownDimensionsOfTheSignature) {
  HandMade made;
  made.subgraphs[0].tensors[0].signature = {-1, 4};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok());
  const Value& value = model.value()->subgraphs()[0].values()[0];
  EXPECT_EQ(value.type.shape.text(), "1x4");
  EXPECT_EQ(value.declared.text(), "?x4");
}

TEST(Reader, SortsNodesThatAreOutOfOrder) {
  HandMade made;
  made.subgraphs[0].tensors.push_back({.name = "z"});
  made.subgraphs[0].operators = {{.inputs = {3}, .outputs = {1}}, {.inputs = {0}, .outputs = {3}}};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const auto nodes = model.value()->subgraphs()[0].nodes();
  EXPECT_THAT(nodes[0].origins, ElementsAre(1u));
  EXPECT_THAT(nodes[1].origins, ElementsAre(0u));
}

TEST(Reader, TakesAnInputThatCarriesDataForAConstant) {
  HandMade made;
  made.subgraphs[0].inputs = {0, 2};
  made.signatures = {{}, {.key = "other", .input = 2}};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_THAT(model.value()->subgraphs()[0].inputs(), ElementsAre(ValueId{0}));
  EXPECT_EQ(model.value()->signatures()[0].inputs.size(), 1u);
  EXPECT_TRUE(model.value()->signatures()[1].inputs.empty());
}

TEST(Reader, TakesAnEmptyTensorThatNobodyWritesForAConstant) {
  HandMade made;
  made.codes[0] = {.old = 22, .code = 22};  // RESHAPE
  made.subgraphs[0].tensors.push_back({.shape = {0}, .type = 2, .name = "shape"});
  made.subgraphs[0].operators[0].inputs = {0, 3};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_TRUE(model.value()->subgraphs()[0].values()[3].isConstant);
}

HandMade withVariable() {
  HandMade made;
  made.codes[0] = {.old = 27, .code = 27};  // SVDF
  made.subgraphs[0].tensors.push_back({.buffer = 1, .name = "state", .isVariable = true});
  made.subgraphs[0].operators[0].inputs = {0, 3};
  return made;
}

TEST(Reader, MakesAStateSlotOfAVariableThatAnOperatorChanges) {
  const LoadedModel model = load(withVariable());
  ASSERT_TRUE(model.ok()) << model.status().message();
  const Graph& graph = model.value()->subgraphs()[0];
  ASSERT_EQ(graph.state().size(), 1u);
  EXPECT_EQ(graph.state()[0].read, ValueId{3});
  EXPECT_EQ(graph.state()[0].written, ValueId{4});
  EXPECT_EQ(graph.state()[0].initial.size(), 16u);
  EXPECT_THAT(graph.nodes()[0].outputs, ElementsAre(ValueId{1}, ValueId{4}));
  EXPECT_FALSE(graph.values()[3].isConstant);
}

TEST(Reader, LetsLaterReadersSeeTheChangedVariable) {
  HandMade made = withVariable();
  made.codes.push_back({});
  made.subgraphs[0].tensors.push_back({.name = "z"});
  made.subgraphs[0].operators.push_back({.code = 1, .inputs = {3}, .outputs = {4}});
  made.subgraphs[0].outputs = {1, 3};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const Graph& graph = model.value()->subgraphs()[0];
  EXPECT_THAT(graph.nodes()[1].inputs, ElementsAre(graph.state()[0].written));
  EXPECT_THAT(graph.outputs(), ElementsAre(ValueId{1}, graph.state()[0].written));
}

TEST(Reader, LeavesAVariableThatIsAnInputAnInput) {
  HandMade made = withVariable();
  made.subgraphs[0].tensors[3].buffer = 0;
  made.subgraphs[0].inputs = {0, 3};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_TRUE(model.value()->subgraphs()[0].state().empty());
  EXPECT_EQ(model.value()->subgraphs()[0].inputs().size(), 2u);
}

TEST(Reader, ReadsSignatures) {
  HandMade made;
  made.signatures = {{}};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok());
  const Signature& signature = model.value()->signatures()[0];
  EXPECT_EQ(signature.key, "serving_default");
  EXPECT_EQ(signature.inputs[0], (std::pair<std::string, ValueId>("in", ValueId{0})));
  EXPECT_EQ(signature.outputs[0], (std::pair<std::string, ValueId>("out", ValueId{1})));
}

TEST(Reader, LetsAGraphOutliveItsModel) {
  const auto path = temporaryFile("outlive.tflite", HandMade{}.file());
  LoadedModel model = Model::fromFile(path);
  ASSERT_TRUE(model.ok());
  const Graph graph = model.value()->subgraphs()[0];
  model = Status::error(Code::Internal, "gone");
  EXPECT_EQ(graph.values()[2].constant[15], std::byte{0});  // the sanitizer looks
}

TEST(Reader, KeepsACopyWhenTheFileMayChange) {
  const auto path = temporaryFile("copied.tflite", HandMade{}.file());
  const LoadedModel model = Model::fromFile(path, Loading::Copy);
  ASSERT_TRUE(model.ok());
  std::ofstream(path, std::ios::trunc) << "gone";
  EXPECT_EQ(model.value()->subgraphs()[0].values()[2].constant.size(), 16u);
  EXPECT_EQ(model.value()->subgraphs()[0].values()[2].constant[0], std::byte{0});
}

TEST(Reader, NamesTheFileThatItRefuses) {
  const std::byte text[] = {std::byte{'n'}, std::byte{'o'}};
  const LoadedModel model = Model::fromFile(temporaryFile("no.tflite", text));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.status().code(), Code::InvalidModel);
  EXPECT_THAT(std::string(model.status().message()), HasSubstr("no.tflite': not a .tflite file: it has only 2 bytes"));
}

TEST(Reader, SaysIoWhereThereIsNoFile) {
  const LoadedModel model = Model::fromFile("/nowhere/at/all.tflite");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.status().code(), Code::Io);
}

TEST(Reader, KeepsEveryTypeOfTheFormat) {
  for (int8_t type = 0; type < kDataTypeCount; ++type) {
    HandMade made;
    made.codes[0] = {.old = 32, .code = 32, .custom = "Any"};
    made.subgraphs[0].tensors[0].type = type;
    const LoadedModel model = load(made);
    ASSERT_TRUE(model.ok()) << model.status().message();
    EXPECT_EQ(model.value()->subgraphs()[0].values()[0].type.dtype, static_cast<DataType>(type));
  }
}

TEST(Reader, KeepsEveryOperatorOfTheFormat) {
  for (int code = 0; code < 210; ++code) {
    HandMade made;
    made.codes[0] = {.old = static_cast<int8_t>(std::min(code, 127)), .code = code, .version = 900};
    const LoadedModel model = load(made);
    // Some want options, and say so; none is unknown.
    if (!model.ok()) {
      EXPECT_THAT(std::string(model.status().message()), HasSubstr("missing")) << code;
    } else {
      EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].version, 900);
    }
  }
}

}  // namespace
}  // namespace trireme
