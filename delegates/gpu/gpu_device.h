#pragma once

#include "delegates/gpu/dispatch_list.h"
#include "delegates/gpu/rates_record.h"
#include "trireme/device.h"

// All that an API must provide to become a delegate.
namespace trireme::gpu {

// Matrices that a subgroup multiplies together: m x k by k x n, of halves, summed in floats (ConvMatrix).
struct MatrixUnit {
  enum class Spelling : uint8_t { Emulated, Khr, Nv };  // MATRIX of the program; Emulated: for tests of all around it
  Spelling spelling = Spelling::Emulated;
  int32_t m = 16, n = 16, k = 16;
  int32_t crew = 32;    // items of a subgroup
  int32_t groups = 64;  // that many keep the device at work
  bool operator==(const MatrixUnit&) const = default;
};

// What a lowering may ask of a device. All sizes in bytes.
struct GpuLimits {
  uint32_t vectorWidth = 4;     // lanes of `vec`, and the channel pitch: 4, 8 or 16
  uint32_t maxGroupSize = 256;  // items of a group
  std::array<uint32_t, 3> maxGroups{UINT32_MAX, UINT32_MAX, UINT32_MAX};  // of a dispatch, by dimension
  uint32_t sharedBytes = 16384;                                           // local memory of a group
  uint32_t computeUnits = 1;
  size_t maxAllocation = size_t{128} << 20;
  size_t maxBinding = size_t{128} << 20;
  size_t bindingAlignment = 256;
  size_t readSlack = 0;  // bytes behind what a dispatch reads that it may seem to read too; their values do not matter
  bool cores = false;    // items run one after another on a CPU's cores: long items, no local memory, no barriers
  // A CPU whose vectors have an item a lane, and whose groups are dear to start: long items, groups of a few vectors.
  // The lanes count dimension 0 first.
  bool lanesAcross = false;
  bool halfStorage = true, byteStorage = true;
  bool float64 = false;  // scalars of double precision
  // Large products go by tiles through local memory, which is on the chip beside the arithmetic.
  bool localTiles = false;
  // Four products of 8-bit codes and their sum are one instruction, and a fast one.
  bool dotProducts = false;
  std::optional<MatrixUnit> matrixUnit;
  bool operator==(const GpuLimits&) const = default;
};

// A dispatch list with its memory, kernel objects and arguments of its own. One submission at a time.
class GpuExecutable {
 public:
  virtual ~GpuExecutable() = default;
  virtual Event run() = 0;  // starts all dispatches in order; allocates nothing of ours
  // The same, done when it returns, with the time of each dispatch by the device's clock on the steady clock.
  virtual Status runTimed(std::vector<Times>& dispatches) = 0;
};

class GpuDevice : public Device {
 public:
  virtual const GpuLimits& limits() const = 0;
  // Makes the kernels ready, once a partition; those that are there cost nothing. A failure names the program, with the
  // first lines of the driver's log.
  virtual Status compile(std::span<const KernelKey> kernels) = 0;
  // Once a frame. `buffers`: one a DispatchList::buffers, at least as large, offsets on bindingAlignment. They and the
  // list outlive the executable. Only for kernels that are compiled.
  virtual Result<std::unique_ptr<GpuExecutable>> build(const DispatchList& list,
                                                       std::span<const BufferView> buffers) = 0;
  // What was measured of this device and driver in an earlier process; none: unknown. A device without a cache keeps
  // nothing.
  virtual std::optional<GpuRates> keptRates() { return std::nullopt; }
  virtual void keepRates(const GpuRates&) {}
};

}  // namespace trireme::gpu
