#include "tests/conformance/matrix/walk.h"

#include <algorithm>

#include "tests/conformance/listed_failures.h"
#include "tests/conformance/matrix/device_run.h"
#include "tests/conformance/matrix/expectation.h"

namespace trireme::conformance::matrix {
namespace {

using Tensors = std::vector<std::vector<std::byte>>;
constexpr std::byte kNaN{0xFF}, kLarge{0x5A};  // float32: NaN; 1.5e16. float16: NaN; 203
constexpr size_t kAgainEvery = 4;
constexpr uint64_t kShuffleSeed = 20;

Support answerOf(const Delegate& delegate, const Graph& graph) {
  std::vector<Support> answers = delegate.query(graph);
  if (answers.size() != 1) return Support::no(ReasonCode::Policy, "");
  return answers[0];
}

// Empty, or what is wrong with a refusal.
std::string complaint(const Support& refusal) {
  for (const Reason& reason : refusal.reasons()) {
    if (reason.detail.empty()) return "refused as " + std::string(reasonName(reason.code)) + " without a sentence";
  }
  return {};
}

void count(Tally& tally, const Support& refusal) {
  ++tally.refused;
  std::vector<std::string_view> names;
  for (const Reason& reason : refusal.reasons()) names.push_back(reasonName(reason.code));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string_view name : names) ++tally.reasons[name];
}

std::vector<size_t> shuffled(size_t count) {
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = i;
  support::Random random(kShuffleSeed + count);
  for (size_t i = count; i > 1; --i) std::swap(order[i - 1], order[size_t(random.next() % i)]);
  return order;
}

struct Outcome {
  std::string wrong;
  Tensors outputs;
};

Outcome runTwice(const OpCase& cell, const Graph& graph, const Walk& how, const Expectation& expectation) {
  Result<DeviceRun> made = DeviceRun::create(*how.delegate, graph, how.precision);
  if (!made.ok()) return {"said yes, then: " + std::string(made.status().message()), {}};
  const Tensors inputs = cell.inputs();
  Result<Tensors> first = made.value().run(inputs, kNaN);
  if (!first.ok()) return {std::string(first.status().message()), {}};
  if (std::string wrong = expectation.compare(first.value()); !wrong.empty()) return {std::move(wrong), {}};
  const Result<Tensors> second = made.value().run(inputs, kLarge);
  if (!second.ok()) return {std::string(second.status().message()), {}};
  if (first.value() != second.value()) return {"differs from run to run, or by what memory held before", {}};
  return {{}, std::move(first).value()};
}

class Walker {
 public:
  Walker(const Group& group, const Walk& how) : group_(group), how_(how), kept_(group.cells.size()) {}

  Tally go() {
    const std::vector<size_t> order = shuffled(group_.cells.size());
    for (const size_t cell : order) first(cell);
    for (size_t i = order.size(); i > 0; i -= std::min(i, kAgainEvery)) again(order[i - 1]);
    return std::move(tally_);
  }

 private:
  OpCase cellAt(size_t number) const {
    const OpCase& cell = group_.cells[number];
    return how_.storage == support::Storage::Half ? cell.halved() : cell;
  }
  void complain(const OpCase& cell, const std::string& sentence) {
    tally_.wrong.push_back(cell.name() + ": " + sentence);
  }

  void first(size_t number) {
    const OpCase cell = cellAt(number);
    const Graph graph = cell.graph();
    const Support support = answerOf(*how_.delegate, graph);
    if (!support.ok()) {
      count(tally_, support);
      if (const std::string wrong = complaint(support); !wrong.empty()) complain(cell, wrong);
      return;
    }
    const Result<Expectation> expectation = Expectation::of(cell, how_.storage);
    if (!expectation.ok()) return complain(cell, std::string(expectation.status().message()));
    Outcome outcome = runTwice(cell, graph, how_, expectation.value());
    if (const ListedFailure* listed = listedFailure(cell.name(), how_.contestant)) {
      ++tally_.listed;
      if (!outcome.wrong.empty()) return;
      return complain(cell,
                      "listed as failing because " + std::string(listed->why) + ", and passes: take it from the list");
    }
    if (!outcome.wrong.empty()) return complain(cell, outcome.wrong);
    ++tally_.passed;
    kept_[number] = std::move(outcome.outputs);
  }

  void again(size_t number) {
    if (kept_[number].empty()) return;
    const OpCase cell = cellAt(number);
    const Graph graph = cell.graph();
    Result<DeviceRun> made = DeviceRun::create(*how_.delegate, graph, how_.precision);
    if (!made.ok()) return complain(cell, "made once more: " + std::string(made.status().message()));
    const Result<Tensors> outputs = made.value().run(cell.inputs(), kNaN);
    if (!outputs.ok()) return complain(cell, "made once more: " + std::string(outputs.status().message()));
    if (outputs.value() != kept_[number]) complain(cell, "made once more, after others, it gives something else");
  }

  const Group& group_;
  const Walk& how_;
  std::vector<Tensors> kept_;
  Tally tally_;
};

}  // namespace

Tally walk(const Group& group, const Walk& how) { return Walker(group, how).go(); }

Tally ask(const Group& group, const Delegate& delegate) {
  Tally tally;
  for (const OpCase& cell : group.cells) {
    const Support support = answerOf(delegate, cell.graph());
    support.ok() ? void(++tally.passed) : count(tally, support);
  }
  return tally;
}

}  // namespace trireme::conformance::matrix
