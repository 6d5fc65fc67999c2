#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace trireme::models {

// pinned_shares.tsv: what each delegate gets of each model. A lost delegation is a failure until someone writes the
// file anew: TRIREME_WRITE_SHARES=1 build/ci/bin/test_delegate_sweep.
class PinnedShares {
 public:
  explicit PinnedShares(std::filesystem::path file);
  // The text pinned for it; none: nothing is.
  std::optional<std::string> of(const std::string& delegate, const std::string& model) const;
  void set(const std::string& delegate, const std::string& model, std::string share);
  void write() const;

 private:
  std::filesystem::path file_;
  std::map<std::pair<std::string, std::string>, std::string> shares_;
};

}  // namespace trireme::models
