#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

constexpr int64_t kGrowth = 32, kBottleneck = 128;
constexpr int kBlocks[] = {6, 12, 24, 16};

// The normalisation stands before the convolution, where nothing can take it in.
ValueId normalizedRelu(Net& net, const std::string& name, ValueId from) {
  return net.unary(OpKind::Relu, name + "/relu", net.normalize(name + "/norm", from, targetOf(Activation::Relu)));
}

ValueId layer(Net& net, const std::string& name, ValueId from) {
  ValueId x = normalizedRelu(net, name, from);
  x = net.conv(name + "/conv1x1", x, kBottleneck, square(1), Activation::Relu);
  x = net.convWithoutBias(name + "/conv3x3", x, kGrowth, square(3));
  return net.concat(name + "/concat", {from, x});
}

ValueId transition(Net& net, const std::string& name, ValueId from) {
  ValueId x = normalizedRelu(net, name, from);
  x = net.convWithoutBias(name + "/conv1x1", x, net.channels(from) / 2, square(1));
  return net.averagePool(name + "/pool", x, square(2, 2, Padding::Valid));
}

}  // namespace

Result<Graph> buildDensenet121(uint64_t seed) {
  Net net("densenet121", seed);
  ValueId x = net.pad("stem/pad", net.input("image", 224, 224, 3), 3);
  x = net.conv("stem", x, 64, square(7, 2, Padding::Valid), Activation::Relu);
  x = net.maxPool("pool", net.pad("pool/pad", x, 1), square(3, 2, Padding::Valid));
  int blocks = 0;
  for (const int layers : kBlocks) {
    const std::string block = "block" + std::to_string(++blocks);
    for (int i = 1; i <= layers; ++i) x = layer(net, block + "/layer" + std::to_string(i), x);
    if (blocks < 4) x = transition(net, "transition" + std::to_string(blocks), x);
  }
  x = normalizedRelu(net, "last", x);
  return classify(std::move(net), x);
}

}  // namespace trireme::zoo
