#include "tools/zoo/net.h"
#include "tools/zoo/networks.h"

namespace trireme::zoo {

Result<Graph> buildSrcnn(uint64_t seed) {
  Net net("srcnn", seed);
  ValueId x = net.input("image", 300, 300, 3);
  x = net.conv("patches", x, 64, square(9), Activation::Relu);
  x = net.conv("mapping", x, 32, square(5), Activation::Relu);
  const ValueId picture = net.conv("reconstruction", x, 3, square(5), Activation::None, {0.5, 0});
  return std::move(net).finish(picture);
}

}  // namespace trireme::zoo
