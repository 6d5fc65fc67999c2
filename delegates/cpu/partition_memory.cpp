#include "delegates/cpu/partition_memory.h"

#include <algorithm>
#include <numeric>

#include "core/base/check.h"

namespace trireme::cpu {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kMostBytes = size_t{1} << 62;  // two such sizes add up without overflow
constexpr uint32_t kNone = UINT32_MAX;

// Values that share one piece of memory.
struct Group {
  Place::Kind kind = Place::Kind::Absent;
  uint32_t index = 0;
  const std::byte* constant = nullptr;
  size_t bytes = 0;
  int64_t firstWrite = -1, lastRead = -1;  // positions of calls, of any of its names
};

class Planner {
 public:
  Planner(const PartitionView& partition, std::span<const CallShape> calls)
      : partition_(partition), calls_(calls), groupOf_(partition.graph.values().size(), kNone) {}

  Result<PartitionMemory> plan() {
    findLastReads();
    declareBorder();
    memory_.callIsElided.resize(calls_.size());
    for (size_t i = 0; i < calls_.size(); ++i) TRIREME_TRY(placeOutputs(i));
    TRIREME_TRY(requireOutputs());
    findInPlacePairs();
    TRIREME_TRY(placeInnerGroups());
    fillPlaces();
    return std::move(memory_);
  }

 private:
  void declareBorder() {
    for (size_t i = 0; i < partition_.inputs.size(); ++i) {
      addGroup(partition_.inputs[i], {.kind = Place::Kind::Input, .index = uint32_t(i)});
    }
  }

  // The last call that reads a value's own name; a view's output is another name.
  void findLastReads() {
    lastReadOf_.assign(groupOf_.size(), -1);
    for (size_t i = 0; i < calls_.size(); ++i) {
      for (const ValueId id : calls_[i].inputs) {
        if (id != kNoValue) lastReadOf_[index(id)] = int64_t(i);
      }
    }
    outputOf_.assign(groupOf_.size(), kNone);
    for (size_t i = 0; i < partition_.outputs.size(); ++i) outputOf_[index(partition_.outputs[i])] = uint32_t(i);
  }

  void addGroup(ValueId id, Group group) {
    group.lastRead = std::max(group.firstWrite, lastReadOf_[index(id)]);
    groups_.push_back(group);
    groupOf_[index(id)] = uint32_t(groups_.size() - 1);
  }

  // A value that a call reads has its group already, or is a constant and gets it now.
  Status requireReadable(ValueId id) {
    if (groupOf_[index(id)] != kNone) return {};
    const Value& value = partition_.graph.value(id);
    if (!value.isConstant) {
      return Status::error(Code::Internal,
                           "partition reads '" + value.name + "', which is neither its input nor made in it");
    }
    static constexpr std::byte kNoBytes{};
    const std::byte* bytes = value.constant.empty() ? &kNoBytes : value.constant.data();
    addGroup(id, {.kind = Place::Kind::Constant, .constant = bytes});
    return {};
  }

  Status placeOutputs(size_t i) {
    const CallShape& call = calls_[i];
    for (const ValueId id : call.inputs) {
      if (id == kNoValue) continue;
      TRIREME_TRY(requireReadable(id));
    }
    for (const ValueId id : call.outputs) {
      if (id == kNoValue) continue;
      TRIREME_ASSIGN(const size_t bytes, byteSize(partition_.graph.value(id).type));
      if (call.isView && shareAsView(i, call.inputs[0], id)) continue;
      if (call.inPlace && shareInPlace(i, id)) continue;
      const bool isOutput = outputOf_[index(id)] != kNone;
      addGroup(id, {.kind = isOutput ? Place::Kind::Output : Place::Kind::Inner,
                    .index = isOutput ? outputOf_[index(id)] : 0,
                    .bytes = bytes,
                    .firstWrite = int64_t(i)});
    }
    return {};
  }

  // One piece of memory can be one output of the partition, or inner; never input or constant and output at once.
  bool mayJoin(const Group& group, ValueId output) const {
    return outputOf_[index(output)] == kNone || group.kind == Place::Kind::Inner;
  }
  void joinGroup(uint32_t group, ValueId output) {
    groupOf_[index(output)] = group;
    groups_[group].lastRead = std::max(groups_[group].lastRead, lastReadOf_[index(output)]);
    if (outputOf_[index(output)] == kNone) return;
    groups_[group].kind = Place::Kind::Output;
    groups_[group].index = outputOf_[index(output)];
  }

  bool shareAsView(size_t i, ValueId input, ValueId output) {
    const uint32_t group = groupOf_[index(input)];
    if (!mayJoin(groups_[group], output)) return false;
    joinGroup(group, output);
    memory_.callIsElided[i] = true;
    return true;
  }

  // The output may take the memory of an inner input that nobody reads after this call under any of its names.
  bool shareInPlace(size_t i, ValueId output) {
    for (const ValueId input : calls_[i].inputs) {
      if (input == kNoValue || !sameBytes(input, output)) continue;
      const uint32_t group = groupOf_[index(input)];
      if (groups_[group].kind != Place::Kind::Inner || groups_[group].lastRead > int64_t(i)) continue;
      joinGroup(group, output);
      return true;
    }
    return false;
  }

  bool sameBytes(ValueId a, ValueId b) const {
    const TensorType& left = partition_.graph.value(a).type;
    const TensorType& right = partition_.graph.value(b).type;
    return left.dtype == right.dtype && left.shape == right.shape;
  }

  // An output may lie in an input's memory if the input's last reader comes before the output's first writer, or is
  // that writer and works in place on just this pair.
  void findInPlacePairs() {
    std::vector<bool> used(partition_.outputs.size());
    for (size_t i = 0; i < partition_.inputs.size(); ++i) {
      const Group& input = groups_[groupOf_[index(partition_.inputs[i])]];
      for (size_t o = 0; o < partition_.outputs.size(); ++o) {
        const uint32_t group = groupOf_[index(partition_.outputs[o])];
        if (used[o]) continue;
        if (!fits(partition_.inputs[i], partition_.outputs[o], groups_[group])) continue;
        const Group& output = groups_[group];
        const bool before = input.lastRead < output.firstWrite;
        if (!before && !(input.lastRead == output.firstWrite && worksInPlace(output.firstWrite, i, o))) continue;
        used[o] = true;
        memory_.inPlace.push_back({uint16_t(i), uint16_t(o)});
        break;
      }
    }
  }

  Status requireOutputs() const {
    for (const ValueId id : partition_.outputs) {
      const uint32_t group = groupOf_[index(id)];
      if (group != kNone && groups_[group].kind == Place::Kind::Output) continue;
      return Status::error(Code::Internal,
                           "no node of the partition makes its output '" + partition_.graph.value(id).name + "'");
    }
    return {};
  }

  bool fits(ValueId input, ValueId output, const Group& group) const {
    const Result<size_t> have = byteSize(partition_.graph.value(input).type);
    const Result<size_t> want = byteSize(partition_.graph.value(output).type);
    return have.ok() && want.ok() && have.value() == want.value() && group.bytes == want.value() &&
           std::max(partition_.inputs.size(), partition_.outputs.size()) <= UINT16_MAX;
  }

  // The call reads input i of the partition under its own name or a view's, and writes output o's memory.
  bool worksInPlace(int64_t position, size_t i, size_t o) const {
    const CallShape& call = calls_[size_t(position)];
    if (!call.inPlace || call.outputs.size() != 1) return false;
    const uint32_t inputGroup = groupOf_[index(partition_.inputs[i])];
    if (groupOf_[index(call.outputs[0])] != groupOf_[index(partition_.outputs[o])]) return false;
    for (const ValueId id : call.inputs) {
      if (id != kNoValue && groupOf_[index(id)] == inputGroup && !sameBytes(id, call.outputs[0])) return false;
    }
    return true;
  }

  static bool liveTogether(const Group& a, const Group& b) {
    return a.firstWrite <= b.lastRead && b.firstWrite <= a.lastRead;
  }

  Status placeInnerGroups() {
    std::vector<uint32_t> order;
    for (uint32_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].kind == Place::Kind::Inner) order.push_back(g);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return groups_[a].bytes > groups_[b].bytes; });
    offsets_.assign(groups_.size(), 0);
    std::vector<uint32_t> placed;  // by offset
    for (const uint32_t g : order) {
      size_t offset = 0;
      for (const uint32_t other : placed) {
        if (!liveTogether(groups_[g], groups_[other])) continue;
        if (offset + groups_[g].bytes <= offsets_[other]) break;
        offset = std::max(offset, aligned(offsets_[other] + groups_[other].bytes));
      }
      if (offset > kMostBytes) {
        return Status::error(Code::OutOfMemory, "the partition's inner tensors need more than 2^62 bytes");
      }
      offsets_[g] = offset;
      memory_.innerBytes = std::max(memory_.innerBytes, aligned(offset + groups_[g].bytes));
      placed.insert(std::upper_bound(placed.begin(), placed.end(), g,
                                     [&](uint32_t a, uint32_t b) { return offsets_[a] < offsets_[b]; }),
                    g);
    }
    return {};
  }

  static size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

  void fillPlaces() {
    memory_.places.resize(groupOf_.size());
    for (size_t value = 0; value < groupOf_.size(); ++value) {
      if (groupOf_[value] == kNone) continue;
      const Group& group = groups_[groupOf_[value]];
      memory_.places[value] = {group.kind, group.index, offsets_[groupOf_[value]], group.constant};
    }
  }

  const PartitionView& partition_;
  std::span<const CallShape> calls_;
  std::vector<Group> groups_;
  std::vector<uint32_t> groupOf_;    // by value id
  std::vector<int64_t> lastReadOf_;  // by value id
  std::vector<uint32_t> outputOf_;   // by value id
  std::vector<size_t> offsets_;      // by group
  PartitionMemory memory_;
};

}  // namespace

Result<PartitionMemory> planPartitionMemory(const PartitionView& partition, std::span<const CallShape> calls) {
  return Planner(partition, calls).plan();
}

}  // namespace trireme::cpu
