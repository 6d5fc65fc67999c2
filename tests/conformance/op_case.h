#pragma once

#include <functional>
#include <optional>

#include "tests/support/graph_builders.h"
#include "tests/support/tolerance.h"

// Rows of the conformance test: one operator with its types, shapes and options; inputs random unless given.
namespace trireme::conformance {

class OpCase {
 public:
  OpCase(std::string name, OpKind op, OpParams params = NoParams());

  OpCase& in(TensorType type);        // random, known when it runs
  OpCase& constant(TensorType type);  // random, part of the model
  OpCase& absent();                   // an optional input that is not there
  OpCase& out(TensorType type);
  template <class T>
  OpCase& in(TensorType type, const std::vector<T>& values) {
    return add({std::move(type), support::bytesOf(values), Operand::Kind::Input});
  }
  template <class T>
  OpCase& constant(TensorType type, const std::vector<T>& values) {
    return add({std::move(type), support::bytesOf(values), Operand::Kind::Constant});
  }
  // What the last output must be, worked out by hand; by the same tolerance as against the reference.
  template <class T>
  OpCase& expect(const std::vector<T>& values) {
    outputs_.back().expected = support::bytesOf(values);
    return *this;
  }
  // A float result that every delegate sums or rounds in its own way is compared as of this class.
  OpCase& within(support::Tolerance tolerance);

  // Shapes of the outputs from those of the inputs; their types stand. InvalidModel where they do not fit together.
  Status inferOutputs();
  // The same with every float32 operand rounded to what half precision has.
  OpCase halved() const;

  const std::string& name() const { return name_; }  // "Conv2d_int8_per_channel": fit for a test's name
  OpKind op() const { return op_; }
  Graph graph() const;
  std::vector<std::vector<std::byte>> inputs() const;        // of the graph
  std::vector<std::span<const std::byte>> operands() const;  // of the node; an absent one has no bytes
  // By the plain loop, straight from kernels/reference.
  Result<std::vector<std::vector<std::byte>>> byReference() const;
  // The same, its units of work one by one and the last first, each with scratch of its own.
  Result<std::vector<std::vector<std::byte>>> byReferenceInPieces() const;
  size_t outputCount() const { return outputs_.size(); }
  const TensorType& outputType(size_t number) const { return outputs_[number].type; }
  const std::optional<std::vector<std::byte>>& expected(size_t number) const { return outputs_[number].expected; }
  support::Tolerance tolerance(size_t number) const;

 private:
  struct Operand {
    enum class Kind : uint8_t { Input, Constant, Absent };
    TensorType type;
    std::vector<std::byte> bytes;
    Kind kind = Kind::Absent;
  };
  struct Output {
    TensorType type;
    std::optional<std::vector<std::byte>> expected;
  };
  OpCase& add(Operand operand);
  using Results = std::vector<std::vector<std::byte>>;
  using Evaluation =
      std::function<Status(const Graph&, std::span<const std::byte* const>, std::span<std::byte* const>)>;
  Result<Results> evaluate(const Evaluation& evaluation) const;

  std::string name_;
  OpKind op_;
  OpParams params_;
  std::vector<Operand> operands_;
  std::vector<Output> outputs_;
  std::optional<support::Tolerance> tolerance_;
  support::Random random_;
};

// Types, short: rows are many.
using Dims = std::initializer_list<int64_t>;
TensorType f32(Dims dims);
TensorType f16(Dims dims);
TensorType i8(Dims dims, float scale = 0.05f, int32_t zeroPoint = -3);
TensorType u8(Dims dims, float scale = 0.05f, int32_t zeroPoint = 121);
TensorType i16(Dims dims, float scale = 0.0005f);
TensorType i32(Dims dims);
TensorType i64(Dims dims);
TensorType boolean(Dims dims);
// int8 weights with a scale a slice; scales a little different from each other.
TensorType perChannel(Dims dims, int axis, float scale = 0.003f);
// A bias of the products' scales.
TensorType bias32(int64_t channels, float scale = 0.00015f);
TensorType bias64(int64_t channels, float scale = 0.0000015f);
std::vector<int32_t> smallInts(size_t count, int32_t least, int32_t most, uint64_t seed = 7);

}  // namespace trireme::conformance
