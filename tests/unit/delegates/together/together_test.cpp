#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <thread>

#include "tests/support/graph_builders.h"
#include "tests/support/run_model.h"
#include "trireme/delegates.h"

// The CPU, OpenCL and Vulkan in one plan, over this machine's drivers.
namespace trireme {
namespace {

// Nine operators in int8, where every device gives the same bits.
Graph nineOperators() {
  support::Net net(11, DataType::Int8);
  const ValueId x = net.input({1, 13, 9, 5});
  const ValueId a = net.conv(x, 12);                  // 0
  const ValueId b = net.relu(a);                      // 1
  const ValueId c = net.depthwise(b);                 // 2
  const ValueId d = net.conv(c, 12, 1);               // 3
  const ValueId e = net.add(b, d);                    // 4
  const ValueId f = net.maxPool(e);                   // 5
  const ValueId g = net.conv(f, 7, 3);                // 6
  const ValueId h = net.tanh(g);                      // 7
  return net.build({net.concat(h, net.tanh(f)), c});  // 8, 9
}

// Programs that the drivers compiled are kept from test to test.
GpuOptions keeping() {
  GpuOptions options;
  options.cacheDirectory = std::filesystem::path(testing::TempDir()) / "trireme-together";
  return options;
}

class TogetherTest : public testing::Test {
 protected:
  void SetUp() override {
    openCl_ = createOpenClDelegate(keeping());
    vulkan_ = createVulkanDelegate(keeping());
    for (const DelegateResult* one : {&openCl_, &vulkan_}) {
      if (!one->ok()) GTEST_SKIP() << one->status().message();
    }
    model_ = support::modelOf(nineOperators());
    Options alone;
    alone.setThreads(1);
    auto cpu = Interpreter::create(model_, alone);
    ASSERT_TRUE(cpu.ok()) << cpu.status().message();
    for (uint64_t seed = 0; seed < kInputs; ++seed) {
      inputs_.push_back(support::randomInputs(*cpu.value(), seed));
      right_.push_back(support::invoke(*cpu.value(), inputs_.back()).outputs);
    }
  }

  // Four partitions of the devices and one of the CPU; values go from each device to each other one.
  Options mixed(int frames = 1) const {
    Options options;
    options.setThreads(2).setStrategy("greedy").setStrict(true).setFramesInFlight(frames);
    options.setDeviceTimeout(std::chrono::minutes(5)).addDelegate(openCl_.value()).addDelegate(vulkan_.value());
    options.pin("0-1", "opencl").pin("2-3", "vulkan").pin("4", "cpu").pin("5-6", "opencl").pin("7-9", "vulkan");
    return options;
  }
  void expectRight(const Interpreter& interpreter, const Frame& frame, size_t input) const {
    EXPECT_EQ(support::readOutputs(interpreter, frame).outputs, right_[input]) << "input " << input;
  }
  void runAll(Interpreter& interpreter, size_t first = 0) const {
    for (size_t i = 0; i < kInputs; ++i) {
      const size_t input = (first + i) % kInputs;
      const support::Answer answer = support::invoke(interpreter, inputs_[input]);
      ASSERT_TRUE(answer.status.ok()) << answer.status.message();
      EXPECT_EQ(answer.outputs, right_[input]) << "input " << input;
    }
  }

  static constexpr size_t kInputs = 4;
  DelegateResult openCl_ = Status(), vulkan_ = Status();
  std::shared_ptr<const Model> model_;
  std::vector<support::Tensors> inputs_, right_;
};

TEST_F(TogetherTest, ValuesGoFromDeviceToDevice) {
  auto interpreter = Interpreter::create(model_, mixed());
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  const auto nodes = support::nodesPerDelegate(interpreter.value()->compiled());
  EXPECT_GE(nodes.at("opencl"), 3u);
  EXPECT_GE(nodes.at("vulkan"), 4u);
  EXPECT_EQ(nodes.at("cpu"), 1u);
  runAll(*interpreter.value());
  EXPECT_TRUE(interpreter.value()->faults().empty());
}

// Memory of the host that both import needs no copy.
TEST_F(TogetherTest, WhatBothImportIsHandedOverWithoutACopy) {
  for (const DelegateResult* one : {&openCl_, &vulkan_}) {
    if (one->value()->device().memory().importAlignment == 0)
      GTEST_SKIP() << "a device does not share the host's memory";
  }
  auto interpreter = Interpreter::create(model_, mixed());
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  const ExecutionPlan& plan = interpreter.value()->plan();
  EXPECT_GE(support::countSteps<HandoverStep>(plan), 4u);
  // Inputs and outputs of the model lie in the caller's memory.
  EXPECT_LE(support::countSteps<UploadStep>(plan), 1u);
  EXPECT_LE(support::countSteps<DownloadStep>(plan), 2u);
  runAll(*interpreter.value());
}

TEST_F(TogetherTest, SeveralFramesAreInFlight) {
  auto interpreter = Interpreter::create(model_, mixed(3));
  ASSERT_TRUE(interpreter.ok()) << interpreter.status().message();
  Interpreter& one = *interpreter.value();
  for (size_t round = 0; round < 8; ++round) {
    std::vector<Event> events;
    for (int f = 0; f < one.frameCount(); ++f) {
      ASSERT_TRUE(support::setInputs(one.frame(f), inputs_[(round + size_t(f)) % kInputs]).ok());
      events.push_back(one.frame(f).submit());
    }
    for (int f = 0; f < one.frameCount(); ++f) {
      const Status status = events[size_t(f)].wait();
      ASSERT_TRUE(status.ok()) << status.message();
      expectRight(one, one.frame(f), (round + size_t(f)) % kInputs);
    }
  }
}

// One compiled model with an interpreter a thread, and models compiled anew beside them, all over the same delegates.
TEST_F(TogetherTest, ManyInterpretersInManyThreads) {
  const auto compiled = CompiledModel::create(model_, mixed());
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      auto shared = Interpreter::create(compiled.value());
      ASSERT_TRUE(shared.ok()) << shared.status().message();
      for (size_t round = 0; round < 3; ++round) {
        runAll(*shared.value(), t);
        auto own = Interpreter::create(model_, mixed(2));
        ASSERT_TRUE(own.ok()) << own.status().message();
        runAll(*own.value(), t + round);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// The delegates, the model, what was compiled of it and its interpreter go in every order.
TEST_F(TogetherTest, EveryOrderOfDestructionIsClean) {
  std::array<int, 5> order{};
  std::iota(order.begin(), order.end(), 0);
  size_t orders = 0;
  do {
    auto openCl = createOpenClDelegate(keeping()), vulkan = createVulkanDelegate(keeping());
    ASSERT_TRUE(openCl.ok() && vulkan.ok());
    Options options;
    options.setThreads(1).setStrategy("greedy").addDelegate(openCl.value()).addDelegate(vulkan.value());
    options.pin("0-3", "opencl").pin("4-9", "vulkan");
    std::shared_ptr<const Model> model = support::modelOf(nineOperators());
    std::shared_ptr<const CompiledModel> compiled = CompiledModel::create(model, options).value();
    std::unique_ptr<Interpreter> interpreter = Interpreter::create(compiled).value();
    options = Options();
    runAll(*interpreter, orders);
    for (const int what : order) {
      if (what == 0) openCl = Status();
      if (what == 1) vulkan = Status();
      if (what == 2) model.reset();
      if (what == 3) compiled.reset();
      if (what == 4) interpreter.reset();
    }
    ++orders;  // of a hundred and twenty every tenth: devices take their time to open
    for (int skip = 0; skip < 9; ++skip) std::next_permutation(order.begin(), order.end());
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_GE(orders, 12u);
}

}  // namespace
}  // namespace trireme
