#include <gmock/gmock.h>

#include <stdexcept>

#include "core/graph/signature.h"
#include "core/plan/needs_check.h"
#include "core/plan/policy.h"
#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::HasSubstr;

// Answers as scripted.
class Scripted final : public Delegate {
 public:
  enum class Mood { Answers, TooFew, Throws, ThrowsOddly };
  explicit Scripted(std::string name, Mood mood = Mood::Answers) : mood_(mood) { info_.name = std::move(name); }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return hostDevice(); }
  Support supports(const Graph&, NodeId node) const override {
    return index(node) == 1 ? Support::no(ReasonCode::DataType, "it must be int8") : Support();
  }
  std::vector<Support> query(const Graph& graph) const override {
    if (mood_ == Mood::Throws) throw std::runtime_error("no driver");
    if (mood_ == Mood::ThrowsOddly) throw 7;
    std::vector<Support> answers = Delegate::query(graph);
    if (mood_ == Mood::TooFew) answers.pop_back();
    return answers;
  }
  std::optional<Cost> estimate(const Graph&, std::span<const NodeId> nodes) const override {
    if (mood_ == Mood::Throws) throw std::runtime_error("no estimate");
    return nodes[0] == NodeId{0} ? std::optional(Cost{2, 0, Cost::Source::Published}) : std::nullopt;
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView&, const CompileOptions&) override {
    return Status::error(Code::Unsupported, "never");
  }
  DelegateInfo info_;

 private:
  Mood mood_;
};

std::vector<std::shared_ptr<Delegate>> delegates(Scripted::Mood mood) {
  return {std::make_shared<Scripted>("odd", mood), std::make_shared<Scripted>("cpu")};
}

SupportTable ask(Scripted::Mood mood, const Graph& graph) {
  const auto both = delegates(mood);
  return querySupport(graph, both, gatherFacts(both));
}

std::string onlyReason(const SupportTable& table, uint32_t delegate, uint32_t node) {
  const auto reasons = table.at(delegate, NodeId{node}).reasons();
  EXPECT_EQ(reasons.size(), 1u);
  return reasons.empty() ? "" : reasons[0].detail;
}

TEST(SupportTable, HoldsEveryAnswerWithItsReasons) {
  const SupportTable table = ask(Scripted::Mood::Answers, chain(3));
  EXPECT_TRUE(table.can(0, NodeId{0}));
  EXPECT_EQ(onlyReason(table, 0, 1), "it must be int8");
}

TEST(SupportTable, TakesNothingFromADelegateWithTooFewAnswers) {
  const SupportTable table = ask(Scripted::Mood::TooFew, chain(3));
  EXPECT_EQ(onlyReason(table, 0, 0), "it gave 2 answers for 3 nodes");
  EXPECT_TRUE(table.can(1, NodeId{0}));
}

TEST(SupportTable, TakesNothingFromADelegateThatThrows) {
  EXPECT_EQ(onlyReason(ask(Scripted::Mood::Throws, chain(1)), 0, 0), "it threw when asked: no driver");
  EXPECT_EQ(onlyReason(ask(Scripted::Mood::ThrowsOddly, chain(1)), 0, 0), "it threw when asked");
}

TEST(CostTable, PrefersTheDelegatesOwnEstimate) {
  const Graph graph = chain(3);
  const auto both = delegates(Scripted::Mood::Answers);
  const auto facts = gatherFacts(both);
  const CostTable costs = makeCostTable(graph, both, facts, querySupport(graph, both, facts));
  EXPECT_EQ(costs.node(0, NodeId{0}).seconds, 2);
  EXPECT_EQ(costs.node(0, NodeId{0}).source, Cost::Source::Published);
  EXPECT_GT(costs.node(0, NodeId{2}).seconds, 0) << "a roofline where it has none";
  EXPECT_EQ(costs.node(0, NodeId{1}).seconds, 0) << "refused nodes cost nothing";
}

TEST(CostTable, ARunIsItsStartAndItsNodes) {
  CostTable costs(1, 2);
  costs.setRates(0, {1, 1, 0.5, 100, 0.25});
  costs.setNode(0, NodeId{0}, {1, 0, {}});
  costs.setNode(0, NodeId{1}, {2, 0, {}});
  const std::array both{NodeId{0}, NodeId{1}};
  EXPECT_DOUBLE_EQ(costs.run(0, both).seconds, 3.5);
  EXPECT_DOUBLE_EQ(costs.copy(0, 200).seconds, 2.25);
  EXPECT_DOUBLE_EQ(costs.handover(0).seconds, 0.25);
}

// A pair for less than its nodes, unless somebody else reads what is between.
class Fusing final : public Delegate {
 public:
  Fusing() { info_.name = "fusing"; }
  const DelegateInfo& info() const override { return info_; }
  Device& device() override { return hostDevice(); }
  Support supports(const Graph&, NodeId) const override { return {}; }
  std::optional<Cost> estimate(const Graph&, std::span<const NodeId> nodes) const override {
    return Cost{nodes.size() == 1 ? 4.0 : 5.0, 0, Cost::Source::Estimated};
  }
  Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView&, const CompileOptions&) override {
    return Status::error(Code::Unsupported, "never");
  }

 private:
  DelegateInfo info_;
};

// a -> b -> c and d, so a and b fuse, b and its readers do not.
TEST(CostTable, AsksForPairsThatMayFuse) {
  Sketch sketch;
  const ValueId a = sketch.relu("a", sketch.input("x"));
  const ValueId b = sketch.relu("b", a);
  const Graph graph = sketch.build({sketch.relu("c", b), sketch.relu("d", b)});
  const std::vector<std::shared_ptr<Delegate>> one{std::make_shared<Fusing>()};
  const auto facts = gatherFacts(one);
  const CostTable costs = makeCostTable(graph, one, facts, querySupport(graph, one, facts));
  ASSERT_EQ(costs.fusions(0, NodeId{1}).size(), 1u);
  EXPECT_EQ(costs.fusions(0, NodeId{1})[0].producer, NodeId{0});
  EXPECT_DOUBLE_EQ(costs.run(0, std::array{NodeId{0}, NodeId{1}}).seconds, 5);
  EXPECT_DOUBLE_EQ(costs.run(0, std::array{NodeId{1}, NodeId{2}}).seconds, 8);
  EXPECT_DOUBLE_EQ(costs.run(0, std::array{NodeId{0}, NodeId{1}, NodeId{2}, NodeId{3}}).seconds, 13);
}

// Prices of a delegate of whom something was measured.
CostTable measuredTable(const Graph& graph, const std::shared_ptr<Delegate>& delegate, const MeasuredCosts& measured) {
  const std::vector<std::shared_ptr<Delegate>> one{delegate};
  const auto facts = gatherFacts(one);
  return makeCostTable(graph, one, facts, querySupport(graph, one, facts),
                       {std::make_shared<const MeasuredCosts>(measured)});
}

TEST(CostTable, TakesWhatWasMeasuredOfASignature) {
  const Graph graph = chain(1);
  MeasuredCosts measured;
  measured.nodes[graph::signatureOf(graph, NodeId{0})] = {7, 4};
  const CostTable costs = measuredTable(graph, std::make_shared<Fusing>(), measured);
  EXPECT_EQ(costs.node(0, NodeId{0}).seconds, 7);
  EXPECT_EQ(costs.node(0, NodeId{0}).source, Cost::Source::Measured);
  EXPECT_EQ(costs.run(0, std::array{NodeId{0}}).source, Cost::Source::Measured);
}

TEST(CostTable, CorrectsEstimatesByWhatWasMeasuredOfTheirFamily) {
  const Graph graph = chain(1);
  MeasuredCosts measured;
  measured.nodes["RELU float32; of another shape"] = {6, 2};
  measured.nodes["TANH float32; anything"] = {1000, 1};
  const CostTable relu = measuredTable(graph, std::make_shared<Fusing>(), measured);
  EXPECT_DOUBLE_EQ(relu.node(0, NodeId{0}).seconds, 4 * 3.0);
  EXPECT_EQ(relu.node(0, NodeId{0}).source, Cost::Source::Estimated);
  measured.nodes.erase("RELU float32; of another shape");
  const CostTable other = measuredTable(graph, std::make_shared<Fusing>(), measured);
  EXPECT_DOUBLE_EQ(other.node(0, NodeId{0}).seconds, 4 * 1000.0) << "no such family: all that was measured";
}

TEST(CostTable, FusionsOfMeasuredNodesAreMeasuredOnes) {
  Sketch sketch;
  const ValueId a = sketch.relu("a", sketch.input("x"));
  const Graph graph = sketch.build({sketch.relu("b", a)});
  const std::string signature = graph::signatureOf(graph, NodeId{0});
  MeasuredCosts measured;
  measured.nodes[signature] = {7, 4};
  const std::array both{NodeId{0}, NodeId{1}};
  EXPECT_DOUBLE_EQ(measuredTable(graph, std::make_shared<Fusing>(), measured).run(0, both).seconds, 14)
      << "what the delegate says of the pair is not in question any more";
  measured.fusions[fusionKey(signature, signature)] = 2;
  EXPECT_DOUBLE_EQ(measuredTable(graph, std::make_shared<Fusing>(), measured).run(0, both).seconds, 12);
}

TEST(CostTable, TakesMeasuredStartsAndCopies) {
  MeasuredCosts measured;
  measured.startSeconds = 1;
  measured.copyStartSeconds = 2;
  measured.copyBytesPerSecond = 4;
  const CostTable costs = measuredTable(chain(1), std::make_shared<Fusing>(), measured);
  EXPECT_EQ(costs.start(0).seconds, 1);
  EXPECT_EQ(costs.copy(0, 8).seconds, 4);
  EXPECT_EQ(costs.handover(0).seconds, 2);
}

TEST(CostTable, AFusionNeverSavesMoreThanTheCheaperNode) {
  CostTable costs(1, 2);
  costs.setNode(0, NodeId{0}, {1, 0, {}});
  costs.setNode(0, NodeId{1}, {2, 0, {}});
  costs.addFusion(0, NodeId{1}, {NodeId{0}, {10, 0, {}}});
  EXPECT_DOUBLE_EQ(costs.run(0, std::array{NodeId{0}, NodeId{1}}).seconds, 2);
  EXPECT_DOUBLE_EQ(costs.run(0, std::array{NodeId{1}}).seconds, 2) << "its producer is elsewhere";
}

class Policy : public testing::Test {
 protected:
  Status apply() { return applyPolicy(planning.support, planning.graph, planning.facts, settings, denied, 4); }
  std::string refusals(uint32_t node) { return refusalsOf(planning.support, planning.facts, NodeId{node}); }
  Planning planning{chain(4), {deviceFacts("fake", 0), hostFacts("cpu", 1)}};
  Settings settings;
  std::vector<Denial> denied;
};

TEST_F(Policy, PinsANodeARangeAndATensor) {
  settings.pins = {{"0", "cpu"}, {"1-2", "fake"}, {"d", "cpu"}};
  ASSERT_TRUE(apply().ok());
  EXPECT_EQ(refusals(0), "fake: Policy: pinned to cpu");
  EXPECT_EQ(refusals(1), "cpu: Policy: pinned to fake");
  EXPECT_EQ(refusals(2), "cpu: Policy: pinned to fake");
  EXPECT_EQ(refusals(3), "fake: Policy: pinned to cpu");
}

TEST_F(Policy, RefusesAPinThatTheDelegateCannotTake) {
  planning.refuse(0, {1});
  settings.pins = {{"1", "fake"}};
  EXPECT_THAT(std::string(apply().message()),
              HasSubstr("operator 1 RELU is pinned to 'fake', which cannot take it: UnknownOp: scripted"));
}

TEST_F(Policy, RefusesTwoPinsOfOneNode) {
  settings.pins = {{"1", "fake"}, {"0-3", "cpu"}};
  const Status status = apply();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("operator 1 RELU is pinned to 'cpu', which cannot take it: Policy: pinned to fake"));
}

TEST_F(Policy, RefusesAPinOfWhatIsForbiddenThere) {
  settings.forbidden = {{"RELU", "fake"}};
  settings.pins = {{"2", "fake"}};
  const Status status = apply();
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("operator 2 RELU is pinned to 'fake', which cannot take it: Policy: forbidden for RELU"));
}

TEST_F(Policy, NamesWhatAPinOrForbidGotWrong) {
  const auto message = [&](Settings one) {
    settings = std::move(one);
    const Status status = apply();
    EXPECT_EQ(status.code(), Code::InvalidArgument);
    return std::string(status.message());
  };
  Settings wrong;
  wrong.pins = {{"4", "cpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("pin '4': the model's operators are 0 to 3"));
  wrong.pins = {{"2-1", "cpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("pin '2-1'"));
  wrong.pins = {{"nothing", "cpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("no tensor of that name"));
  wrong.pins = {{"in", "cpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("no operator computes that tensor"));
  wrong.pins = {{"0", "gpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("there is no delegate 'gpu'; there are: fake, cpu"));
  wrong.pins.clear();
  wrong.forbidden = {{"RELUX", "cpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("no operator has that name; the model has: RELU"));
  wrong.forbidden = {{"RELU", "gpu"}};
  EXPECT_THAT(message(wrong), HasSubstr("there is no delegate 'gpu'"));
}

TEST_F(Policy, ForbidsAnOperatorOnADelegate) {
  settings.forbidden = {{"RELU", "fake"}, {"CONV_2D", "fake"}};
  ASSERT_TRUE(apply().ok());
  EXPECT_EQ(refusals(3), "fake: Policy: forbidden for RELU");
}

TEST_F(Policy, ReleasesPinsToADeviceThatFailed) {
  settings.pins = {{"0-3", "fake"}};
  denied = {{0, "it failed in frame 2: lost"}};
  ASSERT_TRUE(apply().ok());
  EXPECT_EQ(refusals(0), "fake: DeviceFailed: it failed in frame 2: lost");
}

TEST(DelegateFacts, RefuseTraitsThatCannotBe) {
  class Odd final : public Device {
   public:
    std::string_view name() const override { return "odd"; }
    const MemoryTraits& memory() const override { return traits; }
    Result<std::unique_ptr<Buffer>> allocate(size_t) override { return Status::error(Code::OutOfMemory, "no"); }
    Event upload(std::span<const std::byte>, BufferView) override { return {}; }
    Event download(BufferView, std::span<std::byte>) override { return {}; }
    Status health() const override { return sick ? Status::error(Code::DeviceLost, "gone") : Status(); }
    MemoryTraits traits;
    bool sick = false;
  };
  class OnOdd final : public Delegate {
   public:
    const DelegateInfo& info() const override { return info_; }
    Device& device() override { return odd; }
    Support supports(const Graph&, NodeId) const override { return {}; }
    Result<std::unique_ptr<CompiledPartition>> compile(const PartitionView&, const CompileOptions&) override {
      return Status::error(Code::Unsupported, "never");
    }
    Odd odd;
    DelegateInfo info_;
  };
  const auto delegate = std::make_shared<OnOdd>();
  const std::vector<std::shared_ptr<Delegate>> one{delegate};
  EXPECT_TRUE(gatherFacts(one)[0].usable.ok());
  delegate->odd.traits.alignment = 48;
  EXPECT_THAT(std::string(gatherFacts(one)[0].usable.message()), HasSubstr("48, not a power of two"));
  delegate->odd.traits = {64, 0, 0, false};
  EXPECT_THAT(std::string(gatherFacts(one)[0].usable.message()), HasSubstr("largest allocation is 0"));
  delegate->odd.traits = {64, 100, 3, false};
  EXPECT_THAT(std::string(gatherFacts(one)[0].usable.message()), HasSubstr("imported memory is 3"));
  delegate->odd.traits = {};
  delegate->odd.sick = true;
  EXPECT_EQ(gatherFacts(one)[0].usable.code(), Code::DeviceLost);
  const Graph graph = chain(1);
  EXPECT_FALSE(querySupport(graph, one, gatherFacts(one)).can(0, NodeId{0}));
}

class NeedsCheck : public testing::Test {
 protected:
  Status check() { return checkNeeds(planning.graph, partitions[0], *planning.needs[0], facts); }
  Planning planning{chain(1), {hostFacts("cpu", 0)}};
  DelegateFacts facts = deviceFacts("fake", 0);
  std::vector<PlannedPartition> partitions =
      formPartitions(planning.graph, planning.assign("greedy").value(), {}, planning.costs).value();
  NeedsList list = planning.needsOf(partitions);
};

TEST_F(NeedsCheck, AcceptsDenseNeeds) { EXPECT_TRUE(check().ok()) << check().message(); }

TEST_F(NeedsCheck, RefusesLies) {
  PartitionNeeds& needs = *planning.needs[0];
  const PartitionNeeds good = needs;
  needs.inputs.clear();
  EXPECT_THAT(std::string(check().message()), HasSubstr("needs for 0 inputs, the partition has 1"));
  needs = good;
  needs.outputs[0].bytes = 4;
  EXPECT_THAT(std::string(check().message()), HasSubstr("asks for 4 bytes for output 'a', which has 64"));
  needs = good;
  needs.scratch.alignment = 3;
  EXPECT_THAT(std::string(check().message()), HasSubstr("alignment of 3"));
  needs = good;
  needs.inPlace = {{0, 1}};
  EXPECT_THAT(std::string(check().message()), HasSubstr("offers output 1 in place of input 0"));
  needs = good;
  needs.maxBound = -1;
  EXPECT_FALSE(check().ok());
}

TEST_F(NeedsCheck, RefusesWhatTheDeviceCannotAllocate) {
  facts.memory.maxAllocation = 63;
  EXPECT_EQ(check().code(), Code::OutOfMemory);
  EXPECT_THAT(std::string(check().message()), HasSubstr("needs 64 bytes, more than the 63 of one allocation"));
}

}  // namespace
}  // namespace trireme::plan
