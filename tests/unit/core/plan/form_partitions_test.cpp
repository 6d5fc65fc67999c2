#include "core/plan/form_partitions.h"

#include <gmock/gmock.h>

#include "tests/unit/core/plan/planning.h"

namespace trireme::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Group group(uint32_t delegate, std::initializer_list<uint32_t> nodes) {
  Group group{delegate, {}};
  for (uint32_t node : nodes) group.nodes.push_back(NodeId{node});
  return group;
}

class FormPartitions : public testing::Test {
 protected:
  Result<std::vector<PlannedPartition>> form(std::vector<Group> groups) {
    return formPartitions(planning.graph, {std::move(groups), {}, false}, planning.preserved, planning.costs);
  }
  Planning planning{chain(4), {deviceFacts("fake", 0), hostFacts("cpu", 1)}};
};

TEST_F(FormPartitions, OrdersThemSoThatNoneWaits) {
  const auto formed = form({group(1, {3}), group(0, {1, 2}), group(1, {0})});
  ASSERT_TRUE(formed.ok()) << formed.status().message();
  EXPECT_THAT(formed.value()[0].nodes, ElementsAre(NodeId{0}));
  EXPECT_THAT(formed.value()[1].nodes, ElementsAre(NodeId{1}, NodeId{2}));
  EXPECT_THAT(formed.value()[2].nodes, ElementsAre(NodeId{3}));
}

TEST_F(FormPartitions, OnlyWhatCrossesABorderIsAnInputOrOutput) {
  const auto formed = form({group(1, {0}), group(0, {1, 2}), group(1, {3})});
  ASSERT_TRUE(formed.ok());
  EXPECT_THAT(formed.value()[1].inputs, ElementsAre(planning.graph.nodes()[0].outputs[0]));
  EXPECT_THAT(formed.value()[1].outputs, ElementsAre(planning.graph.nodes()[2].outputs[0]));
}

TEST_F(FormPartitions, PreservedTensorsAreOutputs) {
  planning.preserved = {planning.graph.nodes()[1].outputs[0]};
  const auto formed = form({group(1, {0, 1, 2, 3})});
  ASSERT_TRUE(formed.ok());
  EXPECT_THAT(formed.value()[0].outputs,
              ElementsAre(planning.graph.nodes()[1].outputs[0], planning.graph.nodes()[3].outputs[0]));
}

TEST_F(FormPartitions, RefusesGroupsThatWaitForThemselves) {
  const Status status = form({group(0, {0, 2}), group(1, {1, 3})}).status();
  EXPECT_EQ(status.code(), Code::Internal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("wait for themselves"));
}

TEST_F(FormPartitions, RefusesANodeInNoGroup) {
  EXPECT_THAT(std::string(form({group(0, {0, 1, 2})}).status().message()), HasSubstr("operator 3 RELU is in no group"));
}

TEST_F(FormPartitions, RefusesANodeInTwoGroups) {
  const Status status = form({group(0, {0, 1, 2}), group(1, {2, 3})}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("operator 2 RELU is in two groups"));
}

}  // namespace
}  // namespace trireme::plan
