#include "tools/zoo/heads.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {
namespace {

ValueId sigmoid(Net& net, const std::string& name, ValueId from) {
  return net.unary(OpKind::Logistic, name + "/sigmoid", from);
}

}  // namespace

Result<Graph> buildLenet(uint64_t seed) {
  Net net("lenet", seed);
  ValueId x = net.input("image", 28, 28, 1);
  x = sigmoid(net, "conv1", net.conv("conv1", x, 16, square(5)));
  x = net.averagePool("pool1", x, square(2, 2, Padding::Valid));
  x = sigmoid(net, "conv2", net.conv("conv2", x, 32, square(5, 1, Padding::Valid)));
  x = net.reshape("flat", x, {1, 3200});
  x = sigmoid(net, "dense1", net.fullyConnected("dense1", x, 256));
  x = sigmoid(net, "dense2", net.fullyConnected("dense2", x, 128));
  const ValueId probabilities = net.softmax("probabilities", net.fullyConnected("scores", x, 10, kScores));
  return std::move(net).finish(probabilities);
}

}  // namespace trireme::zoo
