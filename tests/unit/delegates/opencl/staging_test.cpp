#include "tests/unit/delegates/opencl/opencl_fixture.h"

// Copies to and from a device with memory of its own go through a ring of pinned memory; what finds no room there goes
// as it is.
namespace trireme::opencl {
namespace {

using script::Function;
using script::Script;

std::vector<std::byte> pattern(size_t bytes, uint32_t seed) {
  std::vector<std::byte> values(bytes);
  for (size_t i = 0; i < bytes; ++i) values[i] = std::byte(uint8_t((i * 2654435761u + seed) >> 7));
  return values;
}

class StagingTest : public WithDriver {
 protected:
  // Bytes in and out again, all under way at once.
  void expectRoundTrips(OpenClDevice& one, std::span<const size_t> sizes) {
    std::vector<std::unique_ptr<Buffer>> buffers;
    std::vector<std::vector<std::byte>> in, out;
    std::vector<Event> events;
    for (size_t i = 0; i < sizes.size(); ++i) {
      buffers.push_back(std::move(one.allocate(sizes[i])).value());
      in.push_back(pattern(sizes[i], uint32_t(i)));
      out.emplace_back(sizes[i]);
      const BufferView view{buffers.back().get(), 0, sizes[i]};
      events.push_back(one.upload(in[i], view));
      events.push_back(one.download(view, out[i]));
    }
    for (const Event& event : events) EXPECT_TRUE(event.wait().ok());
    for (size_t i = 0; i < sizes.size(); ++i) EXPECT_TRUE(in[i] == out[i]) << "copy " << i << " of " << sizes[i];
  }
};

TEST_F(StagingTest, OnlyADiscreteDeviceHasPinnedMemoryAndNoImport) {
  {
    Script script(driver());
    const auto usual = device(script.api());
    const bool shares = sharesMemory(driver(), record().device);
    EXPECT_EQ(shares ? 0u : 1u, script.calls(Function::clEnqueueMapBuffer));
  }
  Script other(script::asDiscreteGpu(driver()));
  const auto discrete = device(other.api());
  EXPECT_EQ(1u, other.calls(Function::clEnqueueMapBuffer));
  EXPECT_EQ(0u, discrete->memory().importAlignment);
  EXPECT_TRUE(discrete->limits().localTiles);
}

TEST_F(StagingTest, BytesOfAllSizesComeBackAlsoWhereTheRingIsFull) {
  const auto one = device(script::asDiscreteGpu(driver()));
  std::vector<size_t> sizes = {1, 255, 256, 257, 4096, Staging::kBytes, Staging::kBytes + 1, 3};
  for (size_t i = 0; i < 40; ++i) sizes.push_back(Staging::kBytes / 7 + 13 * i);
  expectRoundTrips(*one, sizes);
  for (int i = 0; i < 3; ++i) expectRoundTrips(*one, std::array<size_t, 3>{Staging::kBytes / 3, 17, 6 << 20});
}

TEST_F(StagingTest, MoreCopiesThanTheRingHasPiecesAreAllRight) {
  const auto one = device(script::asDiscreteGpu(driver()));
  expectRoundTrips(*one, std::vector<size_t>(200, 100));
}

// The driver never touches the caller's memory: what it holds may change as soon as the call returns, and what comes
// back is there when its event is.
TEST_F(StagingTest, TheDriverSeesPinnedMemoryAlone) {
  static const Api* real = nullptr;
  static const void* given = nullptr;
  real = &script::asDiscreteGpu(driver());
  Api api = *real;
  api.clEnqueueWriteBuffer = [](cl_command_queue queue, cl_mem memory, cl_bool blocks, size_t offset, size_t bytes,
                                const void* from, cl_uint count, const cl_event* list, cl_event* event) {
    given = from;
    return real->clEnqueueWriteBuffer(queue, memory, blocks, offset, bytes, from, count, list, event);
  };
  api.clEnqueueReadBuffer = [](cl_command_queue queue, cl_mem memory, cl_bool blocks, size_t offset, size_t bytes,
                               void* to, cl_uint count, const cl_event* list, cl_event* event) {
    given = to;
    return real->clEnqueueReadBuffer(queue, memory, blocks, offset, bytes, to, count, list, event);
  };
  const auto one = device(api);
  auto buffer = one->allocate(1000);
  const std::vector<std::byte> in = pattern(1000, 5);
  std::vector<std::byte> changing = in, out(1000);
  const Event up = one->upload(changing, {buffer.value().get(), 0, 1000});
  EXPECT_NE(given, changing.data());
  std::ranges::fill(changing, std::byte{0});
  ASSERT_TRUE(up.wait().ok());
  const Event down = one->download({buffer.value().get(), 0, 1000}, out);
  EXPECT_NE(given, out.data());
  while (!down.ready()) {
  }
  EXPECT_EQ(in, out);
}

TEST_F(StagingTest, WithoutPinnedMemoryCopiesGoAsTheyAre) {
  Script script(script::asDiscreteGpu(driver()));
  script.failCall(Function::clCreateBuffer, 1, CL_MEM_OBJECT_ALLOCATION_FAILURE);
  const auto one = device(script.api());
  ASSERT_TRUE(one);
  EXPECT_EQ(0u, script.calls(Function::clEnqueueMapBuffer));
  expectRoundTrips(*one, std::array<size_t, 2>{100, 5000});
}

TEST_F(StagingTest, NothingIsLeftBehind) {
  Script script(script::asDiscreteGpu(driver()));
  {
    const auto one = device(script.api());
    expectRoundTrips(*one, std::array<size_t, 2>{100, 5000});
  }
  EXPECT_EQ(script.unbalanced(), "");
  EXPECT_EQ(script.calls(Function::clEnqueueMapBuffer), script.calls(Function::clEnqueueUnmapMemObject));
}

}  // namespace
}  // namespace trireme::opencl
