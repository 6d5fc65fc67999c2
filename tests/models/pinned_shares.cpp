#include "tests/models/pinned_shares.h"

#include <fstream>
#include <sstream>

namespace trireme::models {

PinnedShares::PinnedShares(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream stream(file_);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream fields(line);
    std::string delegate, model, share;
    if (std::getline(fields, delegate, '\t') && std::getline(fields, model, '\t') && std::getline(fields, share)) {
      shares_[{delegate, model}] = share;
    }
  }
}

std::optional<std::string> PinnedShares::of(const std::string& delegate, const std::string& model) const {
  const auto found = shares_.find({delegate, model});
  return found == shares_.end() ? std::nullopt : std::optional(found->second);
}

void PinnedShares::set(const std::string& delegate, const std::string& model, std::string share) {
  shares_[{delegate, model}] = std::move(share);
}

void PinnedShares::write() const {
  std::ofstream stream(file_);
  for (const auto& [key, share] : shares_) stream << key.first << '\t' << key.second << '\t' << share << '\n';
}

}  // namespace trireme::models
