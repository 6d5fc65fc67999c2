#pragma once

#include <filesystem>
#include <functional>

#include "core/plan/measured_costs.h"
#include "trireme/delegate.h"

namespace trireme::tune {

// Whose times they are. All must be equal for a time to count; the thread count is part of the device's description.
struct CostKey {
  std::string machine, version, delegate, device, driver, precision;
  bool operator==(const CostKey&) const = default;
};
CostKey keyOf(const DelegateInfo& info, Precision precision);  // on this machine, with this version

// What `calibrate` found out, kept in a file between programs. Sections of other machines and versions stay in it.
class CostCache {
 public:
  // No file: an empty cache. InvalidArgument, naming file and fault, where it is damaged; Io where it cannot be read.
  static Result<CostCache> read(const std::filesystem::path& file);
  // Whole or not at all, by a file beside it that takes its place.
  Status write(const std::filesystem::path& file) const;

  bool empty() const { return sections_.empty(); }
  const CostKey* firstKey() const { return sections_.empty() ? nullptr : &sections_[0].key; }
  std::shared_ptr<const plan::MeasuredCosts> find(const CostKey& key) const;  // null: none
  // New times take the place of old ones of the same operators; the others stay.
  void add(const CostKey& key, const plan::MeasuredCosts& costs);
  void add(const CostCache& newer);

 private:
  struct Section {
    CostKey key;
    std::shared_ptr<const plan::MeasuredCosts> costs;
  };
  std::vector<Section> sections_;
};

// Adds to what the file holds; one that is damaged is made anew, which the log is told.
Status mergeInto(const std::filesystem::path& file, const CostCache& newer,
                 const std::function<void(std::string_view)>& log);

inline constexpr std::string_view kCostFile = "costs.json";  // in the cache's folder

}  // namespace trireme::tune
