// Whatever the graph, the passes keep every output bit for bit.
#include <gtest/gtest.h>

#include "core/graph/graph_printer.h"
#include "core/graph/graph_verifier.h"
#include "core/passes/passes.h"
#include "random_graph.h"

namespace trireme::property {
namespace {

struct Totals {
  std::vector<uint32_t> changed = std::vector<uint32_t>(passes::passList().size(), 0);
};

void expectSameOutputs(const RandomGraphOptions& options, Totals& totals) {
  SCOPED_TRACE("seed " + std::to_string(options.seed));
  const Graph before = randomGraph(options);
  const Tensors inputs = randomInputs(before, options.seed + 1);
  const Result<Tensors> expected = evaluateGraph(before, inputs);
  ASSERT_TRUE(expected.ok()) << expected.status().message();
  Result<passes::PassResult> passed = passes::runPasses(before, {}, {});
  ASSERT_TRUE(passed.ok()) << passed.status().message();
  const Graph& after = passed.value().graph;
  ASSERT_TRUE(graph::verifyGraph(after).ok());
  const Result<Tensors> found = evaluateGraph(after, inputs);
  ASSERT_TRUE(found.ok()) << found.status().message() << graph::printGraph(after);
  EXPECT_EQ(found.value(), expected.value()) << graph::printGraph(before) << graph::printGraph(after);
  for (size_t i = 0; i < before.outputs().size(); ++i) {
    EXPECT_EQ(after.value(after.outputs()[i]).name, before.value(before.outputs()[i]).name);
    EXPECT_TRUE(after.value(after.outputs()[i]).type.shape.isKnown());
  }
  uint32_t removed = 0;
  for (size_t i = 0; i < passed.value().reports.size(); ++i) {
    removed += passed.value().reports[i].changed;
    totals.changed[i] += passed.value().reports[i].changed;
  }
  EXPECT_EQ(removed, passed.value().folded.size());
  EXPECT_EQ(after.nodes().size() + removed, before.nodes().size());
}

void overSeeds(Arithmetic arithmetic, uint64_t first, uint64_t count) {
  Totals totals;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    expectSameOutputs({seed, 10 + static_cast<int>(seed % 21), arithmetic, true}, totals);
    if (testing::Test::HasFailure()) return;
  }
  for (size_t i = 0; i < totals.changed.size(); ++i) {
    // Half precision has no place in an integer graph.
    const bool possible =
        arithmetic == Arithmetic::Float32 || std::string_view(passes::passList()[i].name) != "float16-dequantize";
    EXPECT_EQ(totals.changed[i] > 0, possible) << passes::passList()[i].name << " was never used";
  }
}

TEST(Passes, KeepTheOutputsOfRandomFloatGraphs) { overSeeds(Arithmetic::Float32, 1, 300); }

TEST(Passes, KeepTheOutputsOfRandomIntegerGraphs) { overSeeds(Arithmetic::Int8, 1001, 300); }

TEST(RandomGraph, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed < 20; ++seed) {
    const RandomGraphOptions options{seed, 20, seed % 2 == 0 ? Arithmetic::Int8 : Arithmetic::Float32, true};
    EXPECT_EQ(graph::printGraph(randomGraph(options)), graph::printGraph(randomGraph(options)));
    RandomGraphOptions other = options;
    ++other.seed;
    EXPECT_NE(graph::printGraph(randomGraph(options)), graph::printGraph(randomGraph(other)));
  }
}

TEST(RandomGraph, HasNoWorkForPassesWhenAskedForNone) {
  for (uint64_t seed = 1; seed < 40; ++seed) {
    const Graph graph = randomGraph({seed, 20, Arithmetic::Float32, false});
    Result<passes::PassResult> passed = passes::runPasses(graph, {}, {});
    ASSERT_TRUE(passed.ok());
    EXPECT_LE(graph.nodes().size(), passed.value().graph.nodes().size() + 3) << graph::printGraph(graph);
  }
}

}  // namespace
}  // namespace trireme::property
