#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

ValueId fire(Net& net, const std::string& name, ValueId from, int64_t squeeze, int64_t expand) {
  const ValueId s = net.conv(name + "/squeeze", from, squeeze, square(1), Activation::Relu);
  const ValueId one = net.conv(name + "/expand1x1", s, expand, square(1), Activation::Relu);
  const ValueId three = net.conv(name + "/expand3x3", s, expand, square(3), Activation::Relu);
  return net.concat(name, {one, three});
}

ValueId pool(Net& net, const std::string& name, ValueId from) {
  return net.maxPool(name, from, square(3, 2, Padding::Valid));
}

// Wide, because the mean over the picture comes after the rectifier.
constexpr Target kBeforeMean{12, 0};

Result<Graph> finish(Net&& net, ValueId from) {
  const ValueId scores = net.conv("conv10", from, kClasses, square(1), Activation::Relu, kBeforeMean);
  const ValueId probabilities = net.softmax("probabilities", net.globalMean("global_mean", scores, false));
  return std::move(net).finish(probabilities);
}

}  // namespace

Result<Graph> buildSqueezenet10(uint64_t seed) {
  Net net("squeezenet_1_0", seed);
  ValueId x = net.input("image", 227, 227, 3);
  x = pool(net, "pool1", net.conv("conv1", x, 96, square(7, 2, Padding::Valid), Activation::Relu));
  x = fire(net, "fire2", x, 16, 64);
  x = fire(net, "fire3", x, 16, 64);
  x = pool(net, "pool4", fire(net, "fire4", x, 32, 128));
  x = fire(net, "fire5", x, 32, 128);
  x = fire(net, "fire6", x, 48, 192);
  x = fire(net, "fire7", x, 48, 192);
  x = pool(net, "pool8", fire(net, "fire8", x, 64, 256));
  x = fire(net, "fire9", x, 64, 256);
  return finish(std::move(net), x);
}

Result<Graph> buildSqueezenet11(uint64_t seed) {
  Net net("squeezenet_1_1", seed);
  ValueId x = net.input("image", 227, 227, 3);
  x = pool(net, "pool1", net.conv("conv1", x, 64, square(3, 2, Padding::Valid), Activation::Relu));
  x = fire(net, "fire2", x, 16, 64);
  x = pool(net, "pool3", fire(net, "fire3", x, 16, 64));
  x = fire(net, "fire4", x, 32, 128);
  x = pool(net, "pool5", fire(net, "fire5", x, 32, 128));
  x = fire(net, "fire6", x, 48, 192);
  x = fire(net, "fire7", x, 48, 192);
  x = fire(net, "fire8", x, 64, 256);
  x = fire(net, "fire9", x, 64, 256);
  return finish(std::move(net), x);
}

}  // namespace trireme::zoo
