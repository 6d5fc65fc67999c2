#ifndef TRIREME_GRAPH_H
#define TRIREME_GRAPH_H

// The graph that delegates see: tables of values and nodes behind strong ids. Follows TFLite's operators and options.

#include <optional>
#include <variant>

#include "trireme/tensor.h"

namespace trireme {

enum class NodeId : uint32_t {};
enum class ValueId : uint32_t {};
enum class SubgraphId : uint16_t {};
inline constexpr ValueId kNoValue{UINT32_MAX};  // an absent optional input
constexpr uint32_t index(NodeId id) { return static_cast<uint32_t>(id); }
constexpr uint32_t index(ValueId id) { return static_cast<uint32_t>(id); }
constexpr uint32_t index(SubgraphId id) { return static_cast<uint32_t>(id); }

// Every builtin operator of the schema, in its order without CUSTOM; then the custom operators that we know by name;
// then Custom, which is any other. A static check keeps it equal to core/graph/ops/op_list.inc.
enum class OpKind : uint16_t {
  Add,
  AveragePool2d,
  Concatenation,
  Conv2d,
  DepthwiseConv2d,
  DepthToSpace,
  Dequantize,
  EmbeddingLookup,
  Floor,
  FullyConnected,
  HashtableLookup,
  L2Normalization,
  L2Pool2d,
  LocalResponseNormalization,
  Logistic,
  LshProjection,
  Lstm,
  MaxPool2d,
  Mul,
  Relu,
  ReluN1To1,
  Relu6,
  Reshape,
  ResizeBilinear,
  Rnn,
  Softmax,
  SpaceToDepth,
  Svdf,
  Tanh,
  ConcatEmbeddings,
  SkipGram,
  Call,
  EmbeddingLookupSparse,
  Pad,
  UnidirectionalSequenceRnn,
  Gather,
  BatchToSpaceNd,
  SpaceToBatchNd,
  Transpose,
  Mean,
  Sub,
  Div,
  Squeeze,
  UnidirectionalSequenceLstm,
  StridedSlice,
  BidirectionalSequenceRnn,
  Exp,
  TopkV2,
  Split,
  LogSoftmax,
  Delegate,
  BidirectionalSequenceLstm,
  Cast,
  Prelu,
  Maximum,
  ArgMax,
  Minimum,
  Less,
  Neg,
  PadV2,
  Greater,
  GreaterEqual,
  LessEqual,
  Select,
  Slice,
  Sin,
  TransposeConv,
  SparseToDense,
  Tile,
  ExpandDims,
  Equal,
  NotEqual,
  Log,
  Sum,
  Sqrt,
  Rsqrt,
  Shape,
  Pow,
  ArgMin,
  FakeQuant,
  ReduceProd,
  ReduceMax,
  Pack,
  LogicalOr,
  OneHot,
  LogicalAnd,
  LogicalNot,
  Unpack,
  ReduceMin,
  FloorDiv,
  ReduceAny,
  Square,
  ZerosLike,
  Fill,
  FloorMod,
  Range,
  ResizeNearestNeighbor,
  LeakyRelu,
  SquaredDifference,
  MirrorPad,
  Abs,
  SplitV,
  Unique,
  Ceil,
  ReverseV2,
  AddN,
  GatherNd,
  Cos,
  Where,
  Rank,
  Elu,
  ReverseSequence,
  MatrixDiag,
  Quantize,
  MatrixSetDiag,
  Round,
  HardSwish,
  If,
  While,
  NonMaxSuppressionV4,
  NonMaxSuppressionV5,
  ScatterNd,
  SelectV2,
  Densify,
  SegmentSum,
  BatchMatmul,
  PlaceholderForGreaterOpCodes,
  Cumsum,
  CallOnce,
  BroadcastTo,
  Rfft2d,
  Conv3d,
  Imag,
  Real,
  ComplexAbs,
  Hashtable,
  HashtableFind,
  HashtableImport,
  HashtableSize,
  ReduceAll,
  Conv3dTranspose,
  VarHandle,
  ReadVariable,
  AssignVariable,
  BroadcastArgs,
  RandomStandardNormal,
  Bucketize,
  RandomUniform,
  Multinomial,
  Gelu,
  DynamicUpdateSlice,
  Relu0To1,
  UnsortedSegmentProd,
  UnsortedSegmentMax,
  UnsortedSegmentSum,
  Atan2,
  UnsortedSegmentMin,
  Sign,
  Bitcast,
  BitwiseXor,
  RightShift,
  StablehloLogistic,
  StablehloAdd,
  StablehloDivide,
  StablehloMultiply,
  StablehloMaximum,
  StablehloReshape,
  StablehloClamp,
  StablehloConcatenate,
  StablehloBroadcastInDim,
  StablehloConvolution,
  StablehloSlice,
  StablehloCustomCall,
  StablehloReduce,
  StablehloAbs,
  StablehloAnd,
  StablehloCosine,
  StablehloExponential,
  StablehloFloor,
  StablehloLog,
  StablehloMinimum,
  StablehloNegate,
  StablehloOr,
  StablehloPower,
  StablehloRemainder,
  StablehloRsqrt,
  StablehloSelect,
  StablehloSubtract,
  StablehloTanh,
  StablehloScatter,
  StablehloCompare,
  StablehloConvert,
  StablehloDynamicSlice,
  StablehloDynamicUpdateSlice,
  StablehloPad,
  StablehloIota,
  StablehloDotGeneral,
  StablehloReduceWindow,
  StablehloSort,
  StablehloWhile,
  StablehloGather,
  StablehloTranspose,
  Dilate,
  StablehloRngBitGenerator,
  ReduceWindow,
  StablehloComposite,
  StablehloShiftLeft,
  StablehloCbrt,
  StablehloCase,
  Convolution2dTransposeBias,
  TfliteDetectionPostProcess,
  Custom
};
// The file's name: "CONV_2D"; for the known custom operators "Convolution2DTransposeBias"; "CUSTOM" for any other.
TRIREME_API std::string_view opName(OpKind op);

enum class Activation : uint8_t { None, Relu, ReluN1To1, Relu6, Tanh, SignBit };
enum class Padding : uint8_t { Same, Valid };
enum class MirrorPadMode : uint8_t { Reflect, Symmetric };

// Options of the operators, as plain data. Fields are those of the schema's option tables, in our spelling.
struct NoParams {
  bool operator==(const NoParams&) const = default;
};
struct Conv2dParams {
  Padding padding = Padding::Same;
  Activation activation = Activation::None;
  int32_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  // With int16 activations the type of bias and accumulators. Float32: as the bias has it.
  DataType quantizedBiasType = DataType::Float32;
  bool operator==(const Conv2dParams&) const = default;
};
struct DepthwiseConv2dParams {
  Padding padding = Padding::Same;
  Activation activation = Activation::None;
  int32_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  int32_t depthMultiplier = 1;
  bool operator==(const DepthwiseConv2dParams&) const = default;
};
struct TransposeConvParams {  // of TRANSPOSE_CONV and, without activation, of Convolution2DTransposeBias
  Padding padding = Padding::Same;
  Activation activation = Activation::None;
  int32_t strideH = 1, strideW = 1;
  DataType quantizedBiasType = DataType::Float32;  // as in Conv2dParams
  bool operator==(const TransposeConvParams&) const = default;
};
struct FullyConnectedParams {
  Activation activation = Activation::None;
  bool shuffledWeights = false;  // weights_format SHUFFLED4x16INT8
  bool keepNumDims = false;
  bool asymmetricQuantizeInputs = false;           // hybrid only
  DataType quantizedBiasType = DataType::Float32;  // as in Conv2dParams
  bool operator==(const FullyConnectedParams&) const = default;
};
struct BatchMatmulParams {
  bool adjointX = false, adjointY = false;
  bool asymmetricQuantizeInputs = false;
  bool operator==(const BatchMatmulParams&) const = default;
};
struct AddParams {  // ADD and SUB
  Activation activation = Activation::None;
  bool potScaleInt16 = true;
  bool operator==(const AddParams&) const = default;
};
struct ActivationParams {  // MUL, DIV
  Activation activation = Activation::None;
  bool operator==(const ActivationParams&) const = default;
};
struct Pool2dParams {
  Padding padding = Padding::Same;
  Activation activation = Activation::None;
  int32_t strideH = 1, strideW = 1, filterH = 1, filterW = 1;
  bool operator==(const Pool2dParams&) const = default;
};
struct ConcatenationParams {
  int32_t axis = 0;
  Activation activation = Activation::None;
  bool operator==(const ConcatenationParams&) const = default;
};
struct ReshapeParams {  // used where the second input is absent
  std::vector<int32_t> newShape;
  bool operator==(const ReshapeParams&) const = default;
};
struct SqueezeParams {
  std::vector<int32_t> axes;  // empty: every dimension of 1
  bool operator==(const SqueezeParams&) const = default;
};
struct SoftmaxParams {
  float beta = 1;
  bool operator==(const SoftmaxParams&) const = default;
};
struct LeakyReluParams {
  float alpha = 0;
  bool operator==(const LeakyReluParams&) const = default;
};
struct GeluParams {
  bool approximate = false;
  bool operator==(const GeluParams&) const = default;
};
struct ReduceParams {  // MEAN, SUM
  bool keepDims = false;
  bool operator==(const ReduceParams&) const = default;
};
struct MirrorPadParams {
  MirrorPadMode mode = MirrorPadMode::Reflect;
  bool operator==(const MirrorPadParams&) const = default;
};
struct ResizeParams {  // RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR
  bool alignCorners = false, halfPixelCenters = false;
  bool operator==(const ResizeParams&) const = default;
};
struct StridedSliceParams {
  int32_t beginMask = 0, endMask = 0, ellipsisMask = 0, newAxisMask = 0, shrinkAxisMask = 0;
  bool offset = false;  // `end` counts from `begin`
  bool operator==(const StridedSliceParams&) const = default;
};
struct SplitParams {
  int32_t splits = 1;
  bool operator==(const SplitParams&) const = default;
};
struct PackParams {
  int32_t values = 1, axis = 0;
  bool operator==(const PackParams&) const = default;
};
struct UnpackParams {
  int32_t values = 1, axis = 0;
  bool operator==(const UnpackParams&) const = default;
};
struct ArgMaxParams {
  DataType outputType = DataType::Int64;
  bool operator==(const ArgMaxParams&) const = default;
};
struct GatherParams {
  int32_t axis = 0, batchDims = 0;
  bool operator==(const GatherParams&) const = default;
};
struct ShapeParams {
  DataType outputType = DataType::Int32;
  bool operator==(const ShapeParams&) const = default;
};
struct BlockParams {  // DEPTH_TO_SPACE, SPACE_TO_DEPTH
  int32_t blockSize = 1;
  bool operator==(const BlockParams&) const = default;
};
struct DetectionPostProcessParams {
  int32_t maxDetections = 0, maxClassesPerDetection = 1, detectionsPerClass = 100, classes = 0;
  float nmsScoreThreshold = 0, nmsIouThreshold = 0;
  float scaleY = 1, scaleX = 1, scaleH = 1, scaleW = 1;
  bool regularNms = false;
  bool operator==(const DetectionPostProcessParams&) const = default;
};
// A custom operator that only its name and bytes describe.
struct CustomParams {
  std::string name;
  std::span<const std::byte> options;  // in the mapped file or the graph's pool
};
// A builtin operator that is not implemented, with options in its file. They are not kept: the node cannot be written.
struct UnreadParams {
  bool operator==(const UnreadParams&) const = default;
};
using OpParams =
    std::variant<NoParams, Conv2dParams, DepthwiseConv2dParams, TransposeConvParams, FullyConnectedParams,
                 BatchMatmulParams, AddParams, ActivationParams, Pool2dParams, ConcatenationParams, ReshapeParams,
                 SqueezeParams, SoftmaxParams, LeakyReluParams, GeluParams, ReduceParams, MirrorPadParams, ResizeParams,
                 StridedSliceParams, SplitParams, PackParams, UnpackParams, ArgMaxParams, GatherParams, ShapeParams,
                 BlockParams, DetectionPostProcessParams, CustomParams, UnreadParams>;

struct Value {
  std::string name;
  TensorType type;  // as it runs; inference computes the shape anew from the graph's inputs
  Shape declared;   // the file's shape_signature where it has one: may hold kUnknownDim
  bool isConstant = false;
  std::span<const std::byte> constant;  // in the mapped file or the graph's pool; empty for a constant of no elements
  uint32_t origin = UINT32_MAX;         // tensor index in the file
};
struct Node {
  OpKind op = OpKind::Custom;
  uint16_t version = 1;  // of the operator, as in the file
  OpParams params;
  std::vector<ValueId> inputs, outputs, intermediates;
  std::vector<SubgraphId> bodies;  // IF, WHILE, CALL_ONCE, composites
  std::vector<uint32_t> origins;   // operator indices in the file; every report speaks in these
  template <class T>
  const T& as() const {  // only after the reader or builder has stored a T
    return *std::get_if<T>(&params);
  }
};
// A variable: a graph input and output bound to one slot that lives with the interpreter. Starts as `initial`; empty:
// zeros.
struct StateSlot {
  ValueId read, written;
  std::span<const std::byte> initial;
};

namespace graph {
class Builder;
class Editor;
}  // namespace graph

// Nodes are in an order in which they can run. Read-only here; core/graph's builder and editor alone change one.
// Copies share constants. Node and value ids are positions in nodes() and values().
class TRIREME_API Graph {
 public:
  const std::string& name() const { return name_; }
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const Value> values() const { return values_; }
  const Node& node(NodeId id) const { return nodes_[index(id)]; }
  const Value& value(ValueId id) const { return values_[index(id)]; }
  std::span<const ValueId> inputs() const { return inputs_; }    // without the values that state slots read
  std::span<const ValueId> outputs() const { return outputs_; }  // without the values that state slots write
  std::span<const StateSlot> state() const { return state_; }
  std::span<const NodeId> consumers(ValueId id) const;  // in node order, each once
  std::optional<NodeId> producer(ValueId id) const;     // none: an input, a constant or a state slot's read value

 private:
  friend class graph::Builder;
  friend class graph::Editor;
  std::string name_;
  std::vector<Node> nodes_;
  std::vector<Value> values_;
  std::vector<ValueId> inputs_, outputs_;
  std::vector<StateSlot> state_;
  // Derived from the above when the builder or editor finishes.
  std::vector<uint32_t> producer_, consumerBegin_;
  std::vector<NodeId> consumers_;
  std::vector<std::shared_ptr<const void>> storage_;  // what constants and option bytes lie in
};

}  // namespace trireme

#endif  // TRIREME_GRAPH_H
