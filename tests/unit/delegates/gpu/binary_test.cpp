#include <gtest/gtest.h>

#include "delegates/gpu/lowering.h"
#include "tests/unit/delegates/gpu/op_run.h"

// Every pair of codes against the reference kernel.
namespace trireme::gpu {
namespace {

using conformance::f32;
using conformance::i16;
using conformance::i8;
using conformance::OpCase;
using conformance::u8;

template <class T>
std::vector<T> everyCode() {
  std::vector<T> codes;
  for (int code = std::numeric_limits<T>::min(); code <= std::numeric_limits<T>::max(); ++code)
    codes.push_back(T(code));
  return codes;
}

struct Scales {
  float left, right, out;
  int32_t leftZero, rightZero, outZero;
};
// Ordinary ones, the ends of zero points, and a result that is far too narrow or far too wide.
const Scales kScales[] = {{0.05f, 0.03f, 0.09f, -3, 9, -5},
                          {0.01f, 1.7f, 0.9f, -128, 127, 127},
                          {0.5f, 0.25f, 0.004f, 127, -128, -128},
                          {0.02f, 0.02f, 30, 0, 0, 1}};

OpParams paramsOf(OpKind op, Activation activation) {
  if (op == OpKind::Add || op == OpKind::Sub) return AddParams{activation, false};
  if (op == OpKind::Mul) return ActivationParams{activation};
  return NoParams();
}

TEST(GpuBinary, EveryPairOfInt8CodesGivesTheReferencesCode) {
  for (const OpKind op : {OpKind::Add, OpKind::Sub, OpKind::Mul, OpKind::Maximum, OpKind::Minimum}) {
    for (const Scales& s : kScales) {
      for (const Activation activation : {Activation::None, Activation::Relu6}) {
        const OpCase row = OpCase("all", op, paramsOf(op, activation))
                               .in(i8({256, 1}, s.left, s.leftZero), everyCode<int8_t>())
                               .in(i8({256}, s.right, s.rightZero), everyCode<int8_t>())
                               .out(i8({256, 256}, s.out, s.outZero));
        EXPECT_EQ("", differs(row, 16)) << opName(op) << " with scales " << s.left << ", " << s.right << ", " << s.out;
      }
    }
  }
}

TEST(GpuBinary, EveryPairOfUInt8CodesGivesTheReferencesCode) {
  for (const OpKind op : {OpKind::Add, OpKind::Sub, OpKind::Mul}) {
    for (const Scales& s : kScales) {
      const OpCase row = OpCase("all", op, paramsOf(op, Activation::Relu))
                             .in(u8({256, 1}, s.left, s.leftZero + 128), everyCode<uint8_t>())
                             .in(u8({256}, s.right, s.rightZero + 128), everyCode<uint8_t>())
                             .out(u8({256, 256}, s.out, s.outZero + 128));
      EXPECT_EQ("", differs(row, 8)) << opName(op) << " with scales " << s.left << ", " << s.right << ", " << s.out;
    }
  }
}

TEST(GpuBinary, EveryPairsSquaredDifferenceIsTheReferences) {
  for (const float out : {0.5f, 2.5f}) {
    const OpCase row = OpCase("all", OpKind::SquaredDifference)
                           .in(i8({256, 1}, 0.05f, 128 - 1), everyCode<int8_t>())
                           .in(i8({256}, 0.03f, -128), everyCode<int8_t>())
                           .out(i8({256, 256}, out, -128));
    EXPECT_EQ("", differs(row, 4));
  }
}

TEST(GpuBinary, EveryQuotientOfCodesIsTheReferences) {
  for (const int zero : {-128, -3, 0, 127}) {
    std::vector<int8_t> divisors = everyCode<int8_t>();
    divisors.erase(divisors.begin() + zero + 128);
    for (const float out : {0.0001f, 0.04f, 3.0f}) {
      const OpCase row = OpCase("all", OpKind::Div, ActivationParams())
                             .in(i8({256, 1}, 0.05f, -7), everyCode<int8_t>())
                             .constant(i8({255}, 0.02f, zero), divisors)
                             .out(i8({256, 255}, out, 5));
      EXPECT_EQ("", differs(row, 8)) << "zero point " << zero << ", scale " << out;
    }
  }
}

TEST(GpuBinary, EveryPairOfCodeAndSlopeGivesThePreluOfTheReference) {
  for (const Scales& s : kScales) {
    const OpCase row = OpCase("all", OpKind::Prelu)
                           .in(i8({256, 256}, s.left, s.leftZero))
                           .in(i8({256}, s.right, s.rightZero), everyCode<int8_t>())
                           .out(i8({256, 256}, s.out, s.outZero));
    EXPECT_EQ("", differs(row, 16));
  }
}

TEST(GpuBinary, Int16CodesOfTheWholeRangeGiveTheReferencesCode) {
  const float half = 1.0f / 2048;
  for (const OpKind op : {OpKind::Add, OpKind::Sub, OpKind::Mul}) {
    for (const float out : {0.0009f, 0.00001f, 1.0f}) {
      const OpCase row = OpCase("some", op, paramsOf(op, Activation::None))
                             .in(i16({100, 160}))
                             .in(i16({100, 160}, 0.0003f))
                             .out(i16({100, 160}, out));
      if (op != OpKind::Mul && out == 0.00001f) continue;  // sums to far smaller scales are refused by all
      EXPECT_EQ("", differs(row, 16)) << opName(op) << " to scale " << out;
    }
    if (op == OpKind::Mul) continue;
    const OpCase powers = OpCase("powers", op, AddParams{Activation::None, true})
                              .in(i16({100, 160}, half / 16))
                              .in(i16({100, 160}, half))
                              .out(i16({100, 160}, half));
    EXPECT_EQ("", differs(powers, 8)) << opName(op) << " of powers of two";
  }
}

TEST(GpuBinary, HalvesAgreeAsHalvesDo) {
  for (const OpKind op : {OpKind::Add, OpKind::Mul, OpKind::SquaredDifference, OpKind::Maximum}) {
    const OpCase row =
        OpCase("half", op, paramsOf(op, Activation::None)).in(f32({3, 7, 19})).in(f32({7, 1})).out(f32({3, 7, 19}));
    const OpRun run = runOnHost(row, 8, Precision::Relaxed);
    EXPECT_EQ("", run.trouble);
    EXPECT_EQ("", support::Tolerance::halfModel().compare(row.outputType(0), run.wanted, run.found)) << opName(op);
  }
}

TEST(GpuBinary, AFunctionOfFloatsBehindASumIsComputedWithIt) {
  graph::Builder builder("pair");
  const ValueId a = builder.addInput("a", f32({4, 32})), b = builder.addInput("b", f32({32}));
  const ValueId sum = builder.addInner("sum", f32({4, 32})), out = builder.addInner("out", f32({4, 32}));
  Node add;
  add.op = OpKind::Add;
  add.params = AddParams{Activation::Relu, true};
  add.inputs = {a, b};
  add.outputs = {sum};
  builder.addNode(add);
  Node tanh;
  tanh.op = OpKind::Tanh;
  tanh.inputs = {sum};
  tanh.outputs = {out};
  builder.addNode(tanh);
  builder.setOutputs({out});
  const Graph graph = std::move(builder).build().value();
  const NodeId nodes[] = {NodeId{0}, NodeId{1}};
  const ValueId inputs[] = {a, b}, outputs[] = {out};
  GpuLimits limits;
  limits.vectorWidth = 16;
  const auto lowered = lowerPartition({graph, nodes, inputs, outputs}, limits, Precision::Exact, LowerFor::Running);
  ASSERT_TRUE(lowered.ok()) << lowered.status().message();
  EXPECT_EQ(1u, lowered.value().list.dispatches.size());
  ASSERT_EQ(1u, lowered.value().list.calls.size());
  EXPECT_EQ(2u, lowered.value().list.calls[0].nodes.size());
  EXPECT_EQ("TANH fused in", lowered.value().list.calls[0].why);
}

TEST(GpuBinary, DivisorsThatMayBeZeroAreLeftToTheCpu) {
  const OpCase unknown = OpCase("unknown", OpKind::Div, ActivationParams()).in(u8({4})).in(u8({4})).out(u8({4}));
  EXPECT_EQ("the operator was refused", runOnHost(unknown, 4).trouble);
  const OpCase floats = OpCase("floats", OpKind::FloorDiv).in(f32({4})).in(f32({4})).out(f32({4}));
  EXPECT_EQ("the operator was refused", runOnHost(floats, 4).trouble);
}

}  // namespace
}  // namespace trireme::gpu
