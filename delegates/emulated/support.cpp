#include "delegates/emulated/support.h"

#include <fmt/format.h>

#include <algorithm>

#include "delegates/emulated/rules.h"

namespace trireme::emulated {
namespace {

// Collects every reason against one node.
class Answer {
 public:
  Answer(const Profile& profile, const Graph& graph, NodeId node)
      : profile_(profile), graph_(graph), node_(graph.node(node)) {}

  Support give() {
    const OpRow* row = rowOf(profile_, node_.op);
    if (!row) {
      return Support::no(ReasonCode::UnknownOp,
                         fmt::format("{} is not among the operators of {}", opName(node_.op), profile_.name));
    }
    if (row->since > profile_.level) {
      return Support::no(ReasonCode::FeatureLevel, fmt::format("{} needs {}", opName(node_.op), needs(row->since)));
    }
    checkVersion(*row);
    checkType(*row);
    for (const Rule& rule : row->rules) checkRule(*row, rule);
    for (const std::vector<ValueId>* ids : {&node_.inputs, &node_.outputs}) {
      for (const ValueId id : *ids) {
        if (id != kNoValue) checkLimits(graph_.value(id));
      }
    }
    return std::move(support_);
  }

 private:
  std::string needs(uint16_t level) const {
    return fmt::format("{}, and this is {}", profile_.levelName(level), profile_.levelName(profile_.level));
  }
  void refuse(ReasonCode code, std::string_view sentence) { support_.require(false, code, sentence); }

  void checkVersion(const OpRow& row) {
    if (node_.version >= row.minVersion && node_.version <= row.maxVersion) return;
    const std::string wanted = row.maxVersion == INT32_MAX ? fmt::format("{} and above", row.minVersion)
                                                           : fmt::format("{} to {}", row.minVersion, row.maxVersion);
    refuse(ReasonCode::OpVersion,
           fmt::format("{} has version {}; {} are possible", opName(node_.op), node_.version, wanted));
  }

  std::optional<DataType> dataType(const OpRow& row) const {
    const auto data = size_t(row.data);
    if (data >= node_.inputs.size() || node_.inputs[data] == kNoValue) return std::nullopt;
    return graph_.value(node_.inputs[data]).type.dtype;
  }

  void checkType(const OpRow& row) {
    const auto dtype = dataType(row);
    if (!dtype) return;
    const auto found = std::ranges::find(row.types, *dtype, &TypeSince::dtype);
    if (found == row.types.end()) {
      std::string known;
      for (const TypeSince& one : row.types) {
        if (one.since <= profile_.level)
          known += fmt::format("{}{}", known.empty() ? "" : ", ", dataTypeName(one.dtype));
      }
      refuse(ReasonCode::DataType,
             fmt::format("{} takes {}; here it is {}", opName(node_.op), known, dataTypeName(*dtype)));
    } else if (found->since > profile_.level) {
      refuse(ReasonCode::FeatureLevel,
             fmt::format("{} of {} needs {}", opName(node_.op), dataTypeName(*dtype), needs(found->since)));
    }
  }

  void checkRule(const OpRow& row, const Rule& rule) {
    if (profile_.level != 0 && (profile_.level < rule.since || profile_.level > rule.until)) return;
    const auto dtype = dataType(row);
    if (!rule.onlyFor.empty() && (!dtype || std::ranges::find(rule.onlyFor, *dtype) == rule.onlyFor.end())) return;
    std::string sentence = rule.kind->broken(rule, {profile_, row, graph_, node_});
    if (sentence.empty()) return;
    const bool later = rule.until != UINT16_MAX && rule.until < profile_.levels.size();
    if (later) sentence += fmt::format(", before {}", profile_.levelName(uint16_t(rule.until + 1)));
    refuse(later ? ReasonCode::FeatureLevel : rule.kind->code, sentence);
  }

  void checkLimits(const Value& value) {
    const Limits& limits = profile_.limits;
    const Shape& shape = value.type.shape;
    if (limits.maxRank && shape.rank() > *limits.maxRank) {
      refuse(ReasonCode::Rank,
             fmt::format("'{}' has rank {}; at most {} is possible", value.name, shape.rank(), *limits.maxRank));
    }
    if (limits.maxBatch && !value.isConstant && shape.rank() > 1 && shape.dim(0) > *limits.maxBatch) {
      refuse(ReasonCode::Limit,
             fmt::format("'{}' has a batch of {}; at most {} is possible", value.name, shape.dim(0), *limits.maxBatch));
    }
    if (limits.staticShapes && !value.isConstant && !value.declared.isKnown()) {
      refuse(ReasonCode::DynamicShape,
             fmt::format("'{}' is {} in the file; only fixed shapes are possible", value.name, value.declared.text()));
    }
    if (!limits.emptyTensors && shape.isKnown() && shape.elements() == 0) {
      refuse(ReasonCode::Limit, fmt::format("'{}' has no elements", value.name));
    }
    const auto bytes = byteSize(value.type);
    if (limits.maxTensorBytes && bytes.ok() && bytes.value() > size_t(*limits.maxTensorBytes)) {
      refuse(ReasonCode::Limit, fmt::format("'{}' has {} bytes; at most {} are possible", value.name, bytes.value(),
                                            *limits.maxTensorBytes));
    }
  }

  const Profile& profile_;
  const Graph& graph_;
  const Node& node_;
  Support support_;
};

}  // namespace

const OpRow* rowOf(const Profile& profile, OpKind op) {
  const auto found = std::ranges::find(profile.operators, op, &OpRow::op);
  return found == profile.operators.end() ? nullptr : &*found;
}

Support answer(const Profile& profile, const Graph& graph, NodeId node) { return Answer(profile, graph, node).give(); }

}  // namespace trireme::emulated
