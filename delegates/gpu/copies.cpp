#include "delegates/gpu/copies.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "core/base/check.h"
#include "kernels/common/half_float.h"

namespace trireme::gpu {
namespace {

// Where items are loops on cores: most and fewest bytes that one moves, and items that keep a core busy.
constexpr int64_t kMostBytes = 32768, kFewestBytes = 1024, kItemsOfCore = 8;
// Where items are lanes: as many as a unit should have, and most steps of one.
constexpr int64_t kLanesItems = 256, kLanesSteps = 8;
constexpr int64_t kRowsAtOnce = 16;  // rows of the destination that a transposing item writes side by side

// What the innermost axis is to the program.
enum Kind : int32_t { kElements = 0, kVectors = 1, kRuns = 2, kAcross = 3, kInsideVector = 4 };

bool isPlain(const CopyAxis& axis) { return axis.before == 0 && axis.srcExtent == axis.extent; }

bool mergeable(const CopyAxis& outer, const CopyAxis& inner) {
  return isPlain(inner) && outer.srcStep == inner.srcStep * inner.extent &&
         outer.dstStep == inner.dstStep * inner.extent;
}

CopyAxis merged(const CopyAxis& outer, const CopyAxis& inner) {
  return {outer.extent * inner.extent, inner.srcStep, inner.dstStep, outer.before * inner.extent,
          outer.srcExtent * inner.extent};
}

std::string_view variantFor(Storage src, Storage dst) {
  if (src == Storage::F32 && dst == Storage::F16) return "D=f16 S=f32";
  if (src == Storage::F16 && dst == Storage::F32) return "D=f32 S=f16";
  TRIREME_CHECK(bytesOf(src) == bytesOf(dst), "a copy converts between floating storages alone");
  if (bytesOf(dst) == 4) return "D=i32 S=i32";
  return bytesOf(dst) == 2 ? "D=i16 S=i16" : "D=i8 S=i8";
}

// The fill as the variant's integer sees it: floating storages of one size are copied as bits.
int32_t codeOf(double fill, Storage src, Storage dst) {
  if (src != dst && (src == Storage::F32 || src == Storage::F16)) return 0;
  if (dst == Storage::F32) return std::bit_cast<int32_t>(float(fill));
  if (dst == Storage::F16) return int16_t(common::halfFromFloat(std::clamp(float(fill), -65504.0f, 65504.0f)));
  if (dst == Storage::U8) return int8_t(uint8_t(fill));
  return int32_t(fill);
}

bool multiples(const CopyJob& job, int64_t width) {
  const CopyAxis& last = job.axes.back();
  if (last.srcStep != 1 || last.dstStep != 1 || job.padLanes != 0) return false;
  for (const int64_t value :
       {job.src.at + job.srcAt, job.dst.at + job.dstAt, last.extent, last.before, last.srcExtent}) {
    if (value % width != 0) return false;
  }
  for (size_t i = 0; i + 1 < job.axes.size(); ++i) {
    if (job.axes[i].srcStep % width != 0 || job.axes[i].dstStep % width != 0) return false;
  }
  return true;
}

// Where both sides have the same pad lanes, and they may be copied like the rest, rows are copied with them.
void includePadLanes(CopyJob& job, int64_t width) {
  CopyAxis& last = job.axes.back();
  const bool bothPitched = job.src.pitch % width == 0 && job.src.at % width == 0 && job.srcAt % width == 0;
  if (job.padLanes == 0 || !bothPitched || !isPlain(last) || last.srcStep != 1) return;
  if (last.extent != job.src.channels) return;
  if (job.fill != 0 || roundUp(job.src.channels, width) - job.src.channels != job.padLanes) return;
  last.extent = last.srcExtent = last.extent + job.padLanes;
  job.padLanes = 0;
}

// Bytes and halves of words are copied as words where every row begins and ends with one. The fill's code becomes a
// word of codes.
void widen(CopyJob& job, int32_t& fillCode) {
  const auto bytes = int64_t(bytesOf(job.dst.storage));
  const int64_t factor = 4 / bytes;
  CopyAxis& last = job.axes.back();
  if (bytes == 4 || bytes != int64_t(bytesOf(job.src.storage))) return;
  if (last.srcStep != 1 || last.dstStep != 1 || last.extent == 1) return;
  std::vector<int64_t*> all = {&job.src.at,   &job.dst.at,  &job.srcAt,   &job.dstAt,
                               &job.padLanes, &last.extent, &last.before, &last.srcExtent};
  for (size_t i = 0; i + 1 < job.axes.size(); ++i) {
    if (job.axes[i].extent > 1 || job.axes[i].before != 0) all.push_back(&job.axes[i].srcStep);
    if (job.axes[i].extent > 1) all.push_back(&job.axes[i].dstStep);
  }
  if (std::any_of(all.begin(), all.end(), [&](const int64_t* value) { return *value % factor != 0; })) return;
  for (int64_t* value : all) *value /= factor;
  const uint32_t mask = bytes == 1 ? 0xFF : 0xFFFF;
  fillCode = int32_t((uint32_t(fillCode) & mask) * (bytes == 1 ? 0x01010101u : 0x00010001u));
  const int64_t end = (job.src.rows - 1) * job.src.pitch + job.src.channels;  // what may be read, in whole words
  job.src.rows = 1;
  job.src.channels = job.src.pitch = end / factor;
  job.src.storage = job.dst.storage = Storage::I32;
}

// Outer axes may come in any order: the one whose elements lie closest in the source moves next to the innermost, so
// that an item can read along it.
void bringNearestInside(std::vector<CopyAxis>& axes) {
  const auto last = axes.end() - 1;
  auto nearest = last;
  for (auto axis = axes.begin(); axis != last; ++axis) {
    if (axis->extent > 1 && axis->srcStep != 0 && std::abs(axis->srcStep) < std::abs(nearest->srcStep)) nearest = axis;
  }
  if (nearest != last) std::rotate(nearest, nearest + 1, last);
}

// Rows of some elements become a vector each.
bool fillsVectors(const CopyJob& job, int64_t width) {
  const CopyAxis& last = job.axes.back();
  if (last.srcStep != 1 || last.dstStep != 1 || !isPlain(last) || last.extent + job.padLanes != width) return false;
  const auto whole = [&](const CopyAxis& axis) { return axis.extent == 1 || axis.dstStep % width == 0; };
  return (job.dst.at + job.dstAt) % width == 0 && std::all_of(job.axes.begin(), job.axes.end() - 1, whole);
}

Kind kindOf(const CopyJob& job, const GpuLimits& limits) {
  if (multiples(job, limits.vectorWidth)) return kVectors;
  if (limits.lanesAcross && fillsVectors(job, limits.vectorWidth)) return kInsideVector;
  if (!limits.cores) return kElements;
  const CopyAxis& last = job.axes.back();
  if (last.srcStep == 1 && last.dstStep == 1 && last.extent + job.padLanes > 1) return kRuns;
  const CopyAxis& next = job.axes[kMostCopyAxes - 2];
  return next.extent > 1 && std::abs(next.srcStep) < std::abs(last.srcStep) ? kAcross : kElements;
}

void setAxes(CopyParams& params, const std::vector<CopyAxis>& axes) {
  int32_t outermost = 0;  // its extent is what is launched
  int32_t* const extents[] = {&outermost, &params.d1, &params.d2, &params.d3, &params.d4};
  int32_t* const sources[] = {&params.s0, &params.s1, &params.s2, &params.s3, &params.s4};
  int32_t* const targets[] = {&params.t0, &params.t1, &params.t2, &params.t3, &params.t4};
  int32_t* const befores[] = {&params.b0, &params.b1, &params.b2, &params.b3, &params.b4};
  int32_t* const insides[] = {&params.n0, &params.n1, &params.n2, &params.n3, &params.n4};
  for (size_t i = 0; i < kMostCopyAxes; ++i) {
    *extents[i] = int32_t(axes[i].extent);
    *sources[i] = int32_t(axes[i].srcStep);
    *targets[i] = int32_t(axes[i].dstStep);
    *befores[i] = int32_t(axes[i].before);
    *insides[i] = int32_t(axes[i].srcExtent);
  }
}

// How much of the innermost two axes is one item's. `job` has its axes as the program counts them.
void setShare(CopyParams& params, Kind kind, const CopyJob& job, const GpuLimits& limits) {
  params.run = params.rows = 1;
  int64_t steps = 1;
  for (const CopyAxis& axis : job.axes) steps *= axis.extent;
  if (limits.lanesAcross) {  // an item's first step is as dear as many more
    const int64_t share = std::clamp<int64_t>(steps / (kLanesItems * int64_t{limits.computeUnits}), 1, kLanesSteps);
    params.run = int32_t(std::min(share, job.axes.back().extent));
    if (kind == kInsideVector) {
      params.run = int32_t(job.axes.back().extent);
      params.rows = int32_t(std::min(share, job.axes[kMostCopyAxes - 2].extent));
    }
  }
  if (!limits.cores) return;
  const auto width = int64_t(limits.vectorWidth);
  const auto elementBytes = int64_t(bytesOf(job.dst.storage));
  const int64_t stepBytes = kind == kVectors ? width * elementBytes : elementBytes;
  const int64_t wanted = steps * stepBytes / (kItemsOfCore * int64_t(limits.computeUnits));
  const int64_t share = std::clamp(wanted, kFewestBytes, kMostBytes) / stepBytes;  // steps of an item
  const int64_t inner = job.axes[kMostCopyAxes - 1].extent, rows = job.axes[kMostCopyAxes - 2].extent;
  int64_t run = kind == kAcross ? share / std::min(rows, kRowsAtOnce) : share;
  run = std::clamp<int64_t>(run, 1, inner);
  if (kind == kRuns && run < inner) run = roundUp(run, width);
  params.run = int32_t(run);
  params.rows = int32_t(std::clamp<int64_t>(share / run, 1, kind == kAcross ? std::min(rows, kRowsAtOnce) : rows));
}

}  // namespace

CopyAxis plainAxis(int64_t extent, int64_t srcStep, int64_t dstStep) { return {extent, srcStep, dstStep, 0, extent}; }

std::vector<CopyAxis> mergeAxes(std::vector<CopyAxis> axes) {
  std::vector<CopyAxis> result;  // innermost first
  while (!axes.empty()) {
    const CopyAxis axis = axes.back();
    axes.pop_back();
    if (!result.empty() && axis.extent == 1 && isPlain(axis)) continue;
    if (!result.empty() && result.back().extent == 1 && isPlain(result.back())) {
      result.back() = axis;
    } else if (!result.empty() && mergeable(axis, result.back())) {
      result.back() = merged(axis, result.back());
    } else {
      result.push_back(axis);
    }
  }
  std::reverse(result.begin(), result.end());
  return result;
}

bool fitsCopy(const std::vector<CopyAxis>& axes) { return mergeAxes(axes).size() <= kMostCopyAxes; }

void emitCopyJob(Emitter& emitter, const CopyJob& asked) {
  const GpuLimits& limits = emitter.limits();
  const auto width = int64_t(limits.vectorWidth);
  CopyJob job = asked;
  TRIREME_CHECK(!job.axes.empty(), "a copy has an axis");
  includePadLanes(job, width);
  const bool gap = job.padLanes != 0;
  const CopyAxis last = job.axes.back();
  if (gap) job.axes.pop_back();
  job.axes = job.axes.empty() ? std::vector<CopyAxis>{} : mergeAxes(std::move(job.axes));
  if (gap) job.axes.push_back(last);
  TRIREME_CHECK(job.axes.size() <= kMostCopyAxes, "a copy that was taken fits the program");
  while (job.axes.size() < kMostCopyAxes) job.axes.insert(job.axes.begin(), plainAxis(1, 0, 0));
  CopyParams params;
  params.fill = float(job.fill);
  params.fillCode = codeOf(job.fill, job.src.storage, job.dst.storage);
  widen(job, params.fillCode);
  if (limits.cores) bringNearestInside(job.axes);
  const Kind kind = kindOf(job, limits);
  CopyAxis& inner = job.axes.back();
  params.srcAt = int32_t(job.src.at + job.srcAt);
  params.dstAt = int32_t(job.dst.at + job.dstAt);
  params.channels = int32_t(inner.extent);
  params.srcEnd = int32_t(job.src.at + (job.src.rows - 1) * job.src.pitch + job.src.channels);
  inner.extent += job.padLanes;
  if (kind == kVectors) inner = {inner.extent / width, width, width, inner.before / width, inner.srcExtent / width};
  setAxes(params, job.axes);
  setShare(params, kind, job, limits);
  const int64_t columns = (inner.extent + params.run - 1) / params.run;
  const int64_t pieces = (job.axes[3].extent + params.rows - 1) / params.rows;
  const Extent items = {uint32_t(columns), uint32_t(job.axes[2].extent * pieces),
                        uint32_t(job.axes[0].extent * job.axes[1].extent)};
  emitter.dispatch(Program::Copy, variantFor(job.src.storage, job.dst.storage), {kind}, {asked.src, asked.dst}, params,
                   items, limits.cores ? Extent{1, 1, 1} : emitter.smallLocal(), 0);
}

void zeroPadLanes(Emitter& emitter, const Tensor& dst) {
  const int64_t lanes = padLanesOf(emitter, dst);
  if (lanes == 0) return;
  CopyJob job;
  job.src = job.dst = dst;  // nothing is read
  job.dstAt = dst.channels;
  job.axes = {plainAxis(dst.rows, 0, dst.pitch), {lanes, 0, 1, 0, 0}};
  emitCopyJob(emitter, job);
}

std::vector<int64_t> extentsOf(const Tensor& tensor) {
  if (tensor.shape.rank() == 0) return {1};
  return {tensor.shape.dims().begin(), tensor.shape.dims().end()};
}

std::vector<int64_t> stepsOf(const Tensor& tensor) {
  const std::vector<int64_t> extents = extentsOf(tensor);
  std::vector<int64_t> steps(extents.size(), 1);
  int64_t step = tensor.pitch;
  for (size_t i = extents.size() - 1; i-- > 0;) {
    steps[i] = step;
    step *= extents[i];
  }
  return steps;
}

int64_t padLanesOf(const Emitter& emitter, const Tensor& dst) {
  if (dst.pitch % emitter.width() != 0) return 0;  // dense
  return roundUp(dst.channels, emitter.width()) - dst.channels;
}

void emitCopy(Emitter& emitter, const Tensor& src, const Tensor& dst) {
  CopyJob job;
  job.src = src;
  job.dst = dst;
  job.axes = {plainAxis(src.rows, src.pitch, dst.pitch), plainAxis(src.channels, 1, 1)};
  job.padLanes = padLanesOf(emitter, dst);
  emitCopyJob(emitter, job);
}

}  // namespace trireme::gpu
