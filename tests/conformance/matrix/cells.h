#pragma once

#include "tests/conformance/matrix/forms.h"
#include "tests/conformance/matrix/pairwise.h"

namespace trireme::conformance::matrix {

// The cells of one operator and form: a row of docs/capabilities.md. A cell is a row of the conformance test whose name
// holds all of its parameters.
struct Group {
  OpKind op;
  Form form;
  std::vector<OpCase> cells;
  std::string name() const;  // "CONV_2D int8 per channel"
};

enum class Density : uint8_t { Usual, Dense };

// Collects cells, the same ones in the same order every time.
class Cells {
 public:
  explicit Cells(Density density) : density_(density) {}
  // A cell, from its parameters and what makes its row. Shapes of outputs are inferred.
  void add(OpKind op, Form form, const std::string& parameters,
           const std::function<void(OpCase&, support::Random&)>& make, OpParams params = NoParams());
  // Choices for the cells of one operator and form; no more than `most` of them, where the density is usual.
  std::vector<Choice> choose(OpKind op, Form form, const std::vector<size_t>& levels, size_t most) const;
  void gather();  // the groups of an operator side by side
  bool dense() const { return density_ == Density::Dense; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<std::string>& wrong() const { return wrong_; }  // cells whose shapes do not fit together

 private:
  Density density_;
  std::vector<Group> groups_;
  std::vector<std::string> wrong_;
};

// Every cell. Made once a process and density.
const Cells& allCells(Density density);

template <class T, size_t N>
const T& pick(const T (&levels)[N], size_t choice) {
  return levels[choice % N];
}

}  // namespace trireme::conformance::matrix
