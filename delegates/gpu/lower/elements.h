#pragma once

#include <algorithm>

#include "delegates/gpu/emitter.h"

// Programs that go element by element over rows of vectors, from one pitched tensor to another.
namespace trireme::gpu {

// The operand and the result of a node: both dense rows without gaps, that are walked as one, or both pitched.
struct Rows {
  Tensor src, dst;
  int32_t dense = 0;  // 1: one row of any length from a vector on
};
Rows rowsOfElements(Emitter& emitter, ValueId from, ValueId to);

// How many of `parts` an item of a device with many items takes: one, or so many that the groups along dimension 0 are
// no more than the device starts.
inline int32_t fewestOfItem(const Emitter& emitter, int64_t parts) {
  const int64_t items = int64_t{emitter.limits().maxGroups[0]} * emitter.smallLocal()[0];
  return int32_t(std::max<int64_t>(1, (parts + items - 1) / items));
}

// Sets where rows lie and how many vectors an item takes. The items to launch.
template <class Params>
Extent setRows(const Emitter& emitter, const Tensor& src, const Tensor& dst, Params& params) {
  const bool gapless = src.pitch == src.channels && dst.pitch == dst.channels;
  const int64_t rows = gapless ? 1 : src.rows, channels = gapless ? src.rows * src.channels : src.channels;
  const int64_t vectors = (channels + emitter.width() - 1) / emitter.width();
  constexpr int64_t kFewest = 16, kMost = 256, kItemsOfCore = 8;
  const int64_t share = rows * vectors / (kItemsOfCore * int64_t(emitter.limits().computeUnits));
  params.srcAt = int32_t(src.at);
  params.srcPitch = int32_t(src.pitch);
  params.dstAt = int32_t(dst.at);
  params.dstPitch = int32_t(dst.pitch);
  params.rows = int32_t(rows);
  params.channels = int32_t(channels);
  params.run = emitter.limits().cores ? int32_t(std::min(vectors, std::clamp(share, kFewest, kMost)))
                                      : fewestOfItem(emitter, vectors);
  const int64_t whole = channels / (params.run * int64_t(emitter.width()));  // the last one takes the rest too
  return {uint32_t(std::max<int64_t>(whole, 1)), uint32_t(rows), 1};
}
// dst = (src - zero) * scale.
void emitScaled(Emitter& emitter, const Rows& rows, float scale, int32_t zero);
// "D=i8 S=f32".
std::string conversion(Storage dst, Storage src);

}  // namespace trireme::gpu
