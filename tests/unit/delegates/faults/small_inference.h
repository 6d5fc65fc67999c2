#pragma once

#include <chrono>

#include "tests/support/run_model.h"
#include "trireme/trireme.h"

// Whole inferences over the CPU and a GPU's delegate, whose driver does what a test wants of it.
namespace trireme::faults {

// A model of five operators; the CPU's answer is the right one.
class SmallInference {
 public:
  Status prepare();
  static Options over(std::shared_ptr<Delegate> delegate, bool strict = false);
  // Empty when two inferences of a new interpreter give the CPU's answer; else what went wrong. A failure under
  // `strict` is none.
  std::string infer(const std::shared_ptr<Delegate>& delegate, bool strict = false) const;
  std::string inferWith(const Options& options, bool strict = false) const;
  // Of one inference; empty when it gives the CPU's answer.
  std::string inferOnce(Interpreter& interpreter) const;
  // How many nodes a new interpreter gives to the device.
  size_t nodesOn(const std::shared_ptr<Delegate>& delegate) const;
  const std::shared_ptr<const Model>& model() const { return model_; }
  const support::Tensors& inputs() const { return inputs_; }

 private:
  std::shared_ptr<const Model> model_;
  support::Tensors inputs_;
  support::Answer right_;
};

}  // namespace trireme::faults
