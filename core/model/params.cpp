#include "core/model/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/model/bodies.h"
#include "core/model/params_general.h"
#include "core/model/place.h"

namespace trireme::model {
namespace {

// One implemented operator: how its options become parameters, and back.
struct ParamsLine {
  OpKind op;
  Result<OpParams> (*read)(const OptionsSource& source);
  WrittenParams (*write)(FlatBufferBuilder& builder, const OpParams& params);
  size_t params;  // position in OpParams
};

enum class Absent : uint8_t { Default, Broken };  // what a missing table of options means

template <class Params>
constexpr size_t kPosition = [] {
  size_t position = 0;
  [&]<class... All>(std::type_identity<std::variant<All...>>) {
    bool found = false;
    ((found = found || std::is_same_v<All, Params>, position += found ? 0 : 1), ...);
  }(std::type_identity<OpParams>());
  return position;
}();

template <class Table, class Params, fb::BuiltinOptions kType, Absent kAbsent>
Result<OpParams> readTable(const OptionsSource& source) {
  const void* table = source.node.builtin_options();
  const fb::BuiltinOptions type = source.node.builtin_options_type();
  if (type == fb::BuiltinOptions::NONE || table == nullptr) {
    if (kAbsent == Absent::Broken)
      return broken(fmt::format("its options ({}) are missing", EnumNameBuiltinOptions(kType)));
    return OpParams(Params{});
  }
  if (type != kType) {
    return broken(fmt::format("its options are of type {}, expected {} ({})", static_cast<int>(type),
                              static_cast<int>(kType), EnumNameBuiltinOptions(kType)));
  }
  Params params;
  OptionCheck check;
  read(*static_cast<const Table*>(table), params, check);
  if (!check.status().ok()) return check.status();
  return OpParams(std::move(params));
}

// An operator whose options are a table of the file.
template <class Table, class Params, fb::BuiltinOptions kType, Absent kAbsent = Absent::Default>
constexpr ParamsLine line(OpKind op) {
  return {op, readTable<Table, Params, kType, kAbsent>,
          [](FlatBufferBuilder& builder, const OpParams& params) {
            const auto* table = static_cast<const Table*>(nullptr);  // chooses the overload
            return WrittenParams{kType, write(builder, *std::get_if<Params>(&params), table).Union(), {}};
          },
          kPosition<Params>};
}

// An operator whose options say nothing.
constexpr ParamsLine plain(OpKind op) {
  return {op, [](const OptionsSource&) { return Result<OpParams>(OpParams(NoParams{})); },
          [](FlatBufferBuilder&, const OpParams&) { return WrittenParams{}; }, kPosition<NoParams>};
}

// A custom operator that we know.
template <class Params, Result<Params> (*kRead)(std::span<const std::byte>),
          std::vector<std::byte> (*kWrite)(const Params&)>
constexpr ParamsLine custom(OpKind op) {
  return {op,
          [](const OptionsSource& source) -> Result<OpParams> {
            TRIREME_ASSIGN(Params params, kRead(source.custom));
            return OpParams(std::move(params));
          },
          [](FlatBufferBuilder&, const OpParams& params) {
            return WrittenParams{fb::BuiltinOptions::NONE, {}, kWrite(*std::get_if<Params>(&params))};
          },
          kPosition<Params>};
}

using T = fb::BuiltinOptions;
constexpr ParamsLine kLines[] = {
    line<fb::Conv2DOptions, Conv2dParams, T::Conv2DOptions>(OpKind::Conv2d),
    line<fb::DepthwiseConv2DOptions, DepthwiseConv2dParams, T::DepthwiseConv2DOptions>(OpKind::DepthwiseConv2d),
    line<fb::TransposeConvOptions, TransposeConvParams, T::TransposeConvOptions, Absent::Broken>(OpKind::TransposeConv),
    line<fb::FullyConnectedOptions, FullyConnectedParams, T::FullyConnectedOptions>(OpKind::FullyConnected),
    line<fb::BatchMatMulOptions, BatchMatmulParams, T::BatchMatMulOptions>(OpKind::BatchMatmul),
    line<fb::Pool2DOptions, Pool2dParams, T::Pool2DOptions, Absent::Broken>(OpKind::AveragePool2d),
    line<fb::Pool2DOptions, Pool2dParams, T::Pool2DOptions, Absent::Broken>(OpKind::MaxPool2d),
    line<fb::AddOptions, AddParams, T::AddOptions>(OpKind::Add),
    line<fb::SubOptions, AddParams, T::SubOptions>(OpKind::Sub),
    line<fb::MulOptions, ActivationParams, T::MulOptions>(OpKind::Mul),
    line<fb::DivOptions, ActivationParams, T::DivOptions>(OpKind::Div),
    line<fb::ConcatenationOptions, ConcatenationParams, T::ConcatenationOptions>(OpKind::Concatenation),
    line<fb::ReshapeOptions, ReshapeParams, T::ReshapeOptions>(OpKind::Reshape),
    line<fb::SqueezeOptions, SqueezeParams, T::SqueezeOptions>(OpKind::Squeeze),
    line<fb::SoftmaxOptions, SoftmaxParams, T::SoftmaxOptions>(OpKind::Softmax),
    line<fb::LeakyReluOptions, LeakyReluParams, T::LeakyReluOptions>(OpKind::LeakyRelu),
    line<fb::GeluOptions, GeluParams, T::GeluOptions>(OpKind::Gelu),
    line<fb::ReducerOptions, ReduceParams, T::ReducerOptions>(OpKind::Mean),
    line<fb::ReducerOptions, ReduceParams, T::ReducerOptions>(OpKind::Sum),
    line<fb::MirrorPadOptions, MirrorPadParams, T::MirrorPadOptions>(OpKind::MirrorPad),
    line<fb::ResizeBilinearOptions, ResizeParams, T::ResizeBilinearOptions>(OpKind::ResizeBilinear),
    line<fb::ResizeNearestNeighborOptions, ResizeParams, T::ResizeNearestNeighborOptions>(
        OpKind::ResizeNearestNeighbor),
    line<fb::StridedSliceOptions, StridedSliceParams, T::StridedSliceOptions>(OpKind::StridedSlice),
    line<fb::SplitOptions, SplitParams, T::SplitOptions, Absent::Broken>(OpKind::Split),
    line<fb::PackOptions, PackParams, T::PackOptions, Absent::Broken>(OpKind::Pack),
    line<fb::UnpackOptions, UnpackParams, T::UnpackOptions, Absent::Broken>(OpKind::Unpack),
    line<fb::ArgMaxOptions, ArgMaxParams, T::ArgMaxOptions, Absent::Broken>(OpKind::ArgMax),
    line<fb::GatherOptions, GatherParams, T::GatherOptions>(OpKind::Gather),
    line<fb::ShapeOptions, ShapeParams, T::ShapeOptions>(OpKind::Shape),
    line<fb::DepthToSpaceOptions, BlockParams, T::DepthToSpaceOptions, Absent::Broken>(OpKind::DepthToSpace),
    line<fb::SpaceToDepthOptions, BlockParams, T::SpaceToDepthOptions, Absent::Broken>(OpKind::SpaceToDepth),
    plain(OpKind::FloorDiv),
    plain(OpKind::SquaredDifference),
    plain(OpKind::Minimum),
    plain(OpKind::Maximum),
    plain(OpKind::Abs),
    plain(OpKind::Neg),
    plain(OpKind::Exp),
    plain(OpKind::Log),
    plain(OpKind::Sqrt),
    plain(OpKind::Rsqrt),
    plain(OpKind::Square),
    plain(OpKind::ExpandDims),
    plain(OpKind::Logistic),
    plain(OpKind::Tanh),
    plain(OpKind::Relu),
    plain(OpKind::Relu6),
    plain(OpKind::ReluN1To1),
    plain(OpKind::Relu0To1),
    plain(OpKind::Prelu),
    plain(OpKind::Elu),
    plain(OpKind::HardSwish),
    plain(OpKind::Pad),
    plain(OpKind::PadV2),
    plain(OpKind::Slice),
    plain(OpKind::Transpose),
    plain(OpKind::Quantize),
    plain(OpKind::Dequantize),
    plain(OpKind::Cast),
    plain(OpKind::GatherNd),
    custom<TransposeConvParams, readTransposeBias, writeTransposeBias>(OpKind::Convolution2dTransposeBias),
    custom<DetectionPostProcessParams, readDetection, writeDetection>(OpKind::TfliteDetectionPostProcess),
};

// Whether the table says anything. Tables of no type, or of one that our schema does not know, were not verified: they
// count as saying something, and nobody looks into them.
template <class Union>
bool hasFields(Union type, const void* options) {
  if (options == nullptr) return false;
  if (type == Union::NONE || type > Union::MAX) return true;
  const uint8_t* fields = static_cast<const flatbuffers::Table*>(options)->GetVTable();
  // Its own size and the table's come first.
  return flatbuffers::ReadScalar<flatbuffers::voffset_t>(fields) > 2 * sizeof(flatbuffers::voffset_t);
}

OpParams unknownParams(OpKind op, const fb::Operator& node) {
  if (bodiesTellAll(op)) return NoParams{};
  const bool unread = hasFields(node.builtin_options_type(), node.builtin_options()) ||
                      hasFields(node.builtin_options_2_type(), node.builtin_options_2());
  return unread ? OpParams(UnreadParams{}) : OpParams(NoParams{});
}

const ParamsLine* find(OpKind op) {
  const auto* found =
      std::find_if(std::begin(kLines), std::end(kLines), [op](const ParamsLine& l) { return l.op == op; });
  return found == std::end(kLines) ? nullptr : found;
}

}  // namespace

Result<OpParams> readParams(const OperatorFacts& facts, const OptionsSource& source) {
  if (facts.op == OpKind::Custom) return OpParams(CustomParams{facts.customName, source.custom});
  const ParamsLine* line = find(facts.op);
  return line == nullptr ? Result<OpParams>(unknownParams(facts.op, source.node)) : line->read(source);
}

Result<WrittenParams> writeParams(FlatBufferBuilder& builder, const Node& node) {
  if (const auto* unknown = std::get_if<CustomParams>(&node.params); unknown != nullptr && node.op == OpKind::Custom) {
    return WrittenParams{fb::BuiltinOptions::NONE, {}, {unknown->options.begin(), unknown->options.end()}};
  }
  if (std::holds_alternative<UnreadParams>(node.params)) {
    return Status::error(Code::Unsupported, "it is not implemented, so the options that its file had are not known");
  }
  const ParamsLine* line = find(node.op);
  const size_t expected = line == nullptr ? kPosition<NoParams> : line->params;
  if (node.op == OpKind::Custom || node.params.index() != expected) {
    return Status::error(Code::InvalidArgument, "its parameters are those of another operator");
  }
  return line == nullptr ? WrittenParams{} : line->write(builder, node.params);
}

bool knowsParams(OpKind op) { return find(op) != nullptr; }

}  // namespace trireme::model
