#include "core/plan/whereabouts.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace trireme::plan {

double Whereabouts::bring(Place& place, const SearchValue& value, uint32_t space, double up, double acquire) const {
  uint32_t holders = place.holders();
  if (holders >> space & 1) return 0;
  if (!plain(value)) return bringShared(place, value, space, up, acquire);
  double cost = 0;
  if (!(holders & kHostMask)) cost += leave(value, place.source());
  if (space != 0) cost += value.importers >> space & 1 ? acquire : up;
  place.hold(holders | kHostMask | 1u << space, 0);
  return cost;
}

double Whereabouts::bringShared(Place& place, const SearchValue& value, uint32_t space, double up,
                                double acquire) const {
  const uint32_t owners = kHostMask | value.importers;
  const uint32_t others = place.holders() & ~owners, owner = place.holders() & owners;
  double cost = 0;
  if (owner == 0) cost += value.down[place.source()];
  if (owner != 0 && owner != kHostMask) cost += tables_.release[uint32_t(std::countr_zero(owner))];
  if (value.importers >> space & 1) {
    place.hold(others | 1u << space, 0);
    return cost + acquire;
  }
  if (space != 0) cost += up;
  place.hold(others | kHostMask | 1u << space, 0);
  return cost;
}

void Whereabouts::simplify(Place& place, const SearchValue& value, uint32_t useful) const {
  if (!plain(value)) return;
  const uint32_t holders = place.holders();
  if ((useful & ~holders) == 0) return place.hold(useful, 0);
  place.hold(holders & (useful | kHostMask), holders & kHostMask ? 0 : place.source());
}

double Whereabouts::distance(Place a, Place b, const SearchValue& value, uint32_t useful) const {
  if (((a.bits ^ b.bits) & 0xfffff) == 0) return 0;
  const uint32_t own = a.holders(), other = b.holders();
  if (plain(value)) {
    if ((useful & ~own) == 0) return 0;
    const uint32_t missing = other & ~own & ~kHostMask;
    double cost = 0;
    for (uint32_t rest = missing; rest != 0; rest &= rest - 1) cost += value.bring[uint32_t(std::countr_zero(rest))];
    if (own & kHostMask) return cost;
    const double away = leave(value, a.source());
    if (missing != 0 || (other & kHostMask) || (useful & ~other) == 0) return cost + away;
    return cost + std::max(0.0, away - leave(value, b.source()));
  }
  const uint32_t owners = kHostMask | value.importers;
  if ((own & ~owners) != (other & ~owners)) return std::numeric_limits<double>::infinity();
  const uint32_t from = own & owners, to = other & owners;
  if (from == to) return std::max(0.0, value.down[a.source()] - value.down[b.source()]);
  double cost = 0;
  if (from == 0) cost += value.down[a.source()];
  if (from & value.importers) cost += tables_.release[uint32_t(std::countr_zero(from))];
  if (to & value.importers) cost += value.bring[uint32_t(std::countr_zero(to))];
  return cost;
}

}  // namespace trireme::plan
