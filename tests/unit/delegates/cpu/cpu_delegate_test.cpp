#include <gmock/gmock.h>

#include "core/base/processor.h"
#include "delegates/cpu/lowering.h"
#include "kernels/cpu/isa.h"
#include "tests/unit/delegates/cpu/partition_run.h"

namespace trireme::cpu {
namespace {

TEST(CpuDelegate, UsesTheCoresThatTheProcessMayUse) {
  const auto delegate = createCpuDelegate().value();
  EXPECT_GE(base::usableCores(), 1);
  EXPECT_THAT(delegate->info().device, testing::HasSubstr(std::to_string(base::usableCores()) + " thread"));
}

TEST(CpuDelegate, NamesItselfItsProcessorAndItsInstructionSet) {
  const auto delegate = cpuWith(3, CpuIsa::Scalar);
  EXPECT_EQ("cpu", delegate->info().name);
  EXPECT_EQ(processorName() + ", 3 threads", delegate->info().device);
  EXPECT_EQ("scalar", delegate->info().driver);
  EXPECT_FALSE(delegate->info().asynchronous);
  EXPECT_EQ(&hostDevice(), &delegate->device());
  EXPECT_GT(delegate->info().rates.flopsPerSecond, 0);
  EXPECT_LT(delegate->info().rates.flopsPerSecond, cpuWith(3)->info().rates.flopsPerSecond * 1.01);
}

TEST(CpuDelegate, RefusesNumbersOfThreadsThatCannotBe) {
  CpuOptions options;
  options.threads = -1;
  EXPECT_EQ(Code::InvalidArgument, createCpuDelegate(options).status().code());
  options.threads = 100000;
  EXPECT_THAT(std::string(createCpuDelegate(options).status().message()), testing::HasSubstr("100000"));
}

TEST(CpuDelegate, RefusesAnInstructionSetThatTheMachineLacks) {
  CpuOptions options;
  options.isa = covers(detectIsa(), CpuIsa::Neon) ? CpuIsa::Avx2 : CpuIsa::Neon;
  const Status status = createCpuDelegate(options).status();
  EXPECT_EQ(Code::Unsupported, status.code());
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(std::string(isaName(options.isa))));
}

TEST(CpuDelegate, SaysYesWhereTheReferenceDoesAndGivesItsReasonsWhereNot) {
  support::Net net(1);
  const Graph yes = net.build({net.relu(net.input({4}))});
  EXPECT_TRUE(cpuWith(1)->supports(yes, NodeId{0}).ok());

  graph::Builder builder;
  Node node;
  node.op = OpKind::Custom;
  node.params = CustomParams{"Nobody", {}};
  node.inputs = {builder.addInput("in", support::floats({4}))};
  node.outputs = {builder.addInner("out", support::floats({4}))};
  builder.setOutputs(node.outputs);
  builder.addNode(node);
  const Graph no = std::move(builder).build().value();
  const Support support = cpuWith(1)->supports(no, NodeId{0});
  ASSERT_FALSE(support.ok());
  EXPECT_EQ(ReasonCode::UnknownOp, support.reasons()[0].code);

  const NodeId nodes[] = {NodeId{0}};
  const Status refused = cpuWith(1)->compile({no, nodes, no.inputs(), no.outputs()}, {}).status();
  EXPECT_EQ(Code::Unsupported, refused.code());
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("lowering operator 0 CUSTOM"));
}

TEST(Lowerings, NameEachOperatorOnce) {
  const auto table = lowerings();
  for (size_t i = 0; i < table.size(); ++i) {
    for (size_t j = i + 1; j < table.size(); ++j) EXPECT_NE(table[i].op, table[j].op);
  }
}

}  // namespace
}  // namespace trireme::cpu
