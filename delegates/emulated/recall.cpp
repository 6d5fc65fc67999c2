#include "delegates/emulated/recall.h"

#include <algorithm>
#include <cstring>

namespace trireme::emulated {
namespace {

void copyAll(const std::vector<BufferView>& views, std::vector<std::vector<std::byte>>& into) {
  for (size_t i = 0; i < views.size(); ++i) {
    if (views[i].size > 0) std::memcpy(into[i].data(), views[i].host(), views[i].size);
  }
}

}  // namespace

Recall::Recall(std::vector<BufferView> inputs, std::vector<BufferView> outputs)
    : inputs_(std::move(inputs)), outputs_(std::move(outputs)) {
  const auto hidden = [](const BufferView& view) { return view.size > 0 && !view.host(); };
  visible_ = std::ranges::none_of(inputs_, hidden) && std::ranges::none_of(outputs_, hidden);
  if (!visible_) return;
  for (const BufferView& view : inputs_) seenInputs_.emplace_back(view.size);
  for (const BufferView& view : outputs_) seenOutputs_.emplace_back(view.size);
}

bool Recall::restore() {
  if (!known_) return false;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const BufferView& view = inputs_[i];
    if (view.size > 0 && std::memcmp(view.host(), seenInputs_[i].data(), view.size) != 0) return false;
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (outputs_[i].size > 0) std::memcpy(outputs_[i].host(), seenOutputs_[i].data(), outputs_[i].size);
  }
  return true;
}

void Recall::noteInputs() {
  known_ = false;
  if (visible_) copyAll(inputs_, seenInputs_);
}

void Recall::noteOutputs(bool arrived) {
  known_ = visible_ && arrived;
  if (known_) copyAll(outputs_, seenOutputs_);
}

}  // namespace trireme::emulated
