#include <gtest/gtest.h>

#include <algorithm>

#include "delegates/emulated/rules.h"
#include "delegates/emulated/support.h"
#include "tests/unit/delegates/emulated/one_node.h"

// Every kind of condition, kept and broken.
namespace trireme::emulated {
namespace {

constexpr DataType kF = DataType::Float32, kI8 = DataType::Int8, kI32 = DataType::Int32;

struct RuleCase {
  std::string kind, rule;
  OneNode good, bad;
  std::string sentence;
};

OneNode conv(Conv2dParams params = {}, std::vector<int64_t> filter = {8, 3, 3, 8}) {
  return {OpKind::Conv2d, params, {{}, {kF, filter, true}, {kF, {8}, true}}, {{}}};
}
OneNode pool(int32_t side) {
  Pool2dParams params;
  params.filterH = params.filterW = side;
  return {OpKind::MaxPool2d, params};
}
OneNode codes(float in, float filter, float out) {
  return {OpKind::FullyConnected,
          FullyConnectedParams{},
          {{kI8, {1, 8}, false, false, in, 0}, {kI8, {8, 8}, true, false, filter, 0}},
          {{kI8, {1, 8}, false, false, out, 0}}};
}
OneNode unary(std::vector<int64_t> dims, DataType dtype = kF) {
  return {OpKind::Relu, {}, {{dtype, dims}}, {{dtype, dims}}};
}
template <class Change>
OneNode changed(OneNode node, Change change) {
  change(node);
  return node;
}

std::vector<RuleCase> cases() {
  Conv2dParams valid, relu, wide;
  valid.padding = Padding::Valid;
  relu.activation = Activation::Relu;
  wide.strideH = 5;
  const OneNode dense = codes(0.1f, 0.1f, 0.1f);
  const OneNode noBias = changed(conv(), [](OneNode& node) { node.inputs[2].absent = true; });
  const OneNode sliced = changed(codes(0.1f, 0.1f, 0.1f), [](OneNode& node) { node.inputs[1].slices = 8; });
  const OneNode computed = changed(conv(), [](OneNode& node) { node.inputs[1].constant = false; });
  const OneNode hybrid = changed(conv(), [](OneNode& node) {
    node.inputs[1] = {kI8, {8, 3, 3, 8}, true, false, 0.1f};
  });
  const OneNode add{OpKind::Add, AddParams{}, {{}, {}}, {{}}};
  const OneNode broadcast = changed(add, [](OneNode& node) { node.inputs[1].dims = {8}; });
  const OneNode oddScale = changed(dense, [](OneNode& node) { node.outputs[0].scale = 0.2f; });
  const OneNode cast{OpKind::Cast, {}, {{}}, {{kI32}}};
  const OneNode castInt8 = changed(cast, [](OneNode& node) { node.outputs[0].dtype = kI8; });
  const OneNode shifted = changed(dense, [](OneNode& node) { node.inputs[0].zeroPoint = -3; });
  ResizeParams halfPixel;
  halfPixel.halfPixelCenters = true;
  const OneNode size{OpKind::ResizeBilinear, ResizeParams{}, {{}, {kI32, {2}, true}}, {{kF, {1, 8, 8, 8}}}};
  const OneNode flat = changed(size, [](OneNode& node) { node.outputs[0].dims = {1, 8, 6, 8}; });
  const OneNode centred = changed(size, [&](OneNode& node) { node.params = halfPixel; });
  PackParams last{2, -1}, first{2, 0};
  const OneNode pack{OpKind::Pack, first, {{kF, {2, 3}}, {kF, {2, 3}}}, {{kF, {2, 2, 3}}}};
  const OneNode packLast = changed(pack, [&](OneNode& node) { node.params = last; });
  return {
      {"activation", R"("words": ["NONE", "RELU6"])", conv(), conv(relu),
       "Parameter: the fused activation is RELU; possible: NONE, RELU6"},
      {"constant", R"("inputs": [1])", conv(), computed, "NeedsConstant: input 1 'in1' must be a constant"},
      {"dim", R"("inputs": [0], "axis": -1, "multiple_of": 4)", unary({1, 4, 4, 8}), unary({1, 4, 4, 6}),
       "Limit: dimension 3 of input 0 'in0' is 6; a multiple of 4 is possible"},
      {"dim", R"("axis": 0, "max": 1)", unary({1, 9}), unary({2, 9}),
       "Limit: dimension 0 of input 0 'in0' is 2; at most 1 is possible"},
      {"option", R"("name": "stride_h", "max": 4)", conv(), conv(wide),
       "Parameter: stride_h is 5; at most 4 is possible"},
      {"option", R"("name": "kernel_area", "max": 9)", conv(), conv({}, {8, 5, 3, 8}),
       "Parameter: kernel_area is 15; at most 9 is possible"},
      {"option", R"("name": "kernel_h", "in": [1, 2])", pool(2), pool(3), "Parameter: kernel_h is 3; possible: 1, 2"},
      {"option", R"("name": "groups", "max": 1)", conv(), conv({}, {8, 3, 3, 4}),
       "Parameter: groups is 2; at most 1 is possible"},
      {"option", R"("name": "half_pixel_centers", "in": [0])", size, centred,
       "Parameter: half_pixel_centers is 1; possible: 0"},
      {"option", R"("name": "axis_from_end", "not_in": [-1])", pack, packLast,
       "Parameter: axis_from_end is -1; that is not possible"},
      {"padding", R"("words": ["SAME"])", conv(), conv(valid), "Parameter: the padding is VALID; possible: SAME"},
      {"per_tensor", R"("inputs": [1])", dense, sliced, "Quantization: input 1 'in1' has 8 scales; one is possible"},
      {"present", R"("inputs": [2])", conv(), noBias, "Parameter: input 2 is absent and must be there"},
      {"rank", R"("in": [2, 4])", unary({3, 5}), unary({3, 5, 7}),
       "Rank: the rank of input 0 'in0' is 3; possible: 2, 4"},
      {"same_scale", "", dense, oddScale,
       "Quantization: input 0 'in0' and output 0 'out0' have different scales or zero points"},
      {"same_shape", "", add, broadcast,
       "Parameter: input 0 'in0' is 1x4x4x8 and input 1 'in1' is 8; one shape is possible"},
      {"same_type", R"("inputs": [0, 1])", conv(), hybrid,
       "DataType: input 0 'in0' is float32 and input 1 'in1' is int8; one type is possible"},
      {"scale_product", "", dense, codes(0.5f, 0.5f, 0.25f),
       "Quantization: the input's scale 0.5 times the filter's 0.5 is not below the output's 0.25"},
      {"square", R"("outputs": [0])", size, flat,
       "Parameter: output 0 'out0' is 8 x 6; only as high as wide is possible"},
      {"type", R"("outputs": [0], "types": ["int32", "float32"])", cast, castInt8,
       "DataType: output 0 'out0' is int8; possible: int32, float32"},
      {"zero_point", R"("inputs": [0], "in": [0])", dense, shifted,
       "Quantization: the zero point of input 0 'in0' is -3; possible: 0"},
  };
}

std::string row(const OneNode& node, const std::string& kind, const std::string& fields, const std::string& when = "") {
  return R"({"ops": [")" + std::string(opName(node.op)) + R"("], "types": ["float32", "int8"], "rules": [{"rule": ")" +
         kind + "\"" + (fields.empty() ? "" : ", " + fields) + when + "}]}";
}

TEST(ProfileRules, AreKeptAndBrokenEachWithItsSentence) {
  for (const RuleCase& one : cases()) {
    SCOPED_TRACE(one.kind + " " + one.rule);
    const Profile profile = profileWith(row(one.good, one.kind, one.rule));
    EXPECT_EQ("", refusals(profile, one.good));
    EXPECT_EQ(one.sentence, refusals(profile, one.bad));
  }
}

TEST(ProfileRules, EveryKindStandsInThisTable) {
  std::vector<std::string_view> seen;
  for (const RuleCase& one : cases()) seen.push_back(std::ranges::find(ruleKinds(), one.kind, &RuleKind::name)->name);
  for (const RuleKind& kind : ruleKinds()) {
    EXPECT_NE(seen.end(), std::find(seen.begin(), seen.end(), kind.name)) << kind.name;
  }
}

TEST(ProfileRules, HoldOnlyForTheirTypesAndAtTheirLevels) {
  const std::string levels = R"(, "levels": ["one", "two", "three"], "level": ")";
  const OneNode wide = unary({1, 99}), wideInt8 = unary({1, 99}, kI8);
  const std::string rule = row(wide, "dim", R"("max": 10)", R"(, "until": "two", "for": ["float32"])");
  EXPECT_EQ("FeatureLevel: dimension 1 of input 0 'in0' is 99; at most 10 is possible, before three",
            refusals(profileWith(rule, levels + "one\""), wide));
  EXPECT_EQ("", refusals(profileWith(rule, levels + "three\""), wide));
  EXPECT_EQ("", refusals(profileWith(rule, levels + "one\""), wideInt8));
  const std::string later = row(wide, "dim", R"("max": 10)", R"(, "since": "two")");
  EXPECT_EQ("", refusals(profileWith(later, levels + "one\""), wide));
  EXPECT_EQ("Limit: dimension 1 of input 0 'in0' is 99; at most 10 is possible",
            refusals(profileWith(later, levels + "two\""), wide));
}

TEST(ProfileAnswers, NameOperatorsVersionsAndTypesThatTheProfileLacks) {
  const Profile profile = profileWith(R"({"ops": ["RELU"], "types": ["float32"], "min_version": 2, "max_version": 3})");
  OneNode node = unary({1, 2});
  EXPECT_EQ("OpVersion: RELU has version 1; 2 to 3 are possible", refusals(profile, node));
  node.version = 2;
  EXPECT_EQ("", refusals(profile, node));
  node.version = 4;
  node.inputs[0].dtype = node.outputs[0].dtype = kI8;
  EXPECT_EQ("OpVersion: RELU has version 4; 2 to 3 are possible; DataType: RELU takes float32; here it is int8",
            refusals(profile, node));
  EXPECT_EQ("UnknownOp: CONV_2D is not among the operators of mine", refusals(profile, conv()));
}

TEST(ProfileAnswers, HoldTheLimitsOfTheWholeDevice) {
  const std::string relu = R"({"ops": ["RELU"], "types": ["float32"]})";
  const auto asked = [&](const std::string& limits, const OneNode& node) {
    return refusals(profileWith(relu, R"(, "limits": {)" + limits + "}"), node);
  };
  EXPECT_EQ("Rank: 'in0' has rank 3; at most 2 is possible; Rank: 'out0' has rank 3; at most 2 is possible",
            asked(R"("max_rank": 2)", unary({1, 2, 3})));
  EXPECT_EQ("", asked(R"("max_rank": 3)", unary({1, 2, 3})));
  EXPECT_EQ(
      "Limit: 'in0' has a batch of 2; at most 1 is possible; Limit: 'out0' has a batch of 2; at most 1 is possible",
      asked(R"("max_batch": 1)", unary({2, 3})));
  EXPECT_EQ("Limit: 'in0' has 40 bytes; at most 39 are possible; Limit: 'out0' has 40 bytes; at most 39 are possible",
            asked(R"("max_tensor_bytes": 39)", unary({1, 10})));
  EXPECT_EQ("", asked(R"("max_tensor_bytes": 40)", unary({1, 10})));
  EXPECT_EQ("Limit: 'in0' has no elements; Limit: 'out0' has no elements",
            asked(R"("empty_tensors": false)", unary({1, 0})));
  EXPECT_EQ("", asked(R"("empty_tensors": true)", unary({1, 0})));
}

TEST(ProfileAnswers, RefuseShapesThatTheFileLeavesOpenWhereTheProfileSaysSo) {
  graph::Builder builder("open");
  Value open;
  open.name = "x";
  open.type = support::floats({1, 4});
  open.declared = Shape::create({kUnknownDim, 4}).value();
  const ValueId x = builder.addValue(open);
  const ValueId y = builder.addInner("y", support::floats({1, 4}));
  Node node;
  node.op = OpKind::Relu;
  node.inputs = {x};
  node.outputs = {y};
  builder.addNode(node);
  builder.setInputs({x});
  builder.setOutputs({y});
  auto graph = std::move(builder).build();
  ASSERT_TRUE(graph.ok()) << graph.status().message();
  const std::string relu = R"({"ops": ["RELU"], "types": ["float32"]})";
  const Profile fixed = profileWith(relu, R"(, "limits": {"static_shapes": true})");
  const Support support = answer(fixed, graph.value(), NodeId{0});
  ASSERT_EQ(1u, support.reasons().size());
  EXPECT_EQ(ReasonCode::DynamicShape, support.reasons()[0].code);
  EXPECT_TRUE(answer(profileWith(relu), graph.value(), NodeId{0}).ok());
}

}  // namespace
}  // namespace trireme::emulated
