#include "tools/zoo/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/zoo/random.h"

namespace trireme::zoo {
namespace {

constexpr int64_t kGrid = 6;  // knots a side of a smooth picture

float between(float a, float b, float share) { return a + (b - a) * share; }

// Random knots, interpolated: what neighbours in photographs have in common.
std::vector<float> smooth(const Shape& shape, const CounterRandom& random) {
  const int64_t height = shape.dim(1), width = shape.dim(2), channels = shape.dim(3);
  const auto knot = [&](int64_t y, int64_t x, int64_t c) {
    return random.uniform(static_cast<uint64_t>((y * kGrid + x) * channels + c));
  };
  std::vector<float> picture;
  picture.reserve(static_cast<size_t>(shape.elements()));
  for (int64_t n = 0; n < shape.dim(0) * height * width * channels; ++n) {
    const int64_t c = n % channels, x = n / channels % width, y = n / channels / width % height;
    const int64_t left = x * (kGrid - 1) / width, top = y * (kGrid - 1) / height;
    const float across = static_cast<float>(x * (kGrid - 1) - left * width) / static_cast<float>(width);
    const float down = static_cast<float>(y * (kGrid - 1) - top * height) / static_cast<float>(height);
    picture.push_back(between(between(knot(top, left, c), knot(top, left + 1, c), across),
                              between(knot(top + 1, left, c), knot(top + 1, left + 1, c), across), down));
  }
  return picture;
}

std::vector<float> noise(const Shape& shape, const CounterRandom& random) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = random.uniform(i);
  return values;
}

Status refuse(std::string sentence) { return Status::error(Code::Unsupported, std::move(sentence)); }

Status checkGraph(const Graph& graph) {
  for (const ValueId id : graph.inputs()) {
    const TensorType& type = graph.value(id).type;
    if (type.dtype == DataType::Float32 && type.shape.isKnown()) continue;
    return refuse(fmt::format("calibration makes float32 inputs of known shapes; '{}' is {} {}", graph.value(id).name,
                              dataTypeName(type.dtype), type.shape.text()));
  }
  std::set<std::string_view> names;
  for (const Value& value : graph.values()) {
    if (value.isConstant || names.insert(value.name).second) continue;
    return refuse(fmt::format("two values are called '{}', so calibration cannot tell them apart", value.name));
  }
  return {};
}

bool contains(std::span<const ValueId> ids, ValueId id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

Status observe(const Graph& graph, Frame& frame, Ranges& ranges) {
  for (uint32_t v = 0; v < graph.values().size(); ++v) {
    const Value& value = graph.values()[v];
    if (value.isConstant || value.type.dtype != DataType::Float32 || contains(graph.inputs(), ValueId{v})) continue;
    const auto output = std::find(graph.outputs().begin(), graph.outputs().end(), ValueId{v});
    TRIREME_ASSIGN(const TensorView view, output == graph.outputs().end()
                                              ? frame.tensor(value.name)
                                              : frame.output(static_cast<int>(output - graph.outputs().begin())));
    TRIREME_ASSIGN(const std::span<float> elements, view.as<float>());
    ranges[v].include(elements);
  }
  return {};
}

}  // namespace

void Range::include(float value) {
  low = seen ? std::min(low, value) : value;
  high = seen ? std::max(high, value) : value;
  seen = true;
}

void Range::include(const Range& other) {
  if (!other.seen) return;
  include(other.low);
  include(other.high);
}

void Range::include(std::span<const float> values) {
  if (values.empty()) return;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  include(*least);
  include(*most);
}

std::vector<std::vector<float>> calibrationInputs(const Graph& graph, uint64_t seed, int number) {
  std::vector<std::vector<float>> inputs;
  for (size_t i = 0; i < graph.inputs().size(); ++i) {
    const Shape& shape = graph.value(graph.inputs()[i]).type.shape;
    const CounterRandom random(seed, fmt::format("calibration input {} sample {}", i, number));
    inputs.push_back(number % 2 == 1 && shape.rank() == 4 ? smooth(shape, random) : noise(shape, random));
  }
  return inputs;
}

Result<Ranges> observeRanges(const std::shared_ptr<const Model>& model, uint64_t seed, int samples) {
  const Graph& graph = model->subgraphs()[0];
  TRIREME_TRY(checkGraph(graph));
  Options options;
  for (uint32_t v = 0; v < graph.values().size(); ++v) {
    const bool isEnd = contains(graph.inputs(), ValueId{v}) || contains(graph.outputs(), ValueId{v});
    if (!graph.values()[v].isConstant && !isEnd) options.preserveTensor(graph.values()[v].name);
  }
  TRIREME_ASSIGN(const auto interpreter, Interpreter::create(model, options));
  Ranges ranges(graph.values().size());
  for (int sample = 0; sample < samples; ++sample) {
    const std::vector<std::vector<float>> inputs = calibrationInputs(graph, seed, sample);
    for (size_t i = 0; i < inputs.size(); ++i) {
      TRIREME_ASSIGN(const TensorView view, interpreter->frame().input(static_cast<int>(i)));
      TRIREME_ASSIGN(const std::span<float> elements, view.as<float>());
      std::copy(inputs[i].begin(), inputs[i].end(), elements.begin());
      ranges[index(graph.inputs()[i])].include(elements);
    }
    TRIREME_TRY(interpreter->invoke());
    TRIREME_TRY(observe(graph, interpreter->frame(), ranges));
  }
  return ranges;
}

}  // namespace trireme::zoo
