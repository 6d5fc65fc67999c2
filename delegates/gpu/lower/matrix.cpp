#include "delegates/gpu/lower/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "delegates/gpu/choice.h"
#include "delegates/gpu/copies.h"
#include "kernels/common/half_float.h"

namespace trireme::gpu {
namespace {

// LANEWISE 2 of the program: the table holds the codes from -128 to 255.
constexpr int32_t kReadsTable = 2;
constexpr float kFirstCode = -128;
// Products of any two codes whose sum stays within 2^24.
constexpr int32_t kAlwaysExact = 256;
constexpr int64_t kCodesOfWord = 4;

// Taps of a row that lie side by side are one longer tap.
MatrixGeometry folded(MatrixGeometry geometry) {
  if (geometry.tapsX > 1 && geometry.tapX == geometry.depth) {
    geometry.depth *= geometry.tapsX;
    geometry.readable = geometry.depth;
    geometry.tapsX = 1;
  }
  return geometry;
}

WeightRow foldedRows(const WeightRow& weights, const MatrixGeometry& plain, const MatrixGeometry& geometry) {
  if (plain.tapsX == geometry.tapsX) return weights;
  return [&weights, plain](int64_t channel, int64_t tapY, std::span<float> row) {
    const auto depth = size_t(plain.depth);
    for (int64_t x = 0; x < plain.tapsX; ++x) {
      weights(channel, tapY * plain.tapsX + x, row.subspan(size_t(x) * depth, depth));
    }
  };
}

// Calls write(floats) for memory of this storage: where it lies, or to be rounded behind it.
template <class Write>
void storeFloats(Storage storage, std::span<std::byte> to, Write write) {
  if (storage == Storage::F32) {
    write(std::span(reinterpret_cast<float*>(to.data()), to.size() / sizeof(float)));
    return;
  }
  std::vector<float> floats(to.size() / sizeof(uint16_t));
  write(std::span(floats));
  auto* halves = reinterpret_cast<uint16_t*>(to.data());
  for (const float value : floats) *halves++ = common::halfFromFloat(std::clamp(value, -65504.0f, 65504.0f));
}

std::string variantFor(Storage src, Storage weights, Storage extra, Storage dst) {
  const bool codes = dst != Storage::F32 && dst != Storage::F16;
  const int sums = !codes ? 0 : weights == Storage::I32 ? 2 : 1;
  return fmt::format("CODES={} S={} W={} B={} E={} D={}", sums, storageName(src), storageName(weights),
                     codes ? "i32" : "f32", storageName(codes ? extra : dst), storageName(dst));
}

template <class Params>
void setGeometry(Params& params, const MatrixGeometry& g, const Tensor& src, const Tensor& dst) {
  params.rows = int32_t(g.pixels());
  params.channels = int32_t(g.channels);
  params.outW = int32_t(g.outW);
  params.outH = int32_t(g.outH);
  params.srcAt = int32_t(src.at + g.srcAt);
  params.srcImage = int32_t(g.srcImage);
  params.srcY = int32_t(g.srcY);
  params.srcX = int32_t(g.srcX);
  params.tapsY = int32_t(g.tapsY);
  params.tapsX = int32_t(g.tapsX);
  params.tapY = int32_t(g.tapY);
  params.tapX = int32_t(g.tapX);
  params.dstAt = int32_t(dst.at + g.dstAt);
  params.dstImage = int32_t(g.dstImage);
  params.dstY = int32_t(g.dstY);
  params.dstX = int32_t(g.dstX);
}

void setBorder(ConvGemmParams& params, const MatrixGeometry& g) {
  params.borderY = int32_t(g.borderY);
  params.borderX = int32_t(g.borderX);
  params.lineEnd = int32_t(g.lineEnd);
  params.imageEnd = int32_t(g.imageEnd);
}

// What ConvGemm alone is told of codes. With dots its inputs stay inside the image.
void setGemmCodes(ConvGemmParams& params, const CodeFinish& finish, bool dots) {
  params.low2 = float(dots ? finish.filterZero : finish.imageZero);
  params.high2 = finish.sum ? finish.sum->sure : 0;
  params.sure = sureDistance(finish);
  params.tableStep = finish.scales.size() > 1 ? int32_t(kThresholds) : 0;
}

template <class Params>
void setExtra(Params& params, const Tensor& extra) {
  params.extraAt = int32_t(extra.at);
  params.extraPitch = int32_t(extra.pitch);
}

// What a finish reads besides its constants.
struct FinishTensors {
  Tensor bias, extra;
};

template <class Params>
FinishTensors finishFloats(Emitter& emitter, const MatrixJob& job, int64_t channels, Storage dst, Params& params) {
  FinishTensors tensors{floatBias(emitter, job.bias, channels, job.first), {}};
  tensors.extra = floatExtra(emitter, *job.floats, channels, dst, tensors.bias, job.first);
  setExtra(params, tensors.extra);
  setFloats(params, *job.floats);
  return tensors;
}

// `sums`: of each channel's weights.
template <class Params>
FinishTensors finishCodes(Emitter& emitter, const MatrixJob& job, int64_t channels, std::span<const int64_t> sums,
                          Params& params) {
  FinishTensors tensors{
      codeBias(
          emitter, *job.codes, job.bias, channels, [&](int64_t c) { return sums[size_t(c)]; }, job.first),
      codeExtra(emitter, *job.codes, channels, job.first)};
  setCodes(params, *job.codes);
  return tensors;
}

// All windows as one tap, with their inputs in the order of its depth.
WeightRow joinedRows(const WeightRow& weights, const MatrixGeometry& geometry) {
  return [&weights, depth = size_t(geometry.depth), taps = geometry.tapsY * geometry.tapsX](int64_t channel, int64_t,
                                                                                            std::span<float> row) {
    for (int64_t tap = 0; tap < taps; ++tap) weights(channel, tap, row.subspan(size_t(tap) * depth, depth));
  };
}

// By tiles: whole products of floats, and of codes that ConvTile has a finish for.
std::optional<GroupTile> tileOf(const Emitter& emitter, const MatrixJob& job, const MatrixGeometry& g, Storage src) {
  if (job.codes && job.codes->kind != CodeFinish::TwoRoundings && job.codes->kind != CodeFinish::OneRounding) return {};
  return chooseGroupTile(emitter.limits(), src, g.pixels(), g.channels, g.tapsY * g.tapsX * g.depth);
}

int64_t largestCode(Storage src) { return src == Storage::U8 ? 255 : 128; }

// Weights of a tile, one after another; what codes need to know of them goes into the parameters and to `weightSums`.
Tensor packTiles(Emitter& emitter, const MatrixJob& job, const MatrixPacking& packing, Storage src,
                 const WeightRow& weights, ConvTileParams& params, std::vector<int64_t>& weightSums) {
  const Storage storage = chooseWeightStorage(emitter.limits(), src);
  return emitter.weights(storage, packing.elements(), [&](std::span<std::byte> bytes) {
    storeFloats(storage, bytes, [&](std::span<float> floats) { packMatrix(packing, weights, floats); });
    if (!job.codes) return;
    const int64_t largest = largestCode(src);
    weightSums = sumsOfCodes(packing, weights, largest).weightSums;
    params.chunk = int32_t(exactRun(packing, weights, largest));
  });
}

void emitTiles(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& g, const GroupTile& tile,
               const Tensor& src, const Tensor& dst, const WeightRow& rows) {
  const WeightRow weights = joinedRows(rows, g);
  const int64_t depth = g.tapsY * g.tapsX * g.depth, across = tile.channels(emitter.width());
  ConvTileParams params;
  setGeometry(params, g, src, dst);
  params.depth = int32_t(g.depth);
  std::vector<int64_t> weightSums;
  const Tensor packed =
      packTiles(emitter, job, {g.channels, 1, depth, depth, across}, src.storage, weights, params, weightSums);
  params.chunk = std::max(params.chunk / tile.side, 1) * tile.side;
  const FinishTensors finish = job.codes ? finishCodes(emitter, job, g.channels, weightSums, params)
                                         : finishFloats(emitter, job, g.channels, dst.storage, params);
  const auto side = uint32_t(tile.side);
  const Extent items = {uint32_t((g.pixels() + tile.pixels() - 1) / tile.pixels()) * side,
                        uint32_t((g.channels + across - 1) / across) * side, 1};
  emitter.say(fmt::format("tiles of {}x{} in local memory", tile.pixels(), across));
  emitter.dispatch(Program::ConvTile, variantFor(src.storage, packed.storage, finish.extra.storage, dst.storage),
                   {tile.side, tile.rows, tile.blocks, job.codes ? job.codes->kind : job.floats->kind},
                   {src, packed, finish.bias, finish.extra, dst}, params, items, {side, side, 1},
                   2.0 * double(g.pixels()) * double(g.channels) * double(depth));
}

// Whether inputs of a tap can be read by whole vectors.
bool isReadable(const Emitter& emitter, const MatrixGeometry& g) {
  return roundUp(g.depth, emitter.width()) <= g.readable;
}

// By matrix units: products of floats in one storage, whose inputs are whole vectors.
std::optional<MatrixGroup> groupOf(const Emitter& emitter, const MatrixJob& job, const MatrixGeometry& g,
                                   const Tensor& src, const Tensor& dst) {
  if (!job.floats || src.storage != dst.storage || g.imageEnd > 0 || !isReadable(emitter, g)) return {};
  return chooseMatrixGroup(emitter.limits(), src.storage, g.pixels(), g.channels, g.tapsY * g.tapsX * g.depth);
}

void emitMatrixUnits(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& g, const MatrixGroup& group,
                     const Tensor& src, const Tensor& dst, const WeightRow& weights) {
  const int64_t across = group.channels();
  ConvMatrixParams params;
  setGeometry(params, g, src, dst);
  params.depth = int32_t(roundUp(g.depth, emitter.width()));
  const MatrixPacking packing{g.channels, g.tapsY * g.tapsX, g.depth, params.depth, across};
  const Tensor packed = emitter.weights(src.storage, packing.elements(), [&](std::span<std::byte> bytes) {
    storeFloats(src.storage, bytes, [&](std::span<float> floats) { packMatrix(packing, weights, floats); });
  });
  const FinishTensors finish = finishFloats(emitter, job, g.channels, dst.storage, params);
  const std::string_view storage = storageName(src.storage);
  const Extent items = {uint32_t((g.pixels() + group.pixels() - 1) / group.pixels()) * group.items(),
                        uint32_t((g.channels + across - 1) / across), 1};
  emitter.say(fmt::format("matrices of {}x{}x{} by groups of {}x{}", group.unit.m, group.unit.n, group.unit.k,
                          group.pixels(), across));
  emitter.dispatch(
      Program::ConvMatrix,
      fmt::format("MATRIX={} S={} W={} E={} D={}", int(group.unit.spelling), storage, storage, storage, storage),
      {group.unit.m, group.unit.n, group.unit.k, group.unit.crew, group.down, group.across, group.rows, group.blocks,
       group.steps, job.floats->kind},
      {src, packed, finish.bias, finish.extra, dst}, params, items, {group.items(), 1, 1},
      2.0 * double(g.pixels()) * double(g.channels) * double(packing.taps) * double(g.depth));
}

// Weights of ConvGemm, and what codes need to know of them.
Tensor packGemm(Emitter& emitter, const MatrixJob& job, const MatrixPacking& packing, const MatrixTile& tile,
                Storage src, const WeightRow& weights, CodeSums& sums) {
  const auto width = int64_t(emitter.width());
  const auto sumUp = [&] {
    if (job.codes) sums = sumsOfCodes(packing, weights, largestCode(src));
  };
  if (tile.dots) {
    return emitter.weights(Storage::I32, packing.elements() / kCodesOfWord, [&](std::span<std::byte> bytes) {
      const std::span words(reinterpret_cast<uint32_t*>(bytes.data()), bytes.size() / sizeof(uint32_t));
      packCodes(packing, weights, job.codes->filterZero, words);
      sumUp();
    });
  }
  const Storage storage = chooseWeightStorage(emitter.limits(), src);
  const int64_t table = tile.table ? kCodeTable : 0;
  return emitter.weights(storage, table + std::max<int64_t>(packing.elements(), width),
                         [&](std::span<std::byte> bytes) {
                           storeFloats(storage, bytes, [&](std::span<float> floats) {
                             std::iota(floats.begin(), floats.begin() + table, kFirstCode);
                             packMatrix(packing, weights, floats.subspan(size_t(table)));
                           });
                           sumUp();
                         });
}

}  // namespace

bool readsVectors(const Emitter& emitter, Storage src) {
  return chooseMatrixTile(emitter.limits(), src, 1, 1).lanewise;
}

void placeRows(MatrixGeometry& geometry, const Tensor& dst) {
  geometry.dstX = dst.pitch;
  geometry.dstY = geometry.outW * geometry.dstX;
  geometry.dstImage = geometry.outH * geometry.dstY;
}

void emitMatrixAtOnce(Emitter& emitter, const MatrixJob& job, const MatrixGeometry& plain, const Tensor& src,
                      const Tensor& dst, const WeightRow& rows) {
  if (const auto group = groupOf(emitter, job, plain, src, dst)) {
    emitMatrixUnits(emitter, job, plain, *group, src, dst, rows);
    return;
  }
  if (const auto tile = tileOf(emitter, job, plain, src.storage)) {
    emitTiles(emitter, job, plain, *tile, src, dst, rows);
    return;
  }
  const auto width = int64_t(emitter.width());
  MatrixGeometry g = plain;
  MatrixTile tile = chooseMatrixTile(emitter.limits(), src.storage, g.pixels(), g.channels);
  tile.lanewise = tile.lanewise && isReadable(emitter, g);
  tile.dots = tile.dots && tile.lanewise && job.codes && g.imageEnd == 0;
  if (!tile.lanewise || g.depth % width == 0) g = folded(g);
  const WeightRow weights = foldedRows(rows, plain, g);
  const MatrixPacking packing{g.channels, g.tapsY * g.tapsX, g.depth, tile.lanewise ? roundUp(g.depth, width) : g.depth,
                              tile.blocks * width};
  CodeSums sums;
  sums.chunk = packing.packedDepth;
  const Tensor packed = packGemm(emitter, job, packing, tile, src.storage, weights, sums);
  ConvGemmParams params;
  setGeometry(params, g, src, dst);
  setBorder(params, g);
  params.depth = int32_t(packing.packedDepth);
  params.chunk = int32_t(std::max<int64_t>(sums.chunk, 1));
  if (tile.lanewise && params.chunk % width != 0) {
    params.chunk = sums.chunk >= g.depth ? params.depth : kAlwaysExact;
  }
  const FinishTensors finish = job.codes ? finishCodes(emitter, job, g.channels, sums.weightSums, params)
                                         : finishFloats(emitter, job, g.channels, dst.storage, params);
  if (job.codes) setGemmCodes(params, *job.codes, tile.dots);
  if (tile.dots) emitter.say("dot products");
  if (job.codes && job.codes->sum) setExtra(params, finish.extra);
  const int64_t perItem = tile.blocks * width;
  const Extent items = {uint32_t((g.pixels() + tile.rows - 1) / tile.rows),
                        uint32_t((g.channels + perItem - 1) / perItem), 1};
  const double operations =
      2.0 * double(g.pixels()) * double(g.channels) * double(packing.taps) * double(packing.depth);
  emitter.dispatch(Program::ConvGemm, variantFor(src.storage, packed.storage, finish.extra.storage, dst.storage),
                   {tile.rows, tile.blocks, tile.table ? kReadsTable : int32_t(tile.lanewise),
                    job.codes ? job.codes->kind : job.floats->kind, g.imageEnd > 0 ? 1 : 0},
                   {src, packed, finish.bias, finish.extra, dst}, params, items, tile.local, operations);
}

PaddedImage padImage(Emitter& emitter, ValueId id, const Tensor* codes, int64_t beforeY, int64_t height,
                     int64_t beforeX, int64_t width, float fill, bool gaps) {
  const Shape& shape = emitter.graph().value(id).type.shape;
  const int64_t images = shape.dim(0), inH = shape.dim(1), inW = shape.dim(2), channels = shape.dim(3);
  const auto lanes = int64_t(emitter.width());
  const bool vectors = readsVectors(emitter, codes ? codes->storage : emitter.storageOfValue(id));
  const bool inside = beforeY == 0 && beforeX == 0 && height <= inH && width <= inW;
  PaddedImage image;
  image.channels = channels;
  if (inside) {
    image.tensor = codes ? *codes : emitter.read(id, vectors ? Layout::Pitched : Layout::Any);
    image.x = image.tensor.pitch;
    image.readable = image.tensor.pitch % lanes == 0 ? roundUp(channels, lanes) : channels;
    image.y = inW * image.x;
    image.image = inH * image.y;
    return image;
  }
  // Few channels lie without gaps, so that the taps of a row become one. Halves of them would be read one by one:
  // floats.
  const bool dense = channels % lanes == 0 || (channels < lanes && !gaps);
  const bool small = channels < lanes && !codes && emitter.storageOfValue(id) == Storage::F16;
  const std::optional<Tensor> border = small ? emitter.atBorder(id) : std::nullopt;
  const Tensor src = codes ? *codes : border ? *border : emitter.read(id, Layout::Any);
  const bool sameGaps = !dense && src.pitch == roundUp(channels, lanes) && fill == 0;
  int64_t before = beforeX, columns = width;
  if (dense && channels < lanes && src.pitch == channels && inW * channels % lanes == 0) {
    // More columns than needed, so that rows are copied by whole vectors.
    const int64_t step = lanes / std::gcd(lanes, channels);
    before = roundUp(beforeX, step);
    columns = roundUp(width + before - beforeX, step);
  }
  image.x = dense ? channels : roundUp(channels, lanes);
  image.readable = image.x;
  image.y = columns * image.x;
  image.image = height * image.y;
  image.at = (before - beforeX) * image.x;
  image.tensor = emitter.denseScratch(small ? Storage::F32 : src.storage, images * image.image);
  CopyJob copy;
  copy.src = src;
  copy.dst = image.tensor;
  copy.fill = fill;
  const int64_t walked = sameGaps ? image.x : channels;
  copy.padLanes = sameGaps ? 0 : image.x - walked;
  copy.axes = {plainAxis(images, inH * inW * src.pitch, image.image),
               CopyAxis{height, inW * src.pitch, image.y, beforeY, inH},
               CopyAxis{columns, src.pitch, image.x, before, inW}, plainAxis(walked, 1, 1)};
  emitCopyJob(emitter, copy);
  emitter.say(fmt::format("bordered copy of {}x{} pixels", height, width));
  return image;
}

}  // namespace trireme::gpu
