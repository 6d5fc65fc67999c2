#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

struct Stage {
  int64_t width;
  int repeats;
  int32_t stride;
};
constexpr Stage kStages[] = {{64, 3, 1}, {128, 4, 2}, {256, 6, 2}, {512, 3, 2}};

// Version 1: the stride is in the first 1x1.
ValueId bottleneck(Net& net, const std::string& name, ValueId from, int64_t width, int32_t stride) {
  ValueId shortcut = from;
  if (net.channels(from) != 4 * width) {
    shortcut = net.conv(name + "/shortcut", from, 4 * width, square(1, stride, Padding::Valid));
  }
  ValueId x = net.conv(name + "/reduce", from, width, square(1, stride, Padding::Valid), Activation::Relu);
  x = net.conv(name + "/conv3x3", x, width, square(3), Activation::Relu);
  x = net.conv(name + "/restore", x, 4 * width, square(1));
  return net.add(name + "/add", shortcut, x, Activation::Relu);
}

}  // namespace

Result<Graph> buildResnet50(uint64_t seed) {
  Net net("resnet50", seed);
  ValueId x = net.pad("stem/pad", net.input("image", 224, 224, 3), 3);
  x = net.conv("stem", x, 64, square(7, 2, Padding::Valid), Activation::Relu);
  x = net.maxPool("pool", net.pad("pool/pad", x, 1), square(3, 2, Padding::Valid));
  int stages = 0;
  for (const Stage& stage : kStages) {
    ++stages;
    for (int i = 1; i <= stage.repeats; ++i) {
      const std::string name = "stage" + std::to_string(stages) + "/block" + std::to_string(i);
      x = bottleneck(net, name, x, stage.width, i == 1 ? stage.stride : 1);
    }
  }
  return classify(std::move(net), x);
}

}  // namespace trireme::zoo
