// MobileNet v1 and v2, and DeepLab v3 on v2's features.
#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

struct Separable {
  int32_t stride;
  int64_t channels;
};
constexpr Separable kV1[] = {{1, 64},  {2, 128}, {1, 128}, {2, 256}, {1, 256},  {2, 512}, {1, 512},
                             {1, 512}, {1, 512}, {1, 512}, {1, 512}, {2, 1024}, {1, 1024}};

struct Stage {
  int64_t expansion, channels;
  int repeats;
  int32_t stride;
};
constexpr Stage kV2[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                         {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

struct Bottleneck {
  int64_t expansion, channels;
  int32_t stride, dilation;
};

ValueId bottleneck(Net& net, const std::string& name, ValueId from, const Bottleneck& block) {
  ValueId x = from;
  if (block.expansion > 1) {
    x = net.conv(name + "/expand", x, net.channels(from) * block.expansion, square(1), Activation::Relu6);
  }
  x = net.depthwise(name + "/depthwise", x, {3, 3, block.stride, Padding::Same, block.dilation}, Activation::Relu6);
  x = net.conv(name + "/project", x, block.channels, square(1));
  if (block.stride != 1 || block.channels != net.channels(from)) return x;
  return net.add(name + "/add", from, x);
}

// Up to the last bottleneck. Strides beyond an output stride of `most` become dilations of the layers that follow.
ValueId featuresV2(Net& net, ValueId image, int32_t most) {
  ValueId x = net.conv("stem", image, 32, square(3, 2), Activation::Relu6);
  int32_t reached = 2, dilation = 1, number = 0;
  for (const Stage& stage : kV2) {
    for (int i = 0; i < stage.repeats; ++i) {
      Bottleneck block{stage.expansion, stage.channels, i == 0 ? stage.stride : 1, dilation};
      if (reached * block.stride > most) {
        dilation *= block.stride;
        block.stride = 1;
      }
      reached *= block.stride;
      x = bottleneck(net, "block" + std::to_string(++number), x, block);
    }
  }
  return x;
}

}  // namespace

Result<Graph> buildMobilenetV1(uint64_t seed) {
  Net net("mobilenet_v1", seed);
  ValueId x = net.conv("stem", net.input("image", 224, 224, 3), 32, square(3, 2), Activation::Relu6);
  int number = 0;
  for (const Separable& layer : kV1) {
    const std::string name = "block" + std::to_string(++number);
    x = net.depthwise(name + "/depthwise", x, square(3, layer.stride), Activation::Relu6);
    x = net.conv(name + "/pointwise", x, layer.channels, square(1), Activation::Relu6);
  }
  x = net.averagePool("average", x, {7, 7, 2, Padding::Valid, 1});
  x = net.conv("scores", x, kClasses, square(1), Activation::None, kScores);
  const ValueId probabilities = net.softmax("probabilities", net.reshape("flat", x, {1, kClasses}));
  return std::move(net).finish(probabilities);
}

Result<Graph> buildMobilenetV2(uint64_t seed) {
  Net net("mobilenet_v2", seed);
  const ValueId x = featuresV2(net, net.input("image", 224, 224, 3), 32);
  const ValueId last = net.conv("last", x, 1280, square(1), Activation::Relu6);
  return classify(std::move(net), last);
}

Result<Graph> buildDeeplabV3(uint64_t seed) {
  constexpr int32_t kSide = 513, kClassesHere = 21;
  Net net("deeplab_v3", seed);
  const ValueId features = featuresV2(net, net.input("image", kSide, kSide, 3), 16);
  const auto height = static_cast<int32_t>(net.shape(features).dim(1));
  const auto width = static_cast<int32_t>(net.shape(features).dim(2));
  const ValueId near = net.conv("aspp/near", features, 256, square(1), Activation::Relu);
  ValueId whole = net.globalMean("aspp/mean", features, true);
  whole = net.conv("aspp/whole", whole, 256, square(1), Activation::Relu);
  whole = net.resize("aspp/spread", whole, height, width);
  const ValueId both = net.concat("aspp/concat", {whole, near});
  const ValueId joined = net.conv("aspp/project", both, 256, square(1), Activation::Relu);
  const ValueId scores = net.conv("scores", joined, kClassesHere, square(1), Activation::None, kScores);
  const ValueId full = net.resize("segmentation", scores, kSide, kSide);
  return std::move(net).finish(full);
}

}  // namespace trireme::zoo
