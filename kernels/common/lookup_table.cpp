#include "kernels/common/lookup_table.h"

namespace trireme::common {

const std::array<uint16_t, 256>& sigmoidTable16() {
  static const std::array<uint16_t, 256> kTable = [] {
    std::array<uint16_t, 256> table{};
    const auto at = [](double i) { return 65536.0 / (1.0 + std::exp(-i / 24.0)); };
    for (size_t i = 0; i < table.size(); ++i) {
      const auto k = double(i);
      // The straight line between two entries runs below the curve: entries are raised by half the gap in the middle.
      const double gap = at(k + 0.5) - (at(k) + at(k + 1)) / 2;
      table[i] = uint16_t(std::round(at(k) + gap / 2));
    }
    table.back() = 65535;
    return table;
  }();
  return kTable;
}

}  // namespace trireme::common
