#include "tests/support/inception_block.h"

#include "core/graph/builder.h"
#include "tests/support/graph_builders.h"

namespace trireme::support {
namespace {

// Small numbers of both signs, the same every time.
std::vector<float> pattern(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = float(int((i * 37) % 17) - 8) / 64;
  return values;
}

class Block {
 public:
  Graph build() {
    Pool2dParams pool;
    pool.filterH = pool.filterW = 3;
    pool.padding = Padding::Same;
    ConcatenationParams last;
    last.axis = 3;
    const ValueId image = builder_.addInput("image", floats({1, 28, 28, 16}));
    const ValueId stem = conv(image, "stem", 3, 16);
    const ValueId highest = add(OpKind::MaxPool2d, pool, {stem}, 64, "max");
    const ValueId mean = add(OpKind::AveragePool2d, pool, {stem}, 64, "average");
    const ValueId branch = conv(stem, "branch", 1, 64);
    builder_.setOutputs({add(OpKind::Concatenation, last, {highest, mean, branch}, 192, "joined")});
    return std::move(builder_).build().value();
  }

 private:
  ValueId add(OpKind op, OpParams params, std::vector<ValueId> inputs, int64_t channels, const char* name) {
    const ValueId output = builder_.addInner(name, floats({1, 28, 28, channels}));
    Node node;
    node.op = op;
    node.params = std::move(params);
    node.inputs = std::move(inputs);
    node.outputs = {output};
    builder_.addNode(std::move(node));
    return output;
  }

  ValueId conv(ValueId from, const std::string& name, int64_t size, int64_t channels) {
    const auto count = size_t(64 * size * size * channels);
    const ValueId weights = builder_.addConstant(name + "/weights", floats({64, size, size, channels}), pattern(count));
    const ValueId bias = builder_.addConstant(name + "/bias", floats({64}), pattern(64));
    Conv2dParams params;
    params.padding = Padding::Same;
    return add(OpKind::Conv2d, params, {from, weights, bias}, 64, name.c_str());
  }

  graph::Builder builder_{"textbook"};
};

}  // namespace

Graph inceptionBlock() { return Block().build(); }

}  // namespace trireme::support
