#include "core/model/params.h"

#include <flatbuffers/flexbuffers.h>
#include <gmock/gmock.h>

#include "core/graph/op_table.h"
#include "core/graph/ops/rules.h"
#include "tests/unit/core/model/file_editor.h"

namespace trireme {
namespace {

using ::testing::HasSubstr;

TEST(Params, KnowsEveryImplementedOperator) {
  for (const graph::OpLine& line : graph::opTable()) {
    EXPECT_EQ(model::knowsParams(line.op), line.version > 0) << line.name << " needs its line in core/model/params.cpp";
  }
}

TEST(Params, AgreesWithTheGraphOnEveryKindOfParameters) {
  for (const std::span<const graph::OpRule> family : graph::ruleFamilies()) {
    for (const graph::OpRule& rule : family) {
      flatbuffers::FlatBufferBuilder builder;
      Node node;
      node.op = rule.op;
      [&]<size_t... I>(std::index_sequence<I...>) {
        (void)((I == rule.params ? (node.params.emplace<I>(), true) : false) || ...);
      }
      (std::make_index_sequence<std::variant_size_v<OpParams>>());
      EXPECT_TRUE(model::writeParams(builder, node).ok()) << opName(rule.op);
    }
  }
}

// The file of one node with the options that `make` writes.
template <class Make>
HandMade withOptions(int32_t code, fb::BuiltinOptions type, size_t inputs, Make make) {
  HandMade made;
  made.codes[0] = {.old = static_cast<int8_t>(std::min(code, 127)), .code = code};
  made.subgraphs[0].operators[0].type = type;
  made.subgraphs[0].operators[0].inputs.assign(inputs, 0);
  made.subgraphs[0].operators[0].options = [make](flatbuffers::FlatBufferBuilder& builder) {
    return make(builder).Union();
  };
  return made;
}

HandMade conv(int8_t padding, int32_t strideW, int32_t strideH, int8_t activation, int32_t dilationW,
              int32_t dilationH) {
  return withOptions(3, fb::BuiltinOptions::Conv2DOptions, 2, [=](flatbuffers::FlatBufferBuilder& builder) {
    return fb::CreateConv2DOptions(builder, padding, strideW, strideH, activation, dilationW, dilationH);
  });
}

TEST(Params, ReadsConvolutions) {
  const LoadedModel model = load(conv(1, 2, 3, 3, 4, 5));
  ASSERT_TRUE(model.ok()) << model.status().message();
  const Conv2dParams expected{Padding::Valid, Activation::Relu6, 3, 2, 5, 4};
  EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].as<Conv2dParams>(), expected);
}

TEST(Params, NamesOptionsOutOfRange) {
  EXPECT_EQ(refusal(conv(2, 1, 1, 0, 1, 1)), "subgraph 0, operator 0 CONV_2D: option padding is 2, expected 0 to 1");
  EXPECT_EQ(refusal(conv(0, 0, 1, 0, 1, 1)),
            "subgraph 0, operator 0 CONV_2D: option stride_w is 0, expected 1 to 65536");
  EXPECT_THAT(refusal(conv(0, 1, INT32_MAX, 0, 1, 1)), HasSubstr("option stride_h is 2147483647"));
  EXPECT_THAT(refusal(conv(0, 1, 1, 6, 1, 1)), HasSubstr("option fused_activation_function is 6, expected 0 to 5"));
  EXPECT_THAT(refusal(conv(0, 1, 1, 0, -1, 1)), HasSubstr("option dilation_w_factor is -1"));
  EXPECT_THAT(refusal(conv(0, 1, 1, 0, 1, 0)), HasSubstr("option dilation_h_factor is 0"));
}

TEST(Params, NamesNumbersThatAreNone) {
  const HandMade made = withOptions(25, fb::BuiltinOptions::SoftmaxOptions, 1, [](auto& builder) {
    return fb::CreateSoftmaxOptions(builder, std::numeric_limits<float>::quiet_NaN());
  });
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 SOFTMAX: option beta is nan");
}

TEST(Params, ReadsTheTypeOfAQuantizedBias) {
  const HandMade made = withOptions(9, fb::BuiltinOptions::FullyConnectedOptions, 2, [](auto& builder) {
    return fb::CreateFullyConnectedOptions(builder, 0, 0, false, false, 4);
  });
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const FullyConnectedParams expected{.quantizedBiasType = DataType::Int64};
  EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].as<FullyConnectedParams>(), expected);
}

TEST(Params, NamesListsThatAreTooLong) {
  const HandMade made = withOptions(22, fb::BuiltinOptions::ReshapeOptions, 1, [](auto& builder) {
    return fb::CreateReshapeOptions(builder, builder.CreateVector(std::vector<int32_t>(9, 1)));
  });
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 RESHAPE: option new_shape has 9 entries, expected at most 8");
}

TEST(Params, NamesTypesThatAnIndexCannotHave) {
  const HandMade made = withOptions(56, fb::BuiltinOptions::ArgMaxOptions, 2,
                                    [](auto& builder) { return fb::CreateArgMaxOptions(builder, 0); });
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 ARG_MAX: option output_type is float32, expected int32 or int64");
}

TEST(Params, RefusesTheOptionsOfAnotherOperator) {
  HandMade made = conv(0, 1, 1, 0, 1, 1);
  made.codes[0] = {.old = 17, .code = 17};  // MAX_POOL_2D
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 MAX_POOL_2D: its options are of type 1, expected 5 (Pool2DOptions)");
}

TEST(Params, TakesDefaultsWhereTheFileSaysNothing) {
  HandMade made;
  made.codes[0] = {.old = 0, .code = 0};  // ADD
  made.subgraphs[0].operators[0].inputs = {0, 0};
  const LoadedModel model = load(made);
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_EQ(model.value()->subgraphs()[0].nodes()[0].as<AddParams>(), AddParams{});
}

TEST(Params, WantsTheOptionsThatHaveNoDefault) {
  HandMade made;
  made.codes[0] = {.old = 17, .code = 17};
  EXPECT_EQ(refusal(made), "subgraph 0, operator 0 MAX_POOL_2D: its options (Pool2DOptions) are missing");
}

TEST(Params, DoesNotLookIntoOptionsOfOperatorsThatAreNotImplemented) {
  HandMade made = conv(0, 0, 0, 0, 0, 0);
  made.codes[0] = {.old = 16, .code = 16};  // LSTM
  EXPECT_EQ(refusal(made), "loaded");
}

std::vector<std::byte> words(std::vector<int32_t> numbers) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {bytes.begin(), bytes.end()};
}

TEST(Params, ReadsTheStructOfConvolution2DTransposeBias) {
  const auto params = model::readTransposeBias(words({1, 2, 3}));
  ASSERT_TRUE(params.ok());
  const TransposeConvParams expected{Padding::Same, Activation::None, 3, 2};
  EXPECT_EQ(params.value(), expected);
  EXPECT_EQ(model::writeTransposeBias(expected), words({1, 2, 3}));
  EXPECT_FALSE(model::readTransposeBias(words({1, 2})).ok());
  EXPECT_FALSE(model::readTransposeBias(words({0, 2, 2})).ok());
  EXPECT_FALSE(model::readTransposeBias(words({2, 0, 2})).ok());
}

std::vector<std::byte> flexMap(std::function<void(flexbuffers::Builder&)> fill) {
  flexbuffers::Builder builder;
  builder.Map([&] { fill(builder); });
  builder.Finish();
  const auto bytes = std::as_bytes(std::span(builder.GetBuffer()));
  return {bytes.begin(), bytes.end()};
}

void fillDetection(flexbuffers::Builder& builder, bool withClasses) {
  builder.Int("max_detections", 10);
  builder.Int("max_classes_per_detection", 1);
  if (withClasses) builder.Int("num_classes", 90);
  builder.Float("nms_score_threshold", 0.25f);
  builder.Float("nms_iou_threshold", 0.5f);
  for (const char* scale : {"y_scale", "x_scale"}) builder.Int(scale, 10);  // an integer will do
  for (const char* scale : {"h_scale", "w_scale"}) builder.Double(scale, 5);
}

TEST(Params, ReadsTheMapOfDetectionPostProcess) {
  const auto params =
      model::readDetection(flexMap([](flexbuffers::Builder& builder) { fillDetection(builder, true); }));
  ASSERT_TRUE(params.ok()) << params.status().message();
  const DetectionPostProcessParams expected{10, 1, 100, 90, 0.25f, 0.5f, 10, 10, 5, 5, false};
  EXPECT_EQ(params.value(), expected);
  const auto again = model::readDetection(model::writeDetection(expected));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.value(), expected);
}

TEST(Params, NamesWhatIsMissingInAMap) {
  const auto params =
      model::readDetection(flexMap([](flexbuffers::Builder& builder) { fillDetection(builder, false); }));
  ASSERT_FALSE(params.ok());
  EXPECT_EQ(params.status().message(), "custom option num_classes is missing or no number");
  EXPECT_EQ(model::readDetection({}).status().message(), "its custom options are no FlexBuffer with a map");
}

TEST(Params, SurvivesEveryBrokenMap) {
  const std::vector<std::byte> good = model::writeDetection({10, 1, 100, 90, 0.25f, 0.5f, 10, 10, 5, 5, true});
  size_t refused = 0;
  for (size_t length = 0; length < good.size(); ++length) {
    refused += model::readDetection(std::span(good).first(length)).ok() ? 0 : 1;
  }
  EXPECT_GT(refused, good.size() / 2);
  for (size_t position = 0; position < good.size(); ++position) {
    for (unsigned value = 0; value < 256; ++value) {
      std::vector<std::byte> bad = good;
      bad[position] = static_cast<std::byte>(value);
      (void)model::readDetection(bad).ok();
    }
  }
}

}  // namespace
}  // namespace trireme
