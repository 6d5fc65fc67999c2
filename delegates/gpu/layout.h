#pragma once

#include <optional>

#include "delegates/gpu/gpu_device.h"
#include "trireme/delegate.h"

// How values lie in a partition's memory.
namespace trireme::gpu {

// What an element is in memory; the names are those of the programs' language.
enum class Storage : uint8_t { F32, F16, I8, U8, I16, I32 };
std::string_view storageName(Storage storage);  // "f32"
size_t bytesOf(Storage storage);
// How a model's type is kept inside a partition: float32 as f16 under Relaxed and Fastest where the device has it; bool
// as u8. None: the type has no programs.
std::optional<Storage> storageOf(DataType dtype, Precision precision, const GpuLimits& limits);

// Rows of channels: element (row, channel) is at + row * pitch + channel. Rows are all axes but the last, which is the
// channels; a scalar has one row of one channel. Pitched: pitch and at are multiples of the vector width, and the lanes
// from channels up to the next multiple are zero (in a slice of a wider row only its own).
struct Tensor {
  uint32_t root = 0;  // memory, by the emitter's count
  Storage storage = Storage::F32;
  int64_t at = 0, rows = 1, channels = 1, pitch = 1;                                // in elements
  Shape shape;                                                                      // of the model
  int64_t vectors(uint32_t width) const { return (channels + width - 1) / width; }  // of a row
};
int64_t rowsOf(const Shape& shape);
int64_t channelsOf(const Shape& shape);
int64_t roundUp(int64_t value, int64_t step);
// Extent of an axis counted from the last, 1 beyond the rank: axisFromEnd(NHWC, 1) is W.
int64_t axisFromEnd(const Shape& shape, int number);

}  // namespace trireme::gpu
