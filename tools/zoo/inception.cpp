#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

// A convolution with its rectifier: all that this network has.
struct Step {
  int64_t channels;
  int32_t height, width, stride = 1;
  Padding padding = Padding::Same;
};
constexpr Step k1x1(int64_t channels) { return {channels, 1, 1}; }
constexpr Step k3x3(int64_t channels) { return {channels, 3, 3}; }
constexpr Step halving(int64_t channels) { return {channels, 3, 3, 2, Padding::Valid}; }

ValueId chain(Net& net, const std::string& name, ValueId x, std::initializer_list<Step> steps) {
  int number = 0;
  for (const Step& step : steps) {
    const Window window{step.height, step.width, step.stride, step.padding, 1};
    x = net.conv(name + "/conv" + std::to_string(++number), x, step.channels, window, Activation::Relu);
  }
  return x;
}

ValueId pooled(Net& net, const std::string& name, ValueId from, int64_t channels) {
  return chain(net, name, net.averagePool(name + "/average", from, square(3)), {k1x1(channels)});
}

ValueId maximum(Net& net, const std::string& name, ValueId from) {
  return net.maxPool(name, from, square(3, 2, Padding::Valid));
}

ValueId blockA(Net& net, const std::string& name, ValueId x, int64_t poolChannels) {
  return net.concat(
      name, {chain(net, name + "/a", x, {k1x1(64)}), chain(net, name + "/b", x, {k1x1(48), {64, 5, 5}}),
             chain(net, name + "/c", x, {k1x1(64), k3x3(96), k3x3(96)}), pooled(net, name + "/d", x, poolChannels)});
}

ValueId reductionA(Net& net, const std::string& name, ValueId x) {
  return net.concat(
      name, {chain(net, name + "/a", x, {halving(384)}), chain(net, name + "/b", x, {k1x1(64), k3x3(96), halving(96)}),
             maximum(net, name + "/c", x)});
}

ValueId blockB(Net& net, const std::string& name, ValueId x, int64_t m) {
  return net.concat(
      name, {chain(net, name + "/a", x, {k1x1(192)}), chain(net, name + "/b", x, {k1x1(m), {m, 1, 7}, {192, 7, 1}}),
             chain(net, name + "/c", x, {k1x1(m), {m, 7, 1}, {m, 1, 7}, {m, 7, 1}, {192, 1, 7}}),
             pooled(net, name + "/d", x, 192)});
}

ValueId reductionB(Net& net, const std::string& name, ValueId x) {
  return net.concat(name, {chain(net, name + "/a", x, {k1x1(192), halving(320)}),
                           chain(net, name + "/b", x, {k1x1(192), {192, 1, 7}, {192, 7, 1}, halving(192)}),
                           maximum(net, name + "/c", x)});
}

// 1x3 and 3x1 side by side.
ValueId fork(Net& net, const std::string& name, ValueId x) {
  return net.concat(name, {chain(net, name + "/wide", x, {{384, 1, 3}}), chain(net, name + "/high", x, {{384, 3, 1}})});
}

ValueId blockC(Net& net, const std::string& name, ValueId x) {
  return net.concat(name, {chain(net, name + "/a", x, {k1x1(320)}),
                           fork(net, name + "/b/fork", chain(net, name + "/b", x, {k1x1(384)})),
                           fork(net, name + "/c/fork", chain(net, name + "/c", x, {k1x1(448), k3x3(384)})),
                           pooled(net, name + "/d", x, 192)});
}

}  // namespace

Result<Graph> buildInceptionV3(uint64_t seed) {
  Net net("inception_v3", seed);
  ValueId x = net.input("image", 299, 299, 3);
  x = chain(net, "stem1", x, {halving(32), {32, 3, 3, 1, Padding::Valid}, k3x3(64)});
  x = chain(net, "stem2", maximum(net, "pool1", x), {k1x1(80), {192, 3, 3, 1, Padding::Valid}});
  x = maximum(net, "pool2", x);
  int number = 0;
  const auto name = [&number] { return "mixed" + std::to_string(number++); };
  for (const int64_t channels : {32, 64, 64}) x = blockA(net, name(), x, channels);
  x = reductionA(net, name(), x);
  for (const int64_t channels : {128, 160, 160, 192}) x = blockB(net, name(), x, channels);
  x = reductionB(net, name(), x);
  for (int i = 0; i < 2; ++i) x = blockC(net, name(), x);
  return classify(std::move(net), x);
}

}  // namespace trireme::zoo
