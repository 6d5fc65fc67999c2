#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "tests/unit/delegates/gpu/op_run.h"

namespace trireme::gpu {
namespace {

using conformance::f32;
using conformance::i16;
using conformance::OpCase;

// Numbers of every size, both signs, within `most`; 0, infinities.
std::vector<float> numbers(float most) {
  std::vector<float> all = {0, -0.0f, std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (float size = 1e-6f; size <= most; size *= 1.0007f) {
    all.push_back(size);
    all.push_back(-size);
  }
  return all;
}

std::vector<float> floats(const std::vector<std::byte>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

// Largest distance in units of the wanted number's last place; a number where NaN is wanted, or the other way: 1e9.
double worstUlps(const OpRun& run) {
  const std::vector<float> wanted = floats(run.wanted), found = floats(run.found);
  double worst = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == found[i] || (std::isnan(wanted[i]) && std::isnan(found[i]))) continue;
    const double unit = double(std::nextafter(std::fabs(wanted[i]), INFINITY)) - double(std::fabs(wanted[i]));
    const double distance = std::fabs(double(wanted[i]) - double(found[i])) / unit;
    worst = std::isfinite(distance) ? std::max(worst, distance) : 1e9;
  }
  return worst;
}

double ulpsOf(OpKind op, const OpParams& params, float most) {
  const std::vector<float> values = numbers(most);
  const auto count = int64_t(values.size());
  const OpRun run = runOnHost(OpCase("curve", op, params).in(f32({1, count}), values).out(f32({1, count})), 16);
  EXPECT_EQ("", run.trouble);
  return run.trouble.empty() ? worstUlps(run) : 1e9;
}

TEST(GpuActivation, CurvesLieWithinAFewUnitsOfTheReference) {
  EXPECT_LE(ulpsOf(OpKind::Tanh, NoParams(), 100), 3);
  EXPECT_LE(ulpsOf(OpKind::Logistic, NoParams(), 80), 3);
  EXPECT_LE(ulpsOf(OpKind::Elu, NoParams(), 100), 5);
  EXPECT_LE(ulpsOf(OpKind::HardSwish, NoParams(), 1e6f), 2);
  EXPECT_LE(ulpsOf(OpKind::Gelu, GeluParams{false}, 3), 64);  // its tail is a product of small numbers
}

TEST(GpuActivation, PlainFunctionsAreTheReferencesBits) {
  for (const OpKind op : {OpKind::Relu, OpKind::Relu6, OpKind::ReluN1To1, OpKind::Relu0To1, OpKind::Abs, OpKind::Neg,
                          OpKind::Square, OpKind::Sqrt, OpKind::Rsqrt}) {
    EXPECT_EQ(0, ulpsOf(op, NoParams(), 1e18f)) << opName(op);
  }
  EXPECT_EQ(0, ulpsOf(OpKind::LeakyRelu, LeakyReluParams{-0.3f}, 1e18f));
}

TEST(GpuActivation, NotANumberStaysWhereTheReferenceKeepsIt) {
  const std::vector<float> values = {NAN, 1, NAN, -1, NAN};
  for (const OpKind op :
       {OpKind::Relu, OpKind::Relu6, OpKind::Tanh, OpKind::Logistic, OpKind::HardSwish, OpKind::Elu}) {
    const OpRun run = runOnHost(OpCase("nan", op).in(f32({5}), values).out(f32({5})), 4);
    EXPECT_EQ("", run.trouble);
    EXPECT_LE(worstUlps(run), 4) << opName(op);
  }
}

TEST(GpuActivation, EveryInt16CodeGivesTheReferencesCode) {
  std::vector<int16_t> codes;
  for (int code = -32768; code <= 32767; ++code) codes.push_back(int16_t(code));
  const OpCase rows[] = {
      OpCase("tanh", OpKind::Tanh).in(i16({64, 1024}, 1.0f / 4096), codes).out(i16({64, 1024}, 1.0f / 32768)),
      OpCase("exp", OpKind::Exp).in(i16({65536, 1}), codes).out(i16({65536, 1}, 0.001f)),
      OpCase("leaky", OpKind::LeakyRelu, LeakyReluParams{0.3f}).in(i16({65536}), codes).out(i16({65536}, 0.0004f))};
  for (const OpCase& row : rows) EXPECT_EQ("", differs(row, 4)) << row.name();
  // A table of every code though the tensor has five.
  EXPECT_EQ("", differs(OpCase("few", OpKind::Relu).in(i16({5})).out(i16({5})), 8));
}

}  // namespace
}  // namespace trireme::gpu
