#include "examples/portrait/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace portrait {
namespace {

using trireme::Code;
using trireme::Status;

constexpr int kTimedRuns = 5;

}  // namespace

trireme::Result<Session> Session::create(const std::filesystem::path& path, const trireme::Options& options) {
  TRIREME_ASSIGN(auto model, trireme::Model::fromFile(path));
  Session session;
  session.model_ = path.filename().string();
  TRIREME_ASSIGN(session.interpreter_, trireme::Interpreter::create(std::move(model), options));
  return session;
}

Status Session::run(std::span<const float> input) {
  TRIREME_ASSIGN(const trireme::TensorView view, interpreter_->frame().input(0));
  TRIREME_ASSIGN(const std::span<float> memory, view.as<float>());
  if (memory.size() != input.size()) {
    return Status::error(Code::InvalidModel, fmt::format("{} wants {} values, a picture of it has {}", model_,
                                                         memory.size(), input.size()));
  }
  std::copy(input.begin(), input.end(), memory.begin());
  TRIREME_TRY(interpreter_->invoke());
  std::vector<double> times;
  for (int i = 0; i < kTimedRuns; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    TRIREME_TRY(interpreter_->invoke());
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::nth_element(times.begin(), times.begin() + kTimedRuns / 2, times.end());
  milliseconds_ = times[kTimedRuns / 2];
  return {};
}

trireme::Result<std::span<const float>> Session::output(size_t elements) const {
  for (int i = 0; i < interpreter_->outputCount(); ++i) {
    TRIREME_ASSIGN(const trireme::TensorView view, interpreter_->frame().output(i));
    const auto values = view.as<const float>();
    if (values.ok() && values.value().size() == elements) return values.value();
  }
  return Status::error(Code::InvalidModel, fmt::format("{} has no output of {} float32 values", model_, elements));
}

std::string Session::partitions() const {
  std::string text;
  for (const trireme::PlannedPartition& partition : interpreter_->plan().partitions) {
    const auto& delegate = *interpreter_->compiled().delegates()[partition.delegate];
    text += fmt::format("{}{} {} nodes", text.empty() ? "" : ", ", delegate.info().name, partition.nodes.size());
  }
  return text;
}

}  // namespace portrait
