#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_set>

#include "delegates/gpu/lowering.h"

namespace trireme::gpu {

// Which layouts a program can read. Any: rows of any pitch, a value at the border as it is; read it by LOAD1 alone.
enum class Layout : uint8_t { Pitched, Any };

// What lowerings write with: values by id in, dispatches out. Memory is named by roots, which get their place at the
// end.
class Emitter {
 public:
  Emitter(const PartitionView& partition, const GpuLimits& limits, Precision precision, LowerFor purpose);

  const Graph& graph() const { return partition_.graph; }
  const Node& node(const Call& call) const { return graph().node(call.node); }
  const GpuLimits& limits() const { return limits_; }
  uint32_t width() const { return limits_.vectorWidth; }
  Precision precision() const { return precision_; }
  Storage storageOfValue(ValueId id) const;

  // A value that is there: an input of the partition, a result of an earlier call, or a constant (kept with the weights
  // in this layout).
  Tensor read(ValueId id, Layout layout = Layout::Pitched);
  // An input of the partition as it lies at the border, dense and in the model's type; none: no input.
  std::optional<Tensor> atBorder(ValueId id) const;
  // Where a result belongs: pitched, with pad lanes that the call must zero. It may be a slice of a wider row. Any:
  // also a dense border of any pitch, which has no pad lanes; write it by STORE1 and STOREU alone.
  Tensor write(ValueId id, Layout layout = Layout::Pitched);
  // A reshape: `to` takes the memory of `from`. False where it cannot, and the call has to copy.
  bool share(ValueId from, ValueId to);
  // The part of a concatenation's result that is its operand's, where that is one block of rows or of channels.
  std::optional<Tensor> sliceOf(const Tensor& whole, const Node& node, ValueId operand) const;
  // Memory of this call alone. Pitched.
  Tensor scratch(Storage storage, int64_t rows, int64_t channels);
  // The same as one row without pad lanes, whose length need not be a multiple of the vector width.
  Tensor denseScratch(Storage storage, int64_t elements);
  // Constants in a form of their own, `count` elements that `fill` writes. Called only where they are really packed.
  using Fill = std::function<void(std::span<std::byte> bytes)>;
  Tensor weights(Storage storage, int64_t count, const Fill& fill);
  template <class T>
  Tensor weights(Storage storage, const std::vector<T>& values) {
    return weights(storage, int64_t(values.size()), [&](std::span<std::byte> bytes) {
      std::copy_n(reinterpret_cast<const std::byte*>(values.data()), bytes.size(), bytes.data());
    });
  }

  // One dispatch over `items`, rounded up to whole groups of `local`. `tensors`: one a buffer of the program.
  template <class Params>
  void dispatch(Program program, std::string_view variant, std::vector<int32_t> constants,
                std::initializer_list<Tensor> tensors, const Params& params, Extent items, Extent local,
                double operations) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&params);
    append({program, variantOf(program, variant), local, std::move(constants)}, {tensors.begin(), tensors.size()},
           {bytes, bytes + sizeof(Params)}, items, operations);
  }
  // The local size for items (vectors of a row, rows, the rest) that each do little.
  Extent smallLocal() const { return limits_.cores ? Extent{1, 8, 1} : Extent{8, 16, 1}; }
  // Words for explain about the call at hand.
  void say(std::string_view words);

  // For lowerPartition(), and for lists that stand for no node.
  void beginCall(std::vector<NodeId> nodes);
  Status emit(std::span<const Call> calls);
  Result<LoweredPartition> finish();

 private:
  struct Root {
    BufferSpec::Kind kind = BufferSpec::Kind::Scratch;
    uint32_t number = 0;  // of an input, output or chunk
    size_t bytes = 0, offset = 0;
    int64_t first = -1, last = -1;  // dispatches that touch it
  };
  uint32_t addRoot(Root root);
  void append(KernelKey kernel, std::span<const Tensor> tensors, std::vector<std::byte> params, Extent items,
              double operations);
  size_t weightsToCome(size_t now) const;
  Tensor constantTensor(ValueId id, Layout layout);
  Tensor pitched(Storage storage, const Shape& shape, uint32_t root) const;
  Tensor dense(Storage storage, const Shape& shape, uint32_t root) const;
  std::optional<Tensor> denseBorder(ValueId id);  // an output that nobody here reads
  std::optional<Tensor> place(ValueId id);  // where consumers want a result: the border, a slice, a reshape's memory
  std::optional<Tensor> placeNow(ValueId id);
  std::optional<Tensor> placeInConcatenation(ValueId id, const Node& node);
  bool aliases(const Shape& from, const Shape& to) const;
  std::optional<Tensor> asShape(const Tensor& tensor, const Shape& shape) const;
  Status emitCall(const Call& call);
  Status writeBorder();
  void layOut();

  PartitionView partition_;
  GpuLimits limits_;
  Precision precision_;
  LowerFor purpose_;
  LoweredPartition lowered_;
  Status tooMany_;  // groups of a dispatch
  std::vector<Root> roots_;
  std::map<uint32_t, Tensor> written_, border_, pitchedBorder_;  // by value
  std::map<std::pair<uint32_t, Layout>, Tensor> constants_;
  std::map<uint32_t, uint32_t> outputNumber_;
  std::unordered_set<NodeId> inPartition_;
  int placing_ = 0;  // calls of place() that wait for each other
};

}  // namespace trireme::gpu
