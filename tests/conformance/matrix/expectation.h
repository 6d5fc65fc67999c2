#pragma once

#include "tests/conformance/matrix/sums.h"
#include "tests/support/error_bound.h"

namespace trireme::conformance::matrix {

// What a cell's outputs must be. Integers and moved elements: the reference kernel's bits. Float sums: the value in
// double and the computed bound. Other float functions: the reference kernel's value and the operator's bound.
class Expectation {
 public:
  // With half storage `row` must be halved(): what no device could hold is nobody's error.
  static Result<Expectation> of(const OpCase& row, support::Storage storage);
  // Empty, or how many elements are wrong, and the worst with its numbers.
  std::string compare(const std::vector<std::vector<std::byte>>& actual) const;
  // The reference kernel against the sums in double: empty, or what is wrong with it.
  std::string compareReference() const { return compare(byReference_); }
  const std::vector<std::vector<std::byte>>& byReference() const { return byReference_; }

 private:
  std::string compareFloats(size_t output, std::span<const std::byte> actual) const;

  support::Storage storage_ = support::Storage::Single;
  support::ErrorBound bound_ = support::ErrorBound::exact();
  std::vector<std::vector<std::byte>> byReference_;
  std::vector<TensorType> types_;
  std::vector<Sum> sums_;  // of output 0; empty where the reference's value is taken
  double magnitude_ = 0;   // of every other element
};

}  // namespace trireme::conformance::matrix
