#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

enum class Act : uint8_t { Relu, HardSwish };
struct Block {
  int64_t expanded, channels;
  int32_t kernel, stride;
  bool excite;
  Act act;
};
constexpr Block kBlocks[] = {
    {16, 16, 3, 1, false, Act::Relu},       {64, 24, 3, 2, false, Act::Relu},
    {72, 24, 3, 1, false, Act::Relu},       {72, 40, 5, 2, true, Act::Relu},
    {120, 40, 5, 1, true, Act::Relu},       {120, 40, 5, 1, true, Act::Relu},
    {240, 80, 3, 2, false, Act::HardSwish}, {200, 80, 3, 1, false, Act::HardSwish},
    {184, 80, 3, 1, false, Act::HardSwish}, {184, 80, 3, 1, false, Act::HardSwish},
    {480, 112, 3, 1, true, Act::HardSwish}, {672, 112, 3, 1, true, Act::HardSwish},
    {672, 160, 5, 2, true, Act::HardSwish}, {960, 160, 5, 1, true, Act::HardSwish},
    {960, 160, 5, 1, true, Act::HardSwish},
};

// To the nearest multiple of 8, but never below nine tenths.
int64_t eights(int64_t channels) {
  const int64_t near = std::max<int64_t>(8, (channels + 4) / 8 * 8);
  return near * 10 < channels * 9 ? near + 8 : near;
}

// HARD_SWISH is met on its straight side too, as rectifiers are.
constexpr Target kSwish{1.5, 2};
constexpr Target kGate{0.5, 0};  // off its ends

Target targetOf(Act act) { return act == Act::Relu ? zoo::targetOf(Activation::Relu) : kSwish; }
Activation fused(Act act) { return act == Act::Relu ? Activation::Relu : Activation::None; }

ValueId hardSwish(Net& net, const std::string& name, ValueId from, Act act = Act::HardSwish) {
  return act == Act::Relu ? from : net.unary(OpKind::HardSwish, name + "/hard_swish", from);
}

ValueId excite(Net& net, const std::string& name, ValueId from) {
  ValueId gate = net.globalMean(name + "/mean", from, true);
  gate = net.conv(name + "/squeeze", gate, eights(net.channels(from) / 4), square(1), Activation::Relu);
  gate = net.conv(name + "/excite", gate, net.channels(from), square(1), Activation::None, kGate);
  gate = net.addNumber(name + "/add3", gate, 3, Activation::Relu6);
  gate = net.multiplyNumber(name + "/gate", gate, 1.0F / 6);
  return net.multiply(name + "/mul", from, gate);
}

ValueId bottleneck(Net& net, const std::string& name, ValueId from, const Block& block) {
  ValueId x = from;
  if (block.expanded != net.channels(from)) {
    x = net.conv(name + "/expand", x, block.expanded, square(1), fused(block.act), targetOf(block.act));
    x = hardSwish(net, name + "/expand", x, block.act);
  }
  x = net.depthwise(name + "/depthwise", x, square(block.kernel, block.stride), fused(block.act), targetOf(block.act));
  x = hardSwish(net, name + "/depthwise", x, block.act);
  if (block.excite) x = excite(net, name + "/excite", x);
  x = net.conv(name + "/project", x, block.channels, square(1));
  if (block.stride != 1 || block.channels != net.channels(from)) return x;
  return net.add(name + "/add", from, x);
}

}  // namespace

Result<Graph> buildMobilenetV3Large(uint64_t seed) {
  Net net("mobilenet_v3_large", seed);
  ValueId x = net.conv("stem", net.input("image", 224, 224, 3), 16, square(3, 2), Activation::None, kSwish);
  x = hardSwish(net, "stem", x);
  int number = 0;
  for (const Block& block : kBlocks) x = bottleneck(net, "block" + std::to_string(++number), x, block);
  x = hardSwish(net, "last", net.conv("last", x, 960, square(1), Activation::None, kSwish));
  x = net.globalMean("global_mean", x, true);
  x = hardSwish(net, "head", net.conv("head", x, 1280, square(1), Activation::None, kSwish));
  x = net.conv("scores", x, kClasses, square(1), Activation::None, kScores);
  const ValueId probabilities = net.softmax("probabilities", net.reshape("flat", x, {1, kClasses}));
  return std::move(net).finish(probabilities);
}

}  // namespace trireme::zoo
