#pragma once

#include "trireme/tensor.h"

namespace trireme::support {

// What agreement means, as a class with a name; tests never carry a number of their own.
class Tolerance {
 public:
  static Tolerance exact();          // integers, and float results that must be the same bits
  static Tolerance floatOperator();  // one float32 operator: 2e-5 of the largest absolute value expected
  static Tolerance floatModel();     // a float32 or float16-weights model: 1e-4 of the largest
  static Tolerance hybrid();         // float activations, int8 weights: relative L2 distance of 1 %
  // The same, of a model whose own output moves that far (as distance()) when its inputs change by a unit in the last
  // place, since codes of activations lie on edges: four times that, as every operator rounds; 10 % at most.
  static Tolerance hybridThatMoves(double distance);
  static Tolerance halfModel();  // float32 that a device of half precision had: relative L2 distance of 10 %
  // The class of one operator by its output's type.
  static Tolerance ofOperator(DataType output);

  // Relative L2 distance of float32 tensors.
  static double distance(std::span<const std::byte> expected, std::span<const std::byte> actual);
  // Empty when `actual` agrees; else a sentence: how many elements differ, the worst, and where.
  std::string compare(const TensorType& type, std::span<const std::byte> expected,
                      std::span<const std::byte> actual) const;

 private:
  enum class Kind : uint8_t { Exact, OfLargest, RelativeL2 };
  Tolerance(Kind kind, double bound) : kind_(kind), bound_(bound) {}
  std::string compareBytes(const TensorType& type, std::span<const std::byte> expected,
                           std::span<const std::byte> actual) const;
  std::string compareFloats(std::span<const float> expected, std::span<const float> actual) const;

  Kind kind_;
  double bound_;
};

}  // namespace trireme::support
