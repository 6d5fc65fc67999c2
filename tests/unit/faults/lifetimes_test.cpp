#include <algorithm>
#include <array>
#include <thread>

#include "tests/unit/faults/mixed_plan.h"

// Everything may be let go in any order, with work in flight.
namespace trireme::faults {
namespace {

using std::chrono::microseconds;

FakeOptions slow(FakeOptions options) {
  for (microseconds& delay : options.delays) delay = microseconds(3'000);
  return options;
}

// What a program holds; each may go at any time. The interpreter keeps what it needs.
struct Holdings {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const CompiledModel> compiled;
  std::unique_ptr<Interpreter> interpreter;
  std::unique_ptr<Fake> fake;
  std::vector<Event> events;

  void drop(int which) {
    if (which == 0) model.reset();
    if (which == 1) compiled.reset();
    if (which == 2) interpreter.reset();
    if (which == 3) fake.reset();
    if (which == 4) events.clear();
  }
};

void dropInOrder(const std::array<int, 5>& order, const FakeOptions& options, int frames) {
  Holdings all;
  all.fake = std::make_unique<Fake>(options);
  const std::shared_ptr<fake::Script> script = all.fake->script;
  all.model = support::modelOf(sandwich());
  const Expectation expected = expectation(all.model, 1);
  auto compiled = CompiledModel::create(all.model, with(*all.fake).setFramesInFlight(frames));
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  all.compiled = std::move(compiled).value();
  auto interpreter = Interpreter::create(all.compiled);
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  all.interpreter = std::move(interpreter).value();
  for (int f = 0; f < frames; ++f) {
    ASSERT_TRUE(support::setInputs(all.interpreter->frame(f), expected.inputs).ok());
    all.events.push_back(all.interpreter->frame(f).submit());
  }
  for (int which : order) {
    all.drop(which);
    for (const Event& event : all.events) (void)event.ready();
  }
  EXPECT_EQ(0, script->delegates);
  expectClean(*script);
}

TEST(Lifetimes, EndInEveryOrderWithFramesInFlight) {
  std::array<int, 5> order = {0, 1, 2, 3, 4};
  do dropInOrder(order, slow(onFake()), 2);
  while (std::next_permutation(order.begin(), order.end()) && !testing::Test::HasFailure());
}

TEST(Lifetimes, EndInEveryOrderWithImportedMemory) {
  std::array<int, 5> order = {0, 1, 2, 3, 4};
  do dropInOrder(order, slow(importing()), 2);
  while (std::next_permutation(order.begin(), order.end()) && !testing::Test::HasFailure());
}

TEST(Lifetimes, EventsOutliveTheirInterpreter) {
  const Fake fake(slow(onFake()));
  const auto model = support::modelOf(sandwich());
  auto interpreter = Interpreter::create(model, with(fake).setFramesInFlight(2));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  ASSERT_TRUE(support::setInputs(interpreter.value()->frame(), expectation(model, 1).inputs).ok());
  const Event event = interpreter.value()->frame().submit();
  interpreter.value().reset();
  EXPECT_TRUE(event.ready());
  EXPECT_TRUE(event.wait().ok());
}

TEST(Lifetimes, OfManyInterpretersMadeAndLeftInARow) {
  const Fake fake(onFake());
  const auto model = support::modelOf(sandwich());
  for (int i = 0; i < 20; ++i) {
    auto interpreter = Interpreter::create(model, with(fake));
    ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
    if (i % 2 == 0) {
      ASSERT_TRUE(interpreter.value()->invoke().ok());
    }
  }
  expectClean(*fake.script);
}

}  // namespace
}  // namespace trireme::faults
