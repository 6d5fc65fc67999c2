#include <gmock/gmock.h>

#include <set>

#include "core/graph/editor.h"
#include "core/graph/implemented.h"
#include "core/graph/work.h"
#include "core/passes/passes.h"
#include "core/plan/evaluator.h"
#include "core/source_check.h"
#include "delegates/emulated/profile.h"
#include "tests/support/shared_files.h"
#include "tests/unit/core/plan/brute_force.h"
#include "tools/zoo/generate.h"
#include "trireme/trireme.h"

// Strategies on networks of real size: tables and plans only, nothing runs.
namespace trireme::plan {
namespace {

// A graph as it is planned, with the model that holds its constants.
struct Planned {
  std::vector<std::byte> bytes;
  std::shared_ptr<const Model> model;
  Graph graph;
};

// None: the model is one that is refused.
std::optional<Planned> prepare(std::shared_ptr<const Model> model) {
  const Graph& source = model->subgraphs()[0];
  if (!graph::requireImplemented(source).ok()) return std::nullopt;
  auto passed = passes::runPasses(source, {}, {});
  if (!passed.ok() || !core::requireKnownSizes(passed.value().graph).ok()) return std::nullopt;
  return Planned{{}, std::move(model), std::move(passed).value().graph};
}

Planned zooGraph(const zoo::Network& network, zoo::Form form) {
  std::vector<std::byte> bytes = zoo::generate(network, form, zoo::kDefaultSeed).value();
  auto planned = prepare(Model::fromBuffer(bytes).value());
  planned->bytes = std::move(bytes);
  return std::move(*planned);
}

// Delegates, the CPU last, and everything that a strategy looks at.
struct Tables {
  Tables(const Graph& of, std::span<const std::string> specs) : graph(of) {
    for (const std::string& spec : specs) delegates.push_back(createDelegate(spec, 1).value());
    delegates.push_back(createDelegate("cpu", 1).value());
    facts = gatherFacts(delegates);
    support = querySupport(graph, delegates, facts);
    costs = makeCostTable(graph, delegates, facts, support);
  }
  StrategyInput input() const { return {graph, support, costs, facts}; }

  const Graph& graph;
  std::vector<std::shared_ptr<Delegate>> delegates;
  std::vector<DelegateFacts> facts;
  SupportTable support;
  CostTable costs;
};

double priceBy(const StrategyInput& input, std::string_view strategy) {
  const auto assignment = assignNodes(input, strategy);
  EXPECT_TRUE(assignment.ok()) << strategy << ": " << assignment.status().message();
  return assignment.ok() ? priceOf(input, assignment.value()).value().seconds : 0;
}

void expectOptimalIsLeast(const StrategyInput& input) {
  const double optimal = priceBy(input, "optimal");
  std::vector<std::string> others{"greedy", "nnapi", "per-op"};
  for (const DelegateFacts& one : input.facts) others.push_back("single:" + one.name);
  for (const std::string& other : others) EXPECT_LE(optimal, priceBy(input, other)) << other;
}

std::vector<std::string> profileSpecs() {
  std::vector<std::string> specs;
  for (const std::string& name : emulated::profileNames()) specs.push_back("emulated:" + name);
  return specs;
}

// Each profile beside the CPU, then two of them together, and all.
std::vector<std::vector<std::string>> deviceSets() {
  std::vector<std::vector<std::string>> sets;
  for (const std::string& one : profileSpecs()) sets.push_back({one});
  sets.push_back({"emulated:npu-int8", "emulated:mobile-gpu"});
  sets.push_back(profileSpecs());
  return sets;
}

class ZooPlans : public testing::TestWithParam<std::string> {
 protected:
  const zoo::Network& network() const { return *zoo::findNetwork(GetParam()).value(); }
};

TEST_P(ZooPlans, OptimalIsNeverWorseThanAnotherStrategyWithAnyProfile) {
  for (const zoo::Form form : {zoo::Form::Float32, zoo::Form::Int8}) {
    const Planned planned = zooGraph(network(), form);
    for (const std::vector<std::string>& set : deviceSets()) {
      SCOPED_TRACE(testing::Message() << zoo::formNames()[size_t(form)] << " on " << set.back());
      expectOptimalIsLeast(Tables(planned.graph, set).input());
    }
  }
}

TEST_P(ZooPlans, OptimalEqualsTheMinimumCutWhereStartingIsFree) {
  for (const zoo::Form form : {zoo::Form::Float32, zoo::Form::Int8}) {
    const Planned planned = zooGraph(network(), form);
    for (const std::string& profile : profileSpecs()) {
      SCOPED_TRACE(testing::Message() << zoo::formNames()[size_t(form)] << " on " << profile);
      Tables tables(planned.graph, std::array{profile});
      for (uint32_t d = 0; d < 2; ++d) {
        tables.facts[d].rates.startSeconds = 0;
        tables.facts[d].limits = {};
        tables.costs.setRates(d, tables.facts[d].rates);
      }
      const auto found = assignNodes(tables.input(), "optimal");
      ASSERT_TRUE(found.ok()) << found.status().message();
      const double cut = minimumCut(tables.input());
      EXPECT_NEAR(priceOf(tables.input(), found.value()).value().seconds, cut, 1e-9 * cut);
    }
  }
}

std::vector<std::string> networkNames() {
  std::vector<std::string> names;
  for (const zoo::Network& one : zoo::networks()) names.emplace_back(one.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(All, ZooPlans, testing::ValuesIn(networkNames()), [](const auto& one) { return one.param; });

TEST(SharedPlans, OptimalIsNeverWorseThanAnotherStrategyWithAnyProfile) {
  const auto folder = support::modelsFolder();
  if (!folder) GTEST_SKIP() << support::missing();
  size_t planned = 0;
  for (const std::filesystem::path& path : support::modelFiles(*folder)) {
    auto model = Model::fromFile(path);
    const auto one = model.ok() ? prepare(std::move(model).value()) : std::nullopt;
    if (!one) continue;  // refused, which the tests of every model count
    ++planned;
    for (const std::vector<std::string>& set : deviceSets()) {
      SCOPED_TRACE(testing::Message() << path << " on " << set.back());
      expectOptimalIsLeast(Tables(one->graph, set).input());
    }
  }
  EXPECT_GE(planned, 34u);
}

// ---- The study of modelled phones: CPU, GPU and NPU with round rates (MACs and bytes a second, seconds).

struct Modelled {
  const char* name;
  double macs, depthwiseMacs, bytes, node, start;
};
constexpr Modelled kCpu{"cpu", 40e9, 15e9, 8e9, 3e-6, 0};
constexpr Modelled kGpu{"gpu", 150e9, 50e9, 12e9, 12e-6, 60e-6};
constexpr Modelled kNpu{"npu", 1000e9, 120e9, 12e9, 4e-6, 100e-6};

bool npuTakes(OpKind op) {
  switch (op) {
    case OpKind::Conv2d:
    case OpKind::DepthwiseConv2d:
    case OpKind::FullyConnected:
    case OpKind::Add:
    case OpKind::Concatenation:
    case OpKind::AveragePool2d:
    case OpKind::MaxPool2d:
    case OpKind::Mean:
      return true;
    default:
      return false;
  }
}
bool gpuTakes(OpKind op) {
  return npuTakes(op) || op == OpKind::Mul || op == OpKind::Prelu || op == OpKind::HardSwish ||
         op == OpKind::ResizeBilinear || op == OpKind::Softmax || op == OpKind::TransposeConv ||
         op == OpKind::DepthToSpace;
}

// The study drew its networks with padding "same" throughout and no PAD; shapes are inferred anew.
Graph withSamePadding(const Graph& graph) {
  graph::Editor editor(graph);
  for (uint32_t n = 0; n < graph.nodes().size(); ++n) {
    Node& node = editor.node(NodeId{n});
    if (node.op == OpKind::Pad) {
      editor.replaceUses(node.outputs[0], node.inputs[0]);
      editor.removeNode(NodeId{n});
    }
    if (auto* conv = std::get_if<Conv2dParams>(&node.params)) conv->padding = Padding::Same;
    if (auto* pool = std::get_if<Pool2dParams>(&node.params); pool && pool->filterH < 7) pool->padding = Padding::Same;
  }
  return passes::runPasses(std::move(editor).finish().value(), {}, {}).value().graph;
}

class Study {
 public:
  Study(const Graph& graph, std::vector<Modelled> devices)
      : graph_(graph), support_(devices.size(), graph.nodes().size()), costs_(devices.size(), graph.nodes().size()) {
    for (uint32_t d = 0; d < devices.size(); ++d) add(devices[d], d, d + 1 == devices.size());
  }
  // The study lets two devices copy directly; here a value goes over the host in two steps, of which one is taken off.
  double microseconds(std::string_view strategy) const {
    const StrategyInput input{graph_, support_, costs_, facts_};
    const Assignment found = assignNodes(input, strategy).value();
    return (priceOf(input, found).value().seconds - detours(found)) * 1e6;
  }
  // Each operator where it alone is quickest, then grouped as NNAPI groups.
  double quickestEach() {
    SupportTable all = support_;
    for (uint32_t n = 0; n < graph_.nodes().size(); ++n) {
      uint32_t best = uint32_t(facts_.size() - 1);
      for (uint32_t d = 0; d < facts_.size(); ++d) {
        if (all.can(d, NodeId{n}) && costs_.node(d, NodeId{n}).seconds < costs_.node(best, NodeId{n}).seconds) best = d;
      }
      for (uint32_t d = 0; d < facts_.size(); ++d) {
        if (d != best) support_.deny(d, NodeId{n}, ReasonCode::Policy, "not the quickest");
      }
    }
    const double found = microseconds("nnapi");
    support_ = std::move(all);
    return found;
  }

 private:
  void add(const Modelled& device, uint32_t number, bool isCpu) {
    DelegateFacts facts;
    facts.name = device.name;
    facts.rates = {2 * device.macs, device.bytes, device.start, isCpu ? 1e18 : 4e9, isCpu ? 0 : 80e-6};
    facts.inHostMemory = isCpu;
    facts.space = isCpu ? kHost : number;
    facts.queue = number;
    costs_.setRates(number, facts.rates);
    facts_.push_back(std::move(facts));
    for (uint32_t n = 0; n < graph_.nodes().size(); ++n) {
      const OpKind op = graph_.nodes()[n].op;
      if (!isCpu && !(device.name == std::string_view("npu") ? npuTakes(op) : gpuTakes(op))) {
        support_.deny(number, NodeId{n}, ReasonCode::UnknownOp, "not in its set");
      }
      const graph::Work work = graph::nodeWork(graph_, NodeId{n});
      const double rate = op == OpKind::DepthwiseConv2d ? device.depthwiseMacs : device.macs;
      Cost cost;
      cost.seconds = std::max(double(work.operations) / 2 / rate, double(work.bytes) / device.bytes) + device.node;
      costs_.setNode(number, NodeId{n}, cost);
    }
  }

  double detours(const Assignment& assignment) const {
    std::vector<uint32_t> owner(graph_.nodes().size());
    for (const Group& group : assignment.groups) {
      for (const NodeId node : group.nodes) owner[index(node)] = group.delegate;
    }
    const uint32_t cpu = uint32_t(facts_.size() - 1);
    double seconds = 0;
    for (uint32_t v = 0; v < graph_.values().size(); ++v) {
      const auto producer = graph_.producer(ValueId{v});
      if (!producer || owner[index(*producer)] == cpu) continue;
      std::set<uint32_t> readers;
      for (const NodeId reader : graph_.consumers(ValueId{v})) readers.insert(owner[index(reader)]);
      const bool onHost =
          readers.contains(cpu) || std::ranges::find(graph_.outputs(), ValueId{v}) != graph_.outputs().end();
      readers.erase(owner[index(*producer)]);
      if (!onHost && !readers.empty()) {
        seconds += costs_.copy(*readers.begin(), byteSize(graph_.value(ValueId{v}).type).value()).seconds;
      }
    }
    return seconds;
  }

  const Graph& graph_;
  std::vector<DelegateFacts> facts_;
  SupportTable support_;
  CostTable costs_;
};

struct Row {
  const char* network;
  double cpu, greedyTwo, optimalTwo, greedyThree, quickestThree, optimalThree;  // microseconds
};

TEST(StudyOfStrategies, ItsTableIsReproduced) {
  constexpr Row kRows[] = {
      {"mobilenet_v1", 15153, 1700, 1700, 1849, 1700, 1700},
      {"mobilenet_v3_large", 8342, 11707, 6690, 13725, 12730, 4477},
      {"squeezenet_1_1", 11502, 1552, 1552, 1701, 1552, 1552},
      {"resnet50", 99082, 7016, 7016, 7165, 7016, 7016},
      {"inception_v3", 179421, 9796, 9796, 9945, 9796, 9796},
  };
  for (const Row& row : kRows) {
    const Planned planned = zooGraph(*zoo::findNetwork(row.network).value(), zoo::Form::Int8);
    const Graph graph = withSamePadding(planned.graph);
    Study two(graph, {kNpu, kCpu}), three(graph, {kNpu, kGpu, kCpu});
    const auto check = [&](const char* what, double found, double expected) {
      EXPECT_NEAR(found, expected, 0.1 * expected) << row.network << ", " << what;
    };
    check("CPU", two.microseconds("single:cpu"), row.cpu);
    check("greedy on CPU and NPU", two.microseconds("greedy"), row.greedyTwo);
    check("optimal on CPU and NPU", two.microseconds("optimal"), row.optimalTwo);
    check("greedy on three", three.microseconds("greedy"), row.greedyThree);
    check("each where it is quickest, on three", three.quickestEach(), row.quickestThree);
    check("optimal on three", three.microseconds("optimal"), row.optimalThree);
    if (row.network != std::string_view("mobilenet_v3_large")) continue;
    EXPECT_GT(two.microseconds("greedy"), 1.7 * two.microseconds("optimal"));
  }
}

}  // namespace
}  // namespace trireme::plan
