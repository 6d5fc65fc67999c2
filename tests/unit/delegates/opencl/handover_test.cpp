#include <cstdlib>

#include "tests/unit/delegates/opencl/opencl_fixture.h"

namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

class HandoverTest : public WithDriver {};

// A list that reverses 256 values in the host's memory: from its first unit into its second.
struct Imported {
  static Result<std::unique_ptr<Imported>> create(OpenClDevice& device);

  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> arena;
  std::unique_ptr<Buffer> buffer, scratch;
  std::unique_ptr<gpu::GpuExecutable> executable;
  BufferView in, out;
  float* values = nullptr;
  const float* results = nullptr;
};

Result<std::unique_ptr<Imported>> Imported::create(OpenClDevice& device) {
  auto made = std::make_unique<Imported>();
  const size_t unit = device.memory().importAlignment;
  made->arena.reset(static_cast<std::byte*>(std::aligned_alloc(unit, 2 * unit)));
  made->values = reinterpret_cast<float*>(made->arena.get());
  made->results = reinterpret_cast<const float*>(made->arena.get() + unit);
  TRIREME_ASSIGN(made->buffer, device.import({made->arena.get(), 2 * unit}));
  made->in = {made->buffer.get(), 0, 1024};
  made->out = {made->buffer.get(), unit, 1024};
  const gpu::DispatchList list = reversing(256, 1, device.limits().bindingAlignment);
  TRIREME_TRY(device.compile(keysOf(list)));
  TRIREME_ASSIGN(made->scratch, device.allocate(list.buffers[2].bytes));
  const std::vector<BufferView> views = {made->in, made->out, {made->scratch.get(), 0, list.buffers[2].bytes}};
  TRIREME_ASSIGN(made->executable, device.build(list, views));
  return made;
}

void expectDone(std::initializer_list<Event> events) {
  for (const Event& event : events) {
    const Status status = event.wait();
    ASSERT_TRUE(status.ok()) << status.message();
  }
}

// Memory that both see, in turns: written by the host, reversed by the device, written again.
TEST_F(HandoverTest, ImportedMemoryIsHandedToAndFro) {
  const auto one = device(driver());
  const size_t unit = one->memory().importAlignment;
  if (unit == 0) GTEST_SKIP() << "this device does not share the host's memory";
  const auto made = Imported::create(*one);
  ASSERT_TRUE(made.ok()) << made.status().message();
  Imported& shared = *made.value();
  EXPECT_EQ(shared.in.buffer->host(), reinterpret_cast<std::byte*>(shared.values));
  for (float start : {0.0f, 100.0f, 200.0f}) {
    for (int i = 0; i < 256; ++i) shared.values[i] = start + float(i);
    expectDone({one->acquire(shared.in), shared.executable->run(), one->release(shared.out)});
    for (int i = 0; i < 256; ++i) ASSERT_EQ(shared.results[i], start + float(255 - i));
    expectDone({one->acquire(shared.out)});
  }
  EXPECT_EQ(one->import({shared.in.buffer->host() + 64, unit}).status().code(), Code::InvalidArgument);
  EXPECT_EQ(one->import({shared.in.buffer->host(), 100}).status().code(), Code::InvalidArgument);
}

TEST_F(HandoverTest, WhatTheHostHoldsByAMappingIsGivenBackBeforeKernelsWriteIt) {
  Script script(driver());
  const auto one = device(script.api());
  if (one->memory().importAlignment == 0) GTEST_SKIP() << "this device does not share the host's memory";
  const auto made = Imported::create(*one);
  ASSERT_TRUE(made.ok()) << made.status().message();
  Imported& shared = *made.value();
  const auto held = [&] {
    return script.calls(Function::clEnqueueMapBuffer) - script.calls(Function::clEnqueueUnmapMemObject);
  };
  for (int frame = 0; frame < 3; ++frame) {
    expectDone({one->acquire(shared.in), shared.executable->run()});
    EXPECT_EQ(held(), 0u) << "frame " << frame;
    expectDone({one->release(shared.out)});
    EXPECT_EQ(held(), 1u) << "frame " << frame;
  }
  std::vector<Times> times;
  ASSERT_TRUE(shared.executable->runTimed(times).ok());
  EXPECT_EQ(held(), 0u);
}

// Else a wait for it would end no sooner than the driver is asked again.
TEST_F(HandoverTest, ASubmissionWithoutCommandsRingsWithTheOneBeforeIt) {
  static const Api* real = nullptr;
  static std::atomic<int> running{0};
  static std::atomic<cl_event> watched{nullptr};
  real = &driver();
  Api slow = driver();
  slow.clGetEventInfo = [](cl_event event, cl_event_info what, size_t bytes, void* value, size_t* needed) {
    const cl_int code = real->clGetEventInfo(event, what, bytes, value, needed);
    if (code == CL_SUCCESS && running.fetch_sub(1) > 0) *static_cast<cl_int*>(value) = CL_RUNNING;
    return code;
  };
  slow.clSetEventCallback = [](cl_event event, cl_int status, void(CL_CALLBACK * call)(cl_event, cl_int, void*),
                               void* data) {
    watched = event;
    return real->clSetEventCallback(event, status, call, data);
  };
  const auto one = device(slow);
  if (one->memory().importAlignment == 0) GTEST_SKIP() << "this device does not share the host's memory";
  const auto made = Imported::create(*one);
  ASSERT_TRUE(made.ok()) << made.status().message();
  Imported& shared = *made.value();
  running = 0;
  expectDone({one->acquire(shared.in), shared.executable->run()});
  watched = nullptr;
  running = 2;
  const Event given = one->release(shared.out), again = one->release(shared.out);
  expectDone({again});
  EXPECT_NE(watched.load(), nullptr);
  expectDone({given});
}

TEST_F(HandoverTest, AMappingWithoutAnAddressIsAFailure) {
  Script script(driver());
  const auto one = device(script.api());
  const size_t unit = one->memory().importAlignment;
  if (unit == 0) GTEST_SKIP() << "this device does not share the host's memory";
  const std::unique_ptr<std::byte, decltype(&std::free)> arena(static_cast<std::byte*>(std::aligned_alloc(unit, unit)),
                                                               std::free);
  auto imported = one->import({arena.get(), unit});
  ASSERT_TRUE(imported.ok()) << imported.status().message();
  script.failCall(Function::clEnqueueMapBuffer, 1, CL_SUCCESS);
  EXPECT_EQ(one->release({imported.value().get(), 0, 64}).wait().code(), Code::DeviceLost);
}

}  // namespace
}  // namespace trireme::opencl
