#include "tools/zoo/networks.h"

#include <fmt/format.h>

namespace trireme::zoo {

std::span<const Network> networks() {
  static constexpr std::array<Network, 11> kNetworks{{
      {"lenet", "LeNet with sigmoids, ten classes", {28, 28, 1}, 866890, 2446848, buildLenet},
      {"mobilenet_v1", "MobileNet v1 1.0", {224, 224, 3}, 4221032, 568740352, buildMobilenetV1},
      {"mobilenet_v2", "MobileNet v2 1.0", {224, 224, 3}, 3487816, 300774272, buildMobilenetV2},
      {"mobilenet_v3_large", "MobileNet v3 large 1.0", {224, 224, 3}, 5470832, 216589760, buildMobilenetV3Large},
      {"squeezenet_1_0", "SqueezeNet 1.0", {227, 227, 3}, 1248424, 832667936, buildSqueezenet10},
      {"squeezenet_1_1", "SqueezeNet 1.1", {227, 227, 3}, 1235496, 352540352, buildSqueezenet11},
      {"resnet50", "ResNet-50 v1", {224, 224, 3}, 25530472, 3857973248, buildResnet50},
      {"inception_v3", "Inception v3", {299, 299, 3}, 23817352, 5713216096, buildInceptionV3},
      {"densenet121", "DenseNet-121", {224, 224, 3}, 7974120, 2834161664, buildDensenet121},
      {"deeplab_v3", "DeepLab v3 on MobileNet v2, 21 classes", {513, 513, 3}, 2097013, 2740709056, buildDeeplabV3},
      {"srcnn", "SRCNN 9-5-5, RGB", {300, 300, 3}, 69251, 6223680000, buildSrcnn},
  }};
  return kNetworks;
}

Result<const Network*> findNetwork(std::string_view name) {
  std::string known;
  for (const Network& network : networks()) {
    if (network.name == name) return &network;
    known += (known.empty() ? "" : ", ") + std::string(network.name);
  }
  return Status::error(Code::InvalidArgument, fmt::format("there is no network '{}'; the zoo has: {}", name, known));
}

}  // namespace trireme::zoo
