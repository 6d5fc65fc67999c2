#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "delegates/gpu/cache_file.h"
#include "delegates/gpu/costs.h"
#include "delegates/gpu/gpu_delegate.h"

// What is known of a device's pace: measured once, and kept.
namespace trireme::gpu {
namespace {

constexpr GpuRates kRates = {25e-6, 1.5e-6, 123e9, 4.5e9, 5e9, 20e-6};
constexpr double GpuRates::*kEach[] = {&GpuRates::submitSeconds,      &GpuRates::dispatchSeconds,
                                       &GpuRates::matrixFlops,        &GpuRates::bytesPerSecond,
                                       &GpuRates::copyBytesPerSecond, &GpuRates::copyStartSeconds};
constexpr double kImpossible[] = {0, -1e-6, std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN()};

TEST(RatesRecord, WhatIsWrittenIsRead) {
  const auto read = readRates(writeRates(kRates));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read.value(), kRates);
}

TEST(RatesRecord, ARecordOfAnotherLengthIsRejected) {
  std::vector<std::byte> bytes = writeRates(kRates);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(readRates(std::span(bytes).first(length)).ok()) << length;
  }
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(readRates(bytes).ok());
}

TEST(RatesRecord, ARecordOfAnotherVersionIsPassedOver) {
  std::vector<std::byte> bytes = writeRates(kRates);
  bytes[0] = std::byte{0xEE};
  const auto read = readRates(bytes);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read.value(), std::nullopt);
}

TEST(RatesRecord, ARateThatNoDeviceHasMakesTheWholeFileDamaged) {
  const DriverIdentity driver = {"opencl", "A platform", "A vendor", "A device", "1.2.3"};
  const auto fileWith = [&](const GpuRates& rates) {
    const std::vector<CacheSection> sections = {{CacheSection::Kind::Programs, "some kernels", {}},
                                                {CacheSection::Kind::Rates, "options", writeRates(rates)}};
    return readCache(driver, writeCache(driver, sections)).status();
  };
  EXPECT_TRUE(fileWith(kRates).ok()) << fileWith(kRates).message();
  for (const auto rate : kEach) {
    for (const double value : kImpossible) {
      GpuRates rates = kRates;
      rates.*rate = value;
      EXPECT_FALSE(plausible(rates)) << value;
      EXPECT_EQ(fileWith(rates).code(), Code::InvalidArgument) << value;
    }
  }
}

// A device that computes nothing and says how long it took.
struct Behaviour {
  std::chrono::microseconds dispatch{1};  // by its own clock
  std::chrono::microseconds wait{0};      // until the host hears of a run's end: at least
  bool fails = false;
  bool keeps = true;
  int runs = 0;
  std::optional<GpuRates> kept;
};

class PretendBuffer final : public Buffer {
 public:
  PretendBuffer(const Device& device, size_t bytes) : device_(device), bytes_(bytes) {}
  const Device& device() const override { return device_; }
  size_t size() const override { return bytes_; }

 private:
  const Device& device_;
  size_t bytes_;
};

class PretendExecutable final : public GpuExecutable {
 public:
  PretendExecutable(Behaviour& behaviour, size_t dispatches) : behaviour_(behaviour), dispatches_(dispatches) {}
  Event run() override {
    ++behaviour_.runs;
    std::this_thread::sleep_for(behaviour_.wait);
    return {};
  }
  Status runTimed(std::vector<Times>& dispatches) override {
    ++behaviour_.runs;
    if (behaviour_.fails) return Status::error(Code::DeviceLost, "it does not run");
    dispatches.clear();
    for (TimePoint at; dispatches.size() < dispatches_; at += behaviour_.dispatch) {
      dispatches.push_back({at, at, at + behaviour_.dispatch, true});
    }
    return {};
  }

 private:
  Behaviour& behaviour_;
  size_t dispatches_;
};

class PretendDevice final : public GpuDevice {
 public:
  explicit PretendDevice(Behaviour& behaviour) : behaviour_(behaviour) {}
  std::string_view name() const override { return "pretend"; }
  const MemoryTraits& memory() const override { return traits_; }
  Result<std::unique_ptr<Buffer>> allocate(size_t bytes) override {
    return std::unique_ptr<Buffer>(std::make_unique<PretendBuffer>(*this, bytes));
  }
  Event upload(std::span<const std::byte>, BufferView) override { return {}; }
  Event download(BufferView, std::span<std::byte>) override { return {}; }
  const GpuLimits& limits() const override { return limits_; }
  Status compile(std::span<const KernelKey>) override { return {}; }
  Result<std::unique_ptr<GpuExecutable>> build(const DispatchList& list, std::span<const BufferView>) override {
    return std::unique_ptr<GpuExecutable>(std::make_unique<PretendExecutable>(behaviour_, list.dispatches.size()));
  }
  std::optional<GpuRates> keptRates() override { return behaviour_.kept; }
  void keepRates(const GpuRates& rates) override {
    if (behaviour_.keeps) behaviour_.kept = rates;
  }

 private:
  Behaviour& behaviour_;
  GpuLimits limits_;
  MemoryTraits traits_;
};

std::shared_ptr<Delegate> delegateOver(Behaviour& behaviour, bool measures = true) {
  GpuDelegateOptions options;
  options.name = "pretend";
  options.measures = measures;
  return makeGpuDelegate(std::make_unique<PretendDevice>(behaviour), options);
}
double startOf(Delegate& delegate) {
  delegate.renew();
  return delegate.info().rates.startSeconds;
}

TEST(GpuRates, AStartIsWhatTheHostWaitsBeyondTheDevicesTime) {
  Behaviour behaviour;
  behaviour.dispatch = std::chrono::microseconds(300);
  behaviour.wait = std::chrono::microseconds(1000);
  PretendDevice device(behaviour);
  const auto rates = measureRates(device, std::chrono::seconds(10));
  ASSERT_TRUE(rates.ok()) << rates.status().message();
  EXPECT_GE(rates.value().submitSeconds, 700e-6 * 0.999);
  EXPECT_NEAR(rates.value().dispatchSeconds, 300e-6, 1e-9);
  EXPECT_TRUE(plausible(rates.value()));
}

TEST(GpuRates, AStartTakesAMicrosecondAtLeast) {
  Behaviour behaviour;
  behaviour.dispatch = std::chrono::hours(1);  // the host never waits as long as it claims
  PretendDevice device(behaviour);
  const auto rates = measureRates(device, std::chrono::seconds(10));
  ASSERT_TRUE(rates.ok()) << rates.status().message();
  EXPECT_EQ(rates.value().submitSeconds, 1e-6);
}

TEST(GpuRates, ThePlannerHasTheMeasuredStartAndTheNextDelegateTakesItUnmeasured) {
  Behaviour behaviour;
  behaviour.wait = std::chrono::microseconds(500);
  const auto first = delegateOver(behaviour);
  const double guess = first->info().rates.startSeconds;
  EXPECT_EQ(behaviour.runs, 0);  // not before there is something to plan
  const double start = startOf(*first);
  EXPECT_GT(start, 400e-6);
  EXPECT_NE(start, guess);
  ASSERT_TRUE(behaviour.kept);
  EXPECT_EQ(behaviour.kept->submitSeconds, start);
  const int runs = behaviour.runs;
  EXPECT_GT(runs, 50);
  EXPECT_EQ(startOf(*first), start);
  EXPECT_EQ(startOf(*delegateOver(behaviour)), start);
  EXPECT_EQ(behaviour.runs, runs);
}

TEST(GpuRates, WithoutACacheEachDelegateMeasures) {
  Behaviour behaviour;
  behaviour.keeps = false;
  startOf(*delegateOver(behaviour));
  const int runs = behaviour.runs;
  EXPECT_GT(runs, 0);
  startOf(*delegateOver(behaviour));
  EXPECT_GT(behaviour.runs, runs);
}

TEST(GpuRates, WhatCannotBeMeasuredIsGuessedAndNotKept) {
  Behaviour behaviour;
  behaviour.fails = true;
  EXPECT_EQ(startOf(*delegateOver(behaviour)), guessRates(GpuLimits()).submitSeconds);
  EXPECT_EQ(behaviour.kept, std::nullopt);
}

TEST(GpuRates, ADelegateThatShallNotMeasureGuesses) {
  Behaviour behaviour;
  behaviour.kept = kRates;
  EXPECT_EQ(startOf(*delegateOver(behaviour, false)), guessRates(GpuLimits()).submitSeconds);
  EXPECT_EQ(behaviour.runs, 0);
}

}  // namespace
}  // namespace trireme::gpu
