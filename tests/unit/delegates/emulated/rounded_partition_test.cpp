#include <cmath>
#include <cstring>

#include "delegates/emulated/numerics.h"
#include "tests/support/fake_delegate.h"
#include "tests/unit/delegates/emulated/emulated_run.h"

// Devices whose tensors are kept in 16 bits.
namespace trireme::emulated {
namespace {

using support::Answer;

const std::string kHalf = R"(, "numerics": {"format": "float16"})";

std::vector<float> floats(const std::vector<std::byte>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

// The largest difference over the largest value.
double distance(const Answer& expected, const Answer& actual) {
  double worst = 0, largest = 0;
  const std::vector<float> a = floats(expected.outputs[0]), b = floats(actual.outputs[0]);
  for (size_t i = 0; i < a.size(); ++i) {
    worst = std::max(worst, std::abs(double(a[i]) - double(b[i])));
    largest = std::max(largest, std::abs(double(a[i])));
  }
  return worst / largest;
}

Answer run(const std::shared_ptr<const Model>& model, const std::shared_ptr<Delegate>& delegate,
           const char* strategy = "greedy") {
  return support::runOnce(model, with({delegate}).setStrategy(strategy), 5);
}

TEST(HalfPrecision, DiffersFromFloat32WithinItsBounds) {
  const auto model = support::modelOf(sandwich(DataType::Float32));
  const Answer wanted = onCpu(model, 5);
  const Answer half = run(model, device(profileWith(kMore, kHalf)));
  ASSERT_TRUE(half.status.ok()) << half.status.message();
  EXPECT_GT(distance(wanted, half), 1e-6);
  EXPECT_LT(distance(wanted, half), 4e-3);
  const Answer brain = run(model, device(profileWith(kMore, R"(, "numerics": {"format": "bfloat16"})")));
  EXPECT_GT(distance(wanted, brain), distance(wanted, half));
  EXPECT_LT(distance(wanted, brain), 4e-2);
}

TEST(HalfPrecision, LeavesOnlyNumbersOfTheFormatOnTheDevice) {
  support::Net net(3);
  const ValueId x = net.input({1, 4, 4, 8});
  const auto model = support::modelOf(net.build({net.tanh(net.conv(x, 8))}));
  const Profile profile = profileWith(kMore, kHalf);
  const Answer half = run(model, device(profile));
  ASSERT_TRUE(half.status.ok());
  for (const float value : floats(half.outputs[0])) ASSERT_EQ(rounded(profile.numerics, value), value);
}

TEST(HalfPrecision, RoundsWhatEntersAndWhatIsComputed) {
  support::Net net(3);
  const ValueId x = net.input({1, 4, 4, 8});
  const auto model = support::modelOf(net.build({net.tanh(x)}));
  const Profile profile = profileWith(kMore, kHalf);
  auto emulated = Interpreter::create(model, with({device(profile)})), cpu = Interpreter::create(model, with({}));
  ASSERT_TRUE(emulated.ok() && cpu.ok());
  support::Tensors inputs = support::randomInputs(*cpu.value(), 6);
  const Answer half = support::invoke(*emulated.value(), inputs);
  EXPECT_EQ(inputs, support::randomInputs(*cpu.value(), 6));
  roundAll(profile.numerics, inputs[0], inputs[0]);
  Answer expected = support::invoke(*cpu.value(), inputs);
  ASSERT_TRUE(expected.status.ok());
  roundAll(profile.numerics, expected.outputs[0], expected.outputs[0]);
  EXPECT_EQ("", compare(expected, half));
}

TEST(HalfPrecision, DoesNotDependOnHowThePlanCutsTheGraph) {
  const auto model = support::modelOf(sandwich(DataType::Float32));
  const Profile profile = profileWith(kMore + R"(, {"ops": ["MAX_POOL_2D"], "types": ["float32"]})", kHalf);
  const Answer whole = run(model, device(profile));
  EXPECT_EQ("", compare(whole, run(model, device(profile), "per-op")));
  const fake::Fake fake;
  const Answer elsewhere = run(model, device(profile, EmulationMode::Paced, fake.delegate));
  ASSERT_TRUE(elsewhere.status.ok()) << elsewhere.status.message();
  EXPECT_LT(distance(whole, elsewhere), 2e-3);  // other kernels, the same rounding
  EXPECT_EQ(std::vector<std::string>(), fake.script->violations());
}

TEST(HalfPrecision, LeavesIntegersAlone) {
  const auto model = support::modelOf(sandwich(DataType::Int8));
  EXPECT_EQ("", compare(onCpu(model, 5), run(model, device(profileWith(kMore, kHalf)))));
}

TEST(HalfPrecision, DoesNotChangeWhatTheHostSeesOfSharedMemory) {
  const auto model = support::modelOf(sandwich(DataType::Float32));
  const Profile hidden = profileWith(kSome, kHalf);
  const Profile shared = profileWith(kSome, kHalf + R"(, "memory": {"shared": true})");
  EXPECT_EQ("", compare(run(model, device(hidden)), run(model, device(shared))));
}

TEST(HalfPrecision, SaysSoInExplain) {
  const auto compiled =
      CompiledModel::create(support::modelOf(sandwich(DataType::Float32)), with({device(profileWith(kMore, kHalf))}));
  ASSERT_TRUE(compiled.ok());
  const auto calls = compiled.value()->calls(compiled.value()->placements()[0].partition);
  ASSERT_FALSE(calls.empty());
  EXPECT_NE(std::string::npos, calls[0].why.find("rounded to float16; the width of accumulators is not emulated"))
      << calls[0].why;
}

TEST(HalfPrecision, FailsAndRecoversLikeAnyOther) {
  const auto model = support::modelOf(sandwich(DataType::Float32));
  const auto interpreter =
      Interpreter::create(model, with({device(profileWith(kSome, kHalf + R"(, "faults": {"fail_submit": 2})"))}));
  ASSERT_TRUE(interpreter.ok());
  EXPECT_EQ("", compare(onCpu(model, 3),
                        support::invoke(*interpreter.value(), support::randomInputs(*interpreter.value(), 3))));
  EXPECT_EQ(1u, interpreter.value()->faults().size());
}

}  // namespace
}  // namespace trireme::emulated
