#include <cmath>

#include "core/graph/builder.h"
#include "tests/unit/core/interpreter_fixture.h"

// The caller's memory, other shapes, outputs that are inputs or constants.
namespace trireme::core {
namespace {

using testing::HasSubstr;

std::span<std::byte> bytesOf(std::vector<float>& values) { return std::as_writable_bytes(std::span(values)); }

TEST(BoundMemory, IsReadAndWrittenInPlaceOfTheFrames) {
  for (const bool plusToo : {false, true}) {
    Options options;
    if (plusToo) options.addDelegate(std::make_shared<PlusOne>());
    const auto interpreter = make(threeNodes(), options);
    const float add = plusToo ? 1.0f : 0.0f;
    std::vector<float> in(8, 0.5f), out(8);
    ASSERT_TRUE(interpreter->frame().bindInput(0, bytesOf(in)).ok());
    ASSERT_TRUE(interpreter->frame().bindOutput(0, bytesOf(out)).ok());
    ASSERT_TRUE(interpreter->invoke().ok());
    EXPECT_FLOAT_EQ(out[7], std::tanh(0.5f + add) + add);
    in.assign(8, 0.25f);
    ASSERT_TRUE(interpreter->invoke().ok());
    EXPECT_FLOAT_EQ(out[7], std::tanh(0.25f + add) + add);
    EXPECT_EQ(in, std::vector<float>(8, 0.25f));
    EXPECT_EQ(interpreter->frame().input(0).value().bytes.data(), bytesOf(in).data());
    EXPECT_EQ(interpreter->frame().output(0).value().bytes.data(), bytesOf(out).data());
  }
}

TEST(BoundMemory, MayBeMisaligned) {
  const auto interpreter = make(threeNodes());
  std::vector<std::byte> memory(33 * 2);
  const std::span<std::byte> in = std::span(memory).subspan(1, 32), out = std::span(memory).subspan(33 + 1, 32);
  const std::vector<float> values(8, 0.5f);
  std::ranges::copy(std::as_bytes(std::span(values)), in.begin());
  ASSERT_TRUE(interpreter->frame().bindInput(0, in).ok());
  ASSERT_TRUE(interpreter->frame().bindOutput(0, out).ok());
  ASSERT_TRUE(interpreter->invoke().ok());
  float result = 0;
  std::copy_n(out.begin(), sizeof(float), reinterpret_cast<std::byte*>(&result));
  EXPECT_FLOAT_EQ(result, std::tanh(0.5f));
}

TEST(BoundMemory, MayBeInputAndOutputAtOnce) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  std::vector<float> both(8, 0.5f);
  ASSERT_TRUE(interpreter->frame().bindInput(0, bytesOf(both)).ok());
  ASSERT_TRUE(interpreter->frame().bindOutput(0, bytesOf(both)).ok());
  int submissions = 0;
  plus->onSubmit = [&] {  // the last partition fails: the input must still be there for the second try
    return ++submissions == 2 ? Event::failed(Status::error(Code::DeviceLost, "lost")) : Event();
  };
  ASSERT_TRUE(interpreter->invoke().ok());
  EXPECT_FLOAT_EQ(both[0], std::tanh(0.5f));
}

TEST(BoundMemory, MustHaveTheTensorsSize) {
  const auto interpreter = make(threeNodes());
  std::vector<float> small(7);
  const Status status = interpreter->frame().bindInput(0, bytesOf(small));
  EXPECT_EQ(status.code(), Code::InvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("input 0 has 32 bytes, the memory given 28"));
  EXPECT_FALSE(interpreter->frame().bindOutput(0, bytesOf(small)).ok());
  EXPECT_FALSE(interpreter->frame().bindOutput(1, bytesOf(small)).ok());
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f)) << "the frame works as before";
}

TEST(BoundMemory, SurvivesAFault) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  std::vector<float> in(8, 0.5f), out(8);
  ASSERT_TRUE(interpreter->frame().bindInput(0, bytesOf(in)).ok());
  ASSERT_TRUE(interpreter->frame().bindOutput(0, bytesOf(out)).ok());
  plus->onSubmit = [] { return Event::failed(Status::error(Code::DeviceLost, "lost")); };
  ASSERT_TRUE(interpreter->invoke().ok());
  EXPECT_FLOAT_EQ(out[0], std::tanh(0.5f));
}

TEST(Views, StayWhereTheyAreAfterAFault) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  const TensorView in = interpreter->frame().input(0).value();
  const TensorView out = interpreter->frame().output(0).value();
  plus->onSubmit = [] { return Event::failed(Status::error(Code::DeviceLost, "lost")); };
  run(*interpreter, 0.5f);
  EXPECT_EQ(interpreter->frame().input(0).value().bytes.data(), in.bytes.data());
  EXPECT_EQ(in.type->shape.text(), "1x8");
  EXPECT_FLOAT_EQ(out.as<float>().value()[0], std::tanh(0.5f));
}

Status resize(Interpreter& interpreter, int64_t rows) {
  const std::vector<InputShape> shapes{{0, Shape::create({rows, 8}).value()}};
  return interpreter.resizeInputs(shapes);
}

TEST(Resize, RunsOtherShapesAndComesBack) {
  const auto plus = std::make_shared<PlusOne>();
  for (const int frames : {1, 2}) {
    const auto interpreter = make(threeNodes(), Options().addDelegate(plus).setFramesInFlight(frames));
    for (const int64_t rows : {3, 1, 3, 7}) {
      ASSERT_TRUE(resize(*interpreter, rows).ok());
      EXPECT_EQ(interpreter->outputType(0).value().shape, Shape::create({rows, 8}).value());
      EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(1.5f) + 1);
      EXPECT_EQ(interpreter->frame().output(0).value().bytes.size(), size_t(rows) * 32);
    }
  }
}

TEST(Resize, KeepsPlansByShape) {
  const auto interpreter = make(threeNodes());
  ASSERT_TRUE(resize(*interpreter, 4).ok());
  const ExecutionPlan* four = &interpreter->plan();
  ASSERT_TRUE(resize(*interpreter, 1).ok());
  ASSERT_TRUE(resize(*interpreter, 4).ok());
  EXPECT_EQ(&interpreter->plan(), four);
}

TEST(Resize, KeepsTheOldShapesWhenItFails) {
  const auto interpreter = make(threeNodes());
  const std::vector<InputShape> wrong{{0, Shape::create({1, 8}).value()}, {5, Shape::create({1}).value()}};
  EXPECT_EQ(interpreter->resizeInputs(wrong).code(), Code::InvalidArgument);
  const std::vector<InputShape> twice{{0, Shape::create({1, 8}).value()}, {0, Shape::create({2, 8}).value()}};
  EXPECT_EQ(interpreter->resizeInputs(twice).code(), Code::InvalidArgument);
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
}

TEST(Resize, DoesNotBringAFailedDeviceBack) {
  const auto plus = std::make_shared<PlusOne>();
  const auto interpreter = make(threeNodes(), Options().addDelegate(plus));
  ASSERT_TRUE(resize(*interpreter, 2).ok());
  plus->onSubmit = [] { return Event::failed(Status::error(Code::DeviceLost, "lost")); };
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f));
  plus->onSubmit = nullptr;
  ASSERT_TRUE(resize(*interpreter, 1).ok());
  EXPECT_FLOAT_EQ(run(*interpreter, 0.5f), std::tanh(0.5f)) << "the plan of before the fault is forgotten";
}

TEST(Outputs, ThatAreInputsOrConstants) {
  graph::Builder builder;
  const TensorType type{DataType::Float32, Shape::create({2}).value(), {}};
  const ValueId x = builder.addInput("x", type), relu = builder.addInner("relu", type);
  const ValueId k = builder.addConstant("k", type, std::vector<float>{7, 8});
  Node node;
  node.op = OpKind::Relu;
  node.inputs = {x};
  node.outputs = {relu};
  builder.addNode(std::move(node));
  builder.setOutputs({x, k, relu});
  const auto model = support::modelOf(std::move(builder).build().value());
  for (const int frames : {1, 2}) {
    const auto interpreter = make(model, Options().setFramesInFlight(frames));
    run(*interpreter, -3);
    EXPECT_EQ(first(interpreter->frame(), 0), -3);
    EXPECT_EQ(first(interpreter->frame(), 1), 7);
    EXPECT_EQ(first(interpreter->frame(), 2), 0);
    std::vector<float> passed(2), constant(2);
    ASSERT_TRUE(interpreter->frame().bindOutput(0, bytesOf(passed)).ok());
    ASSERT_TRUE(interpreter->frame().bindOutput(1, bytesOf(constant)).ok());
    run(*interpreter, 5);
    EXPECT_EQ(passed, (std::vector<float>{5, 5}));
    EXPECT_EQ(constant, (std::vector<float>{7, 8}));
  }
}

TEST(Outputs, OfATensorWithoutElements) {
  support::Net net(1);
  const auto model = support::modelOf(net.build({net.tanh(net.relu(net.input({0, 4})))}));
  const auto interpreter = make(model);
  EXPECT_TRUE(interpreter->invoke().ok());
  EXPECT_TRUE(interpreter->frame().output(0).value().bytes.empty());
}

}  // namespace
}  // namespace trireme::core
