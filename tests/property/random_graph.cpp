#include "random_graph.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/graph/builder.h"
#include "core/graph/inference.h"
#include "random_source.h"

namespace trireme::property {
namespace {

using graph::Builder;
using Dims = std::vector<int64_t>;

Shape shapeOf(const Dims& dims) {
  Result<Shape> shape = Shape::create(dims);
  TRIREME_CHECK(shape.ok(), "a random graph's shapes are small");
  return shape.value();
}

// Grows a graph: a pool of values that exist, a step that reads some of them and adds one or more.
class Grower {
 public:
  explicit Grower(const RandomGraphOptions& options)
      : options_(options), random_(options.seed), builder_("random " + std::to_string(options.seed)) {}

  Graph grow() {
    addInputs();
    while (nodes_ < options_.nodes) step();
    finishOutputs();
    Result<Graph> graph = std::move(builder_).build();
    TRIREME_CHECK(graph.ok(), graph.status().message());
    Result<Graph> inferred = graph::inferShapes(std::move(graph).value(), {});
    TRIREME_CHECK(inferred.ok(), inferred.status().message());
    return std::move(inferred).value();
  }

 private:
  bool integer() const { return options_.arithmetic == Arithmetic::Int8; }
  std::string name(const char* kind) { return std::string(kind) + std::to_string(names_++); }

  // --- types ---
  TensorType activation(const Dims& dims, float scale = 0.05F, int32_t zeroPoint = 3) const {
    if (!integer()) return {DataType::Float32, shapeOf(dims), {}};
    return {DataType::Int8, shapeOf(dims), {{scale}, {zeroPoint}, -1, 0}};
  }
  TensorType like(ValueId id, const Dims& dims) const {
    return {typeOf(id).dtype, shapeOf(dims), typeOf(id).quantization};
  }
  TensorType anyScale(const Dims& dims) {
    return activation(dims, 0.02F + 0.01F * static_cast<float>(random_.below(8)),
                      static_cast<int32_t>(random_.below(21)) - 10);
  }
  const TensorType& typeOf(ValueId id) const { return types_[index(id)]; }
  Dims dimsOf(ValueId id) const { return {typeOf(id).shape.dims().begin(), typeOf(id).shape.dims().end()}; }
  int64_t elements(ValueId id) const { return typeOf(id).shape.elements(); }

  // --- values ---
  ValueId remember(ValueId id, TensorType type) {
    types_.resize(index(id) + size_t{1});
    types_[index(id)] = std::move(type);
    return id;
  }
  ValueId inner(const TensorType& type) { return remember(builder_.addInner(name("v"), type), type); }
  template <class T>
  ValueId constant(TensorType type, const std::vector<T>& bytes) {
    return remember(builder_.addConstant(name("c"), type, bytes), type);
  }
  ValueId integers(const std::vector<int32_t>& elements) {
    return constant({DataType::Int32, shapeOf({static_cast<int64_t>(elements.size())}), {}}, elements);
  }
  ValueId randomConstant(const TensorType& type) {
    const auto count = static_cast<size_t>(type.shape.elements());
    if (type.dtype == DataType::Float32) return constant(type, random_.floats(count));
    if (type.dtype == DataType::Float16) return constant(type, random_.halves(count));
    return constant(type, random_.codes(count));
  }
  // A constant as an activation's partner; sometimes one that is computed from constants.
  ValueId partner(const TensorType& type) {
    if (!options_.foldable || random_.below(2) == 0) return randomConstant(type);
    if (integer()) return emit(OpKind::Relu, NoParams{}, {randomConstant(type)}, type);
    if (random_.below(2) == 0) return emit(OpKind::Neg, NoParams{}, {randomConstant(type)}, type);
    return emit(OpKind::Dequantize, NoParams{}, {randomConstant({DataType::Float16, type.shape, {}})}, type);
  }

  ValueId emit(OpKind op, OpParams params, std::vector<ValueId> inputs, const TensorType& type) {
    return emitAll(op, std::move(params), std::move(inputs), {type}).front();
  }
  std::vector<ValueId> emitAll(OpKind op, OpParams params, std::vector<ValueId> inputs,
                               const std::vector<TensorType>& types) {
    Node node;
    node.op = op;
    node.params = std::move(params);
    node.inputs = std::move(inputs);
    for (const TensorType& type : types) node.outputs.push_back(inner(type));
    std::vector<ValueId> outputs = node.outputs;
    builder_.addNode(std::move(node));
    ++nodes_;
    return outputs;
  }

  // --- the walk ---
  void addInputs() {
    for (uint64_t i = 0, count = 1 + random_.below(2); i < count; ++i) {
      const Dims dims{1, 4 + static_cast<int64_t>(random_.below(5)), 4 + static_cast<int64_t>(random_.below(5)),
                      2 + static_cast<int64_t>(random_.below(4))};
      const TensorType type = anyScale(dims);
      live_.push_back(remember(builder_.addInput(name("x"), type), type));
    }
  }
  ValueId pick() { return live_[random_.below(live_.size())]; }
  // Younger values more often, so that graphs grow deep too.
  ValueId pickYoung() {
    const uint64_t a = random_.below(live_.size()), b = random_.below(live_.size());
    return live_[std::max(a, b)];
  }

  void step() {
    const ValueId x = pickYoung();
    const bool image = typeOf(x).shape.rank() == 4;
    switch (random_.below(options_.foldable ? 13 : 10)) {
      case 0:
        return live_.push_back(unary(x));
      case 1:
      case 2:
        return live_.push_back(binary(x));
      case 3:
      case 4:
        return live_.push_back(image ? convolution(x) : dense(x));
      case 5:
        return live_.push_back(image ? pool(x) : softmax(x));
      case 6:
        return live_.push_back(join(x));
      case 7:
        return split(x);
      case 8:
        return live_.push_back(image ? reduce(x) : padding(x, false));
      case 9:
        return live_.push_back(image ? padding(x, false) : reshape(x));
      case 10:
        return live_.push_back(nothing(x));
      case 11:
        return live_.push_back(steeredReshape(x));
      default:
        unary(x);  // nobody uses it
    }
  }

  ValueId unary(ValueId x) {
    const Dims dims = dimsOf(x);
    if (integer()) {
      switch (random_.below(4)) {
        case 0:
          return emit(OpKind::Logistic, NoParams{}, {x}, activation(dims, 1.0F / 256, -128));
        case 1:
          return emit(OpKind::Tanh, NoParams{}, {x}, activation(dims, 1.0F / 128, 0));
        case 2:
          return emit(OpKind::Quantize, NoParams{}, {x}, anyScale(dims));
        default:
          return emit(OpKind::Relu, NoParams{}, {x}, like(x, dims));
      }
    }
    constexpr OpKind kOps[] = {OpKind::Relu,     OpKind::Relu6, OpKind::Abs,      OpKind::Neg,
                               OpKind::Logistic, OpKind::Tanh,  OpKind::HardSwish};
    return emit(kOps[random_.below(std::size(kOps))], NoParams{}, {x}, activation(dims));
  }

  ValueId binary(ValueId x) {
    const TensorType type = typeOf(x);
    std::vector<ValueId> partners;
    std::copy_if(live_.begin(), live_.end(), std::back_inserter(partners),
                 [&](ValueId id) { return typeOf(id).shape == type.shape; });
    ValueId y = x;
    if (random_.below(2) == 0) {
      y = partners[random_.below(partners.size())];
    } else {
      const Dims dims = random_.below(2) == 0 ? dimsOf(x) : Dims{type.shape.rank() == 0 ? 1 : type.shape.dims().back()};
      y = partner(integer() ? anyScale(dims) : activation(dims));
    }
    const TensorType out = anyScale(dimsOf(x));
    const Activation relu = random_.below(4) == 0 ? Activation::Relu : Activation::None;
    switch (random_.below(3)) {
      case 0:
        return emit(OpKind::Add, AddParams{relu, false}, {x, y}, out);
      case 1:
        return emit(OpKind::Mul, ActivationParams{relu}, {x, y}, out);
      default:
        if (integer()) return emit(OpKind::Add, AddParams{relu, false}, {y, x}, out);
        return emit(OpKind::Maximum, NoParams{}, {x, y}, out);
    }
  }

  // Weights a slice along `axis`, and biases of fitting scale.
  ValueId weights(const Dims& dims, int axis) {
    if (!integer()) return partner({DataType::Float32, shapeOf(dims), {}});
    const auto channels = static_cast<size_t>(dims[static_cast<size_t>(axis)]);
    Quantization quantization;
    for (size_t i = 0; i < channels; ++i)
      quantization.scales.push_back(0.005F + 0.001F * static_cast<float>(random_.below(10)));
    quantization.zeroPoints.assign(channels, 0);
    quantization.axis = axis;
    return randomConstant({DataType::Int8, shapeOf(dims), quantization});
  }
  ValueId bias(ValueId x, ValueId w, int64_t channels) {
    if (!integer())
      return random_.below(4) == 0 ? kNoValue : randomConstant({DataType::Float32, shapeOf({channels}), {}});
    Quantization quantization = typeOf(w).quantization;
    for (float& scale : quantization.scales) scale *= typeOf(x).quantization.scales[0];
    quantization.axis = quantization.scales.size() > 1 || typeOf(w).quantization.axis >= 0 ? 0 : -1;
    std::vector<int32_t> elements;
    for (int64_t i = 0; i < channels; ++i) elements.push_back(static_cast<int32_t>(random_.below(400)) - 200);
    return constant({DataType::Int32, shapeOf({channels}), quantization}, elements);
  }

  ValueId convolution(ValueId x) {
    const Dims dims = dimsOf(x);
    const auto filter = static_cast<int64_t>(1 + random_.below(3));
    const bool valid = random_.below(3) == 0 && dims[1] >= filter && dims[2] >= filter;
    const auto stride = static_cast<int32_t>(dims[1] > 3 && dims[2] > 3 ? 1 + random_.below(2) : 1);
    const Padding padding = valid ? Padding::Valid : Padding::Same;
    const Activation act = random_.below(3) == 0 ? Activation::Relu6 : Activation::None;
    const auto side = [&](int64_t size) { return valid ? (size - filter) / stride + 1 : (size + stride - 1) / stride; };
    if (random_.below(2) == 0) {
      const int32_t multiplier = dims[3] < 6 ? static_cast<int32_t>(1 + random_.below(2)) : 1;
      const int64_t channels = dims[3] * multiplier;
      const ValueId w = weights({1, filter, filter, channels}, 3);
      const ValueId b = bias(x, w, channels);
      return emit(OpKind::DepthwiseConv2d, DepthwiseConv2dParams{padding, act, stride, stride, 1, 1, multiplier},
                  {x, w, b}, anyScale({dims[0], side(dims[1]), side(dims[2]), channels}));
    }
    const auto channels = static_cast<int64_t>(2 + random_.below(4));
    const ValueId w = weights({channels, filter, filter, dims[3]}, 0);
    const ValueId b = bias(x, w, channels);
    return emit(OpKind::Conv2d, Conv2dParams{padding, act, stride, stride, 1, 1}, {x, w, b},
                anyScale({dims[0], side(dims[1]), side(dims[2]), channels}));
  }

  ValueId dense(ValueId x) {
    if (typeOf(x).shape.rank() != 2) return reshape(x);
    const auto units = static_cast<int64_t>(2 + random_.below(8));
    const Dims dims = dimsOf(x);
    const ValueId w = weights({units, dims[1]}, 0);
    const ValueId b = bias(x, w, units);
    return emit(OpKind::FullyConnected, FullyConnectedParams{}, {x, w, b}, anyScale({dims[0], units}));
  }

  ValueId pool(ValueId x) {
    const Dims dims = dimsOf(x);
    const int32_t stride = dims[1] > 3 && dims[2] > 3 ? 2 : 1;
    const Pool2dParams params{Padding::Same, Activation::None, stride, stride, 2, 2};
    const OpKind op = random_.below(2) == 0 ? OpKind::MaxPool2d : OpKind::AveragePool2d;
    return emit(op, params, {x},
                like(x, {dims[0], (dims[1] + stride - 1) / stride, (dims[2] + stride - 1) / stride, dims[3]}));
  }

  ValueId softmax(ValueId x) {
    if (typeOf(x).shape.rank() < 1) return reshape(x);
    return emit(OpKind::Softmax, SoftmaxParams{1.0F}, {x}, activation(dimsOf(x), 1.0F / 256, -128));
  }

  // Joins with itself or another of the same type, as a new last axis or along it.
  ValueId join(ValueId x) {
    Dims dims = dimsOf(x);
    if (elements(x) > 600 || dims.empty()) return reduceOrReshape(x);
    ValueId y = pick();
    if (typeOf(y) != typeOf(x)) y = x;
    if (dims.size() < 4 && random_.below(2) == 0) {
      dims.insert(dims.begin() + 1, 2);
      return emit(OpKind::Pack, PackParams{2, 1}, {x, y}, like(x, dims));
    }
    dims.back() *= 2;
    const auto axis = static_cast<int32_t>(dims.size()) - 1;
    return emit(OpKind::Concatenation, ConcatenationParams{axis, Activation::None}, {x, y}, like(x, dims));
  }
  ValueId reduceOrReshape(ValueId x) { return typeOf(x).shape.rank() == 4 ? pool(x) : reshape(x); }

  void split(ValueId x) {
    Dims dims = dimsOf(x);
    if (dims.empty() || dims.back() % 2 != 0) return live_.push_back(slice(x));
    dims.back() /= 2;
    const ValueId axis = integers({static_cast<int32_t>(dims.size()) - 1});
    for (const ValueId part : emitAll(OpKind::Split, SplitParams{2}, {axis, x}, {like(x, dims), like(x, dims)}))
      live_.push_back(part);
  }

  ValueId slice(ValueId x) {
    Dims dims = dimsOf(x);
    std::vector<int32_t> begin, size;
    for (int64_t& dim : dims) {
      const auto from = static_cast<int64_t>(random_.below(static_cast<uint64_t>(dim)));
      dim = random_.below(2) == 0 ? dim : dim - from;
      begin.push_back(dim == dimsOf(x)[begin.size()] ? 0 : static_cast<int32_t>(from));
      size.push_back(static_cast<int32_t>(dim));
    }
    if (dims.empty()) return unary(x);
    const ValueId from = integers(begin), count = integers(size);
    return emit(OpKind::Slice, NoParams{}, {x, from, count}, like(x, dims));
  }

  ValueId reduce(ValueId x) {
    const Dims dims = dimsOf(x);
    if (random_.below(2) == 0) return transpose(x, {0, 2, 1, 3});
    const ValueId axes = integers({1, 2});
    return emit(OpKind::Mean, ReduceParams{true}, {x, axes}, like(x, {dims[0], 1, 1, dims[3]}));
  }

  ValueId transpose(ValueId x, const std::vector<int32_t>& permutation) {
    Dims dims;
    for (const int32_t axis : permutation) dims.push_back(dimsOf(x)[static_cast<size_t>(axis)]);
    const ValueId operand = integers(permutation);
    return emit(OpKind::Transpose, NoParams{}, {x, operand}, like(x, dims));
  }

  ValueId padding(ValueId x, bool zero) {
    Dims dims = dimsOf(x);
    if (dims.empty()) return unary(x);
    std::vector<int32_t> paddings(2 * dims.size(), 0);
    for (size_t i = 1; i < dims.size() && !zero; ++i) {
      for (size_t side = 0; side < 2; ++side) {
        paddings[2 * i + side] = dims[i] < 12 ? static_cast<int32_t>(random_.below(2)) : 0;
        dims[i] += paddings[2 * i + side];
      }
    }
    const ValueId operand =
        constant({DataType::Int32, shapeOf({static_cast<int64_t>(paddings.size() / 2), 2}), {}}, paddings);
    return emit(OpKind::Pad, NoParams{}, {x, operand}, like(x, dims));
  }

  ValueId reshape(ValueId x) {
    const bool flat = typeOf(x).shape.rank() != 2;
    const Dims dims = flat ? Dims{1, elements(x)} : Dims{1, 1, 1, elements(x)};
    return emit(OpKind::Reshape, ReshapeParams{}, {x, integers({dims.begin(), dims.end()})}, like(x, dims));
  }

  // Changes nothing.
  ValueId nothing(ValueId x) {
    const TensorType type = typeOf(x);
    const Dims dims = dimsOf(x);
    std::vector<int32_t> all(dims.begin(), dims.end()), order(dims.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int32_t>(i);
    switch (random_.below(6)) {
      case 0:
        return emit(OpKind::Reshape, ReshapeParams{}, {x, integers(all)}, type);
      case 1:
        return dims.empty() ? unary(x) : transpose(x, order);
      case 2:
        return padding(x, true);
      case 3:
        if (integer()) return emit(OpKind::Quantize, NoParams{}, {x}, type);
        return emit(OpKind::Cast, NoParams{}, {x}, type);
      case 4:
        if (dims.empty()) return unary(x);
        return emit(OpKind::Concatenation, ConcatenationParams{0, Activation::None}, {x}, type);
      default: {
        if (dims.empty()) return unary(x);
        const ValueId begin = integers(std::vector<int32_t>(dims.size(), 0)),
                      size = integers(std::vector<int32_t>(dims.size(), -1));
        return emit(OpKind::Slice, NoParams{}, {x, begin, size}, type);
      }
    }
  }

  // RESHAPE to its own shape, by way of SHAPE, STRIDED_SLICE and PACK.
  ValueId steeredReshape(ValueId x) {
    const Dims dims = dimsOf(x);
    if (dims.size() != 2) return reshape(x);
    const auto vector = [](int64_t size) { return TensorType{DataType::Int32, shapeOf({size}), {}}; };
    const ValueId shape = emit(OpKind::Shape, ShapeParams{DataType::Int32}, {x}, vector(2));
    std::vector<ValueId> parts;
    for (const int32_t axis : {1, 0}) {
      StridedSliceParams params;
      params.shrinkAxisMask = 1;
      const ValueId begin = integers({axis}), end = integers({axis + 1}), stride = integers({1});
      parts.push_back(emit(OpKind::StridedSlice, params, {shape, begin, end, stride}, {DataType::Int32, Shape(), {}}));
    }
    const ValueId packed = emit(OpKind::Pack, PackParams{2, 0}, parts, vector(2));
    return emit(OpKind::Reshape, ReshapeParams{}, {x, packed}, like(x, {dims[1], dims[0]}));
  }

  void finishOutputs() {
    std::vector<ValueId> outputs{live_.back()};
    for (uint64_t i = 0, more = random_.below(4); i < more; ++i) {
      const ValueId id = pick();
      if (std::find(outputs.begin(), outputs.end(), id) == outputs.end()) outputs.push_back(id);
    }
    // Without work for the passes every value that nobody reads is an output.
    if (!options_.foldable) {
      outputs.clear();
      for (const ValueId id : live_) outputs.push_back(id);
    }
    builder_.setOutputs(std::move(outputs));
  }

  const RandomGraphOptions& options_;
  RandomSource random_;
  Builder builder_;
  std::vector<TensorType> types_;  // by value
  std::vector<ValueId> live_;
  int nodes_ = 0, names_ = 0;
};

}  // namespace

Graph randomGraph(const RandomGraphOptions& options) { return Grower(options).grow(); }

}  // namespace trireme::property
