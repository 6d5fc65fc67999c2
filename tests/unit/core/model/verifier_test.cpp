#include <gmock/gmock.h>

#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Verifier, TakesTheFileThatTheOtherTestsBreak) { EXPECT_EQ(refusal(HandMade{}), "loaded"); }

TEST(Verifier, NamesAWrongSchemaVersion) {
  HandMade made;
  made.version = 2;
  EXPECT_EQ(refusal(made), "schema version 2, only 3 is known");
}

TEST(Verifier, NamesAWrongIdentifier) {
  HandMade made;
  made.identifier = "TFL2";
  EXPECT_EQ(refusal(made), "not a .tflite file: its identifier is 'TFL2', only TFL3 is known");
  made.identifier = "GGUF";
  EXPECT_EQ(refusal(made), "not a .tflite file: bytes 4 to 7 are 'GGUF', expected 'TFL3'");
}

TEST(Verifier, WantsASubgraph) {
  HandMade made;
  made.subgraphs.clear();
  EXPECT_EQ(refusal(made), "the model has no subgraph");
}

TEST(Verifier, NamesABufferThatIsNotThere) {
  HandMade made;
  made.subgraphs[0].tensors[2].buffer = 14;
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 2 'c': there is no buffer 14, the file has 2");
}

TEST(Verifier, NamesABufferOfTheWrongSize) {
  HandMade made;
  made.buffers[1].data.resize(100);
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 2 'c': buffer 1 holds 100 bytes, shape 1x4 of float32 needs 16");
  made.buffers[1].data.resize(15);
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 2 'c': buffer 1 holds 15 bytes, shape 1x4 of float32 needs 16");
}

TEST(Verifier, PacksTypesBelowOneByte) {
  HandMade made;
  made.subgraphs[0].tensors[2].type = 17;  // int4
  made.subgraphs[0].tensors[2].shape = {5};
  made.buffers[1].data.resize(3);
  EXPECT_EQ(refusal(made), "loaded");
  made.buffers[1].data.resize(5);
  EXPECT_THAT(refusal(made), HasSubstr("needs 3"));
}

TEST(Verifier, NamesAnExternalBufferOutsideTheFile) {
  HandMade made;
  made.buffers[1] = {{}, 1 << 20, 16};
  EXPECT_THAT(refusal(made), StartsWith("subgraph 0, tensor 2 'c': buffer 1: 16 bytes at offset 1048576 of the file"));
  made.buffers[1] = {{}, UINT64_MAX, 16};
  EXPECT_THAT(refusal(made), HasSubstr("16 bytes at offset 18446744073709551615"));
  made.buffers[1] = {{}, 64, UINT64_MAX};
  EXPECT_THAT(refusal(made), HasSubstr("bytes at offset 64 of the file"));
}

TEST(Verifier, NamesATypeThatIsUnknown) {
  HandMade made;
  made.subgraphs[0].tensors[0].type = 23;
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 0 'x': type 23 is unknown");
  made.subgraphs[0].tensors[0].type = -1;
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 0 'x': type -1 is unknown");
}

TEST(Verifier, NamesShapesThatCannotBe) {
  HandMade made;
  made.subgraphs[0].tensors[0].shape = {1, -2};
  EXPECT_THAT(refusal(made), StartsWith("subgraph 0, tensor 0 'x': dimension -2"));
  made.subgraphs[0].tensors[0].shape = {INT32_MAX, INT32_MAX, INT32_MAX};
  EXPECT_THAT(refusal(made), HasSubstr("more than 2^62 elements"));
  made.subgraphs[0].tensors[0].shape.assign(9, 1);
  EXPECT_THAT(refusal(made), HasSubstr("rank 9 is above the 8"));
}

TEST(Verifier, NamesASignatureShapeThatDisagrees) {
  HandMade made;
  made.subgraphs[0].tensors[0].signature = {-1, 5};
  EXPECT_EQ(refusal(made), "subgraph 0, tensor 0 'x': shape 1x4 is no case of shape_signature ?x5");
}

TEST(Verifier, NamesIndicesOutOfRange) {
  HandMade made;
  made.subgraphs[0].inputs = {3};
  EXPECT_EQ(refusal(made), "subgraph 0: input 0 is tensor 3, the subgraph has 3");
  made = {};
  made.subgraphs[0].outputs = {-1};
  EXPECT_EQ(refusal(made), "subgraph 0: output 0 is tensor -1, the subgraph has 3");
  made = {};
  made.subgraphs[0].operators[0].inputs = {0, 99};
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 RELU: input 1 is tensor 99, the subgraph has 3");
  made = {};
  made.subgraphs[0].operators[0].outputs = {-1};
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 RELU: output 0 is tensor -1, the subgraph has 3");
  made = {};
  made.subgraphs[0].operators[0].intermediates = {-2};
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 RELU: intermediate 0 is tensor -2, the subgraph has 3");
  made = {};
  made.subgraphs[0].operators[0].code = 1;
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0: there is no operator code 1, the file has 1");
}

TEST(Verifier, NamesACircle) {
  HandMade made;
  made.subgraphs[0].tensors.push_back({.name = "z"});
  made.subgraphs[0].operators = {{.inputs = {3}, .outputs = {1}}, {.inputs = {1}, .outputs = {3}}};
  EXPECT_THAT(refusal(made), HasSubstr("operator 0 RELU waits for itself"));
}

TEST(Verifier, RefusesTwoWritersAndWritesToConstants) {
  HandMade made;
  made.subgraphs[0].operators.push_back({});
  EXPECT_THAT(refusal(made), HasSubstr("both write 'y'"));
  made = {};
  made.subgraphs[0].operators[0].outputs = {2};
  EXPECT_THAT(refusal(made), HasSubstr("'c': it is an input, a constant"));
}

TEST(Verifier, RefusesATensorThatNobodyWrites) {
  HandMade made;
  made.subgraphs[0].inputs = {};
  EXPECT_THAT(refusal(made), HasSubstr("'x': nothing writes it before it is read"));
}

TEST(Verifier, NamesVersionsAndCodesThatCannotBe) {
  HandMade made;
  made.codes[0].version = 0;
  EXPECT_EQ(refusal(made), "operator code 0: version 0 of the operator");
  made.codes[0] = {.old = 127, .code = 99999};
  EXPECT_EQ(refusal(made), "not InvalidModel: operator code 0: builtin operator 99999 is newer than this program");
  made.codes[0] = {.old = -5, .code = -5};
  EXPECT_EQ(refusal(made), "operator code 0: the operator's number is -5");
}

TEST(Verifier, NamesSignaturesThatLeadNowhere) {
  HandMade made;
  made.signatures = {{.subgraph = 4}};
  EXPECT_EQ(refusal(made), "signature 'serving_default': there is no subgraph 4, the model has 1");
  made.signatures = {{.input = 1}};
  EXPECT_EQ(refusal(made), "signature 'serving_default': input 'in' is tensor 1, which is no input of the subgraph");
  made.signatures = {{.output = UINT32_MAX}};
  EXPECT_THAT(refusal(made), HasSubstr("output 'out' is tensor 4294967295"));
}

TEST(Verifier, NamesMetadataThatLeadsNowhere) {
  HandMade made;
  made.metadata = {{"min_runtime_version", 7}};
  EXPECT_EQ(refusal(made), "metadata 'min_runtime_version': there is no buffer 7, the file has 2");
}

HandMade withBody(int32_t body) {
  HandMade made;
  made.codes[0] = {.old = 118, .code = 118};  // IF
  made.subgraphs[0].operators[0].type = fb::BuiltinOptions::IfOptions;
  made.subgraphs[0].operators[0].options = [body](flatbuffers::FlatBufferBuilder& builder) {
    return fb::CreateIfOptions(builder, body, body).Union();
  };
  made.codes.push_back({});
  made.subgraphs.push_back({});
  made.subgraphs[1].operators[0].code = 1;
  return made;
}

TEST(Verifier, NamesBodiesThatAreNotThere) {
  EXPECT_EQ(refusal(withBody(1)), "loaded");
  EXPECT_EQ(refusal(withBody(2)), "subgraph 0, operator 0 IF: it runs subgraph 2, the model has 2");
  EXPECT_EQ(refusal(withBody(-1)), "subgraph 0, operator 0 IF: it runs subgraph -1, the model has 2");
}

TEST(Verifier, RefusesSubgraphsThatRunThemselves) {
  EXPECT_EQ(refusal(withBody(0)), "subgraph 0 runs itself, directly or through others");
  HandMade made = withBody(1);
  made.subgraphs[1].operators[0] = withBody(0).subgraphs[0].operators[0];
  EXPECT_EQ(refusal(made), "subgraph 0 runs itself, directly or through others");
}

TEST(Verifier, WantsTheOptionsThatNameBodies) {
  HandMade made = withBody(1);
  made.subgraphs[0].operators[0].type = fb::BuiltinOptions::NONE;
  made.subgraphs[0].operators[0].options = nullptr;
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 IF: the options that name its subgraphs are missing");
}

// No verifier looks into options that have no type, or one from the future; nor may anybody else.
TEST(Verifier, NeverLooksIntoOptionsThatNobodyVerified) {
  const auto past = static_cast<int>(fb::BuiltinOptions::MAX) + 1;
  for (const fb::BuiltinOptions type : {fb::BuiltinOptions::NONE, static_cast<fb::BuiltinOptions>(past)}) {
    HandMade made;
    made.codes[0] = {.old = 127, .code = 128};  // CUMSUM, whose options are not read
    made.subgraphs[0].operators[0].type = type;
    made.subgraphs[0].operators[0].options = [](flatbuffers::FlatBufferBuilder& builder) {
      builder.PushElement<int32_t>(0x3fffffff);  // in place of a table: its list of fields would lie a gigabyte before
      return flatbuffers::Offset<void>(static_cast<flatbuffers::uoffset_t>(builder.GetSize()));
    };
    EXPECT_EQ(refusal(made), "loaded");
  }
}

TEST(Verifier, SaysWhatItDoesNotImplement) {
  HandMade made;
  made.subgraphs[0].tensors[2].sparse = true;
  EXPECT_EQ(refusal(made), "not InvalidModel: subgraph 0, tensor 2 'c': sparse constants are not implemented");
  made = {};
  made.subgraphs[0].tensors[2].externalBuffer = 1;
  EXPECT_EQ(refusal(made),
            "not InvalidModel: subgraph 0, tensor 2 'c': its bytes lie in another file, which is not "
            "implemented");
}

TEST(Verifier, MakesNamesHarmless) {
  HandMade made;
  made.subgraphs[0].tensors[0].type = 99;
  made.subgraphs[0].tensors[0].name = "a\x1b[2J" + std::string(1000, 'b');
  const std::string sentence = refusal(made);
  EXPECT_THAT(sentence, StartsWith("subgraph 0, tensor 0 'a?[2Jbbb"));
  EXPECT_LT(sentence.size(), 150u);
}

// Two thousand operators that all point at one vector of half a million inputs would cost gigabytes.
TEST(Verifier, RefusesAFileThatOutgrowsItself) {
  flatbuffers::FlatBufferBuilder builder;
  const auto inputs = builder.CreateVector(std::vector<int32_t>(500'000, 0));
  std::vector<flatbuffers::Offset<fb::Operator>> nodes(2000, fb::CreateOperator(builder, 0, inputs));
  for (auto& node : nodes) node = fb::CreateOperator(builder, 0, inputs);
  const std::vector<int32_t> shape{1};
  const std::vector tensors{fb::CreateTensorDirect(builder, &shape)};
  const std::vector<int32_t> borders{0};
  const std::vector graphs{fb::CreateSubGraphDirect(builder, &tensors, &borders, nullptr, &nodes)};
  const std::vector codes{fb::CreateOperatorCodeDirect(builder, 2, nullptr, 1, 2)};
  builder.Finish(fb::CreateModelDirect(builder, 3, &codes, &graphs), "TFL3");
  const auto bytes = std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize()));
  EXPECT_THAT(refusal({bytes.begin(), bytes.end()}), HasSubstr("outgrow the file"));
}

// A thousand operator codes that all share one name of a megabyte would too.
TEST(Verifier, RefusesCodesThatShareALongName) {
  flatbuffers::FlatBufferBuilder builder;
  const auto name = builder.CreateString(std::string(1 << 20, 'a'));
  std::vector<flatbuffers::Offset<fb::OperatorCode>> codes;
  for (int i = 0; i < 1000; ++i) codes.push_back(fb::CreateOperatorCode(builder, 32, name, 1, 32));
  const std::vector graphs{fb::CreateSubGraphDirect(builder)};
  builder.Finish(fb::CreateModelDirect(builder, 3, &codes, &graphs), "TFL3");
  const auto bytes = std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize()));
  EXPECT_THAT(refusal({bytes.begin(), bytes.end()}), HasSubstr("outgrow the file"));
}

}  // namespace
}  // namespace trireme
