#include <fmt/format.h>

#include <algorithm>

#include "core/plan/plan_verifier.h"
#include "core/plan/steps.h"

namespace trireme::plan {
namespace {

Status broken(std::string sentence) { return Status::error(Code::Internal, std::move(sentence)); }

// Memory with a value in it. Imported memory has one owner at a time; who is not the owner cannot look.
struct Content {
  Slot slot;
  ValueId value;
  uint32_t owner = kHost;  // a space
};

// Plays the steps and keeps book of what lies where.
class Ledger {
 public:
  explicit Ledger(const VerifierInput& input) : input_(input) {}

  Status fill() {
    for (size_t i = 0; i < input_.plan.inputs.size(); ++i) {
      sources_.push_back(input_.plan.inputs[i]);
      contents_.push_back({input_.plan.inputs[i], input_.graph.inputs()[i], kHost});
    }
    for (const ConstantSlot& constant : input_.plan.constants) {
      if (!input_.graph.value(constant.value).isConstant) return broken("a slot is filled with what is no constant");
      sources_.push_back(constant.slot);
      contents_.push_back({constant.slot, constant.value, kHost});
    }
    size_t next = 0;
    for (const StateSlot& state : input_.graph.state()) {
      if (next == input_.plan.commits.size()) return broken("a state is never committed");
      const Slot& kept = input_.plan.commits[next++].kept;
      if (input_.plan.arenas[kept.arena].lifetime != Arena::Lifetime::Interpreter) {
        return broken("state lies in a frame's memory");
      }
      sources_.push_back(kept);
      contents_.push_back({kept, state.read, kHost});
    }
    for (size_t a = 0; a < sources_.size(); ++a) {
      for (size_t b = 0; b < a; ++b) {
        if (overlap(sources_[a], sources_[b]) && !(sources_[a] == sources_[b])) {
          return broken("two inputs, states or constants share memory");
        }
      }
    }
    return {};
  }

  Status read(const Slot& slot, ValueId value, uint32_t space) const {
    for (const Content& content : contents_) {
      if (content.slot.arena != slot.arena || content.slot.offset != slot.offset || content.value != value) continue;
      if (content.owner == space) return {};
      return broken(fmt::format("'{}' is read in memory that belongs to {}", name(value), owner(content.owner)));
    }
    return broken(fmt::format("'{}' is read at {} of arena {}, where it is not", name(value), slot.offset, slot.arena));
  }

  Status write(const Slot& slot, ValueId value, uint32_t space) {
    for (const Slot& source : sources_) {
      if (overlap(source, slot)) {
        return broken(fmt::format("'{}' is written over an input, a state or a constant", name(value)));
      }
    }
    std::erase_if(contents_, [&](const Content& content) { return overlap(content.slot, slot); });
    contents_.push_back({slot, value, space});
    return {};
  }

  void clobber(const Slot& slot) {
    std::erase_if(contents_, [&](const Content& content) { return overlap(content.slot, slot); });
  }

  bool touchesSource(const Slot& slot) const {
    return std::ranges::any_of(sources_, [&](const Slot& source) { return overlap(source, slot); });
  }

 private:
  std::string name(ValueId value) const { return input_.graph.value(value).name; }
  std::string owner(uint32_t space) const { return space == kHost ? "the host" : input_.facts[space].name; }

  const VerifierInput& input_;
  std::vector<Content> contents_;
  std::vector<Slot> sources_;  // what a second run of the frame starts from
};

bool offered(const PartitionNeeds& needs, size_t input, size_t output) {
  return std::ranges::any_of(needs.inPlace,
                             [&](const InPlace& pair) { return pair.input == input && pair.output == output; });
}

// What one partition writes must not disturb what it reads, nor itself.
Status checkRunOverlaps(const RunStep& run, const PartitionNeeds& needs) {
  for (size_t o = 0; o < run.outputs.size(); ++o) {
    for (size_t i = 0; i < run.inputs.size(); ++i) {
      if (overlap(run.outputs[o], run.inputs[i]) &&
          !(offered(needs, i, o) && run.outputs[o].offset == run.inputs[i].offset)) {
        return broken(fmt::format("output {} lies in the memory of input {}", o, i));
      }
    }
    for (size_t other = 0; other < o; ++other) {
      if (overlap(run.outputs[o], run.outputs[other])) {
        return broken(fmt::format("outputs {} and {} share memory", other, o));
      }
    }
    if (overlap(run.outputs[o], run.scratch)) return broken(fmt::format("scratch lies in the memory of output {}", o));
  }
  for (size_t i = 0; i < run.inputs.size(); ++i) {
    if (overlap(run.inputs[i], run.scratch)) return broken(fmt::format("scratch lies in the memory of input {}", i));
  }
  return {};
}

Status playRun(const VerifierInput& input, Ledger& ledger, const RunStep& run) {
  const PlannedPartition& partition = input.plan.partitions[run.partition];
  const uint32_t space = input.facts[partition.delegate].space;
  TRIREME_TRY(checkRunOverlaps(run, *input.needs[run.partition]));
  for (size_t i = 0; i < run.inputs.size(); ++i) {
    TRIREME_TRY(ledger.read(run.inputs[i], partition.inputs[i], space));
  }
  if (run.scratch.bytes > 0) {
    if (ledger.touchesSource(run.scratch)) return broken("scratch lies in an input, a state or a constant");
    ledger.clobber(run.scratch);
  }
  for (size_t o = 0; o < run.outputs.size(); ++o) {
    TRIREME_TRY(ledger.write(run.outputs[o], partition.outputs[o], space));
  }
  return {};
}

Status playStep(const VerifierInput& input, Ledger& ledger, const Step& step) {
  if (const auto* run = std::get_if<RunStep>(&step.action)) return playRun(input, ledger, *run);
  const uint32_t space = input.facts[step.delegate].space;
  if (const auto* copy = std::get_if<UploadStep>(&step.action)) {
    TRIREME_TRY(ledger.read(copy->from, copy->value, kHost));
    return ledger.write(copy->to, copy->value, space);
  }
  if (const auto* copy = std::get_if<DownloadStep>(&step.action)) {
    TRIREME_TRY(ledger.read(copy->from, copy->value, space));
    return ledger.write(copy->to, copy->value, kHost);
  }
  const auto& handover = std::get<HandoverStep>(step.action);
  const auto spaceOf = [&](uint32_t end) { return end == kHost ? kHost : input.facts[end].space; };
  TRIREME_TRY(ledger.read(handover.slot, handover.value, spaceOf(handover.from)));
  return ledger.write(handover.slot, handover.value, spaceOf(handover.to));
}

Status checkResults(const VerifierInput& input, const Ledger& ledger) {
  for (size_t i = 0; i < input.plan.outputs.size(); ++i) {
    TRIREME_TRY(ledger.read(input.plan.outputs[i], input.graph.outputs()[i], kHost));
  }
  for (size_t i = 0; i < input.plan.preserved.size(); ++i) {
    TRIREME_TRY(ledger.read(input.plan.preserved[i], input.preserved[i], kHost));
  }
  size_t next = 0;
  for (const StateSlot& state : input.graph.state()) {
    const Commit& commit = input.plan.commits[next++];
    TRIREME_TRY(ledger.read(commit.written, state.written, kHost));
    if (state.read != state.written &&
        input.plan.arenas[commit.written.arena].lifetime == Arena::Lifetime::Interpreter) {
      return broken("a state's new value lies among the old ones");
    }
  }
  return {};
}

}  // namespace

Status verifyContents(const VerifierInput& input) {
  Ledger ledger(input);
  TRIREME_TRY(ledger.fill());
  for (uint32_t s = 0; s < input.plan.steps.size(); ++s) {
    if (Status status = playStep(input, ledger, input.plan.steps[s]); !status.ok()) {
      return status.during(fmt::format("step {}", s));
    }
  }
  return checkResults(input, ledger);
}

}  // namespace trireme::plan
