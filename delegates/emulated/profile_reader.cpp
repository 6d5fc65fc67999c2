// From a file to a Profile. The schema is docs/profiles.md; every field of it is read here and nowhere else.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/mapped_file.h"
#include "core/graph/op_table.h"
#include "delegates/emulated/embedded_profiles.h"
#include "delegates/emulated/fields.h"
#include "delegates/emulated/node_options.h"
#include "delegates/emulated/rules.h"

namespace trireme::emulated {
namespace {

using Json = nlohmann::json;

constexpr double kAny = 1e30;
constexpr int kMostInputs = 1000;
constexpr size_t kMostBytes = size_t{1} << 24;  // of a file
constexpr int kMostBases = 8;

class Reader {
 public:
  explicit Reader(std::string_view file) : problems_(file) {}

  Result<Profile> read(const Json& document) {
    Fields fields(problems_, document, "");
    readHead(fields);
    readLevels(fields);
    if (const Json* rows = fields.list("operators")) {
      for (size_t i = 0; i < rows->size(); ++i) readRow((*rows)[i], fmt::format("operators[{}]", i));
    }
    if (profile_.operators.empty()) problems_.report("operators", "expected a list of at least one operator");
    part(fields, "limits", [&](Fields& inner) { readLimits(inner); });
    part(fields, "memory", [&](Fields& inner) { readMemory(inner); });
    if (!fields.has("perf")) problems_.expected("perf", "an object", nullptr);
    part(fields, "perf", [&](Fields& inner) { readPerf(inner); });
    part(fields, "energy", [&](Fields& inner) { readEnergy(inner); });
    part(fields, "numerics", [&](Fields& inner) { readNumerics(inner); });
    part(fields, "faults", [&](Fields& inner) { readFaults(inner); });
    readFacts(fields);
    readResiduals(fields);
    fields.done();
    if (problems_.any()) return problems_.status();
    return std::move(profile_);
  }

 private:
  template <class Read>
  void part(Fields& fields, std::string_view key, Read read) {
    const Json* object = fields.object(key);
    if (!object) return;
    Fields inner(problems_, *object, fields.path(key));
    read(inner);
    inner.done();
  }

  void readHead(Fields& fields) {
    profile_.name = fields.text("name");
    profile_.title = fields.text("title");
    profile_.kind = fields.word("kind", "nnapi, npu, gpu, phone", "");
    profile_.source = fields.text("source");
    profile_.over = fields.textOr("over", "cpu");
    profile_.published = fields.flag("published", false);
    fields.textOr("base", "none");  // resolved before
  }

  void readLevels(Fields& fields) {
    profile_.levels = fields.texts("levels");
    if (fields.has("level")) profile_.level = level(fields, "level");
    fields.textOr("level", "none");
    if (!profile_.levels.empty() && profile_.level == 0) problems_.report("level", "expected one of 'levels'");
  }

  uint16_t levelOf(const std::string& name, const std::string& path) {
    const auto found = std::find(profile_.levels.begin(), profile_.levels.end(), name);
    if (found != profile_.levels.end()) return uint16_t(found - profile_.levels.begin() + 1);
    problems_.report(path, profile_.levels.empty() ? "there are no 'levels' in this profile"
                                                   : fmt::format("expected one of {}, found \"{}\"",
                                                                 fmt::join(profile_.levels, ", "), name));
    return 0;
  }
  uint16_t level(Fields& fields, std::string_view key) { return levelOf(fields.text(key), fields.path(key)); }

  std::optional<DataType> dataType(const std::string& name, const std::string& path) {
    std::string known;
    for (int i = 0; i < kDataTypeCount; ++i) {
      if (dataTypeName(DataType(i)) == name) return DataType(i);
      known += fmt::format("{}{}", i == 0 ? "" : ", ", dataTypeName(DataType(i)));
    }
    problems_.report(path, fmt::format("expected one of {}, found \"{}\"", known, name));
    return std::nullopt;
  }

  // "types": [...], and "types_since": {LEVEL: [...]}.
  std::vector<TypeSince> readTypes(Fields& fields) {
    std::vector<TypeSince> types;
    const auto add = [&](const std::string& name, uint16_t since, const std::string& path) {
      if (const auto dtype = dataType(name, path)) types.push_back({*dtype, since});
    };
    for (const std::string& name : fields.texts("types")) add(name, 0, fields.path("types"));
    const Json* later = fields.object("types_since");
    for (auto it = later ? later->begin() : Json::const_iterator(); later && it != later->end(); ++it) {
      const std::string path = fmt::format("{}.{}", fields.path("types_since"), it.key());
      const uint16_t since = levelOf(it.key(), path);
      if (!it->is_array()) problems_.expected(path, "a list", &*it);
      for (size_t i = 0; it->is_array() && i < it->size(); ++i) {
        if (!(*it)[i].is_string()) problems_.expected(path, "words in quotes", &(*it)[i]);
        add((*it)[i].is_string() ? (*it)[i].get<std::string>() : std::string(), since, path);
      }
    }
    return types;
  }

  void readRow(const Json& row, const std::string& path) {
    Fields fields(problems_, row, path);
    OpRow facts;
    const std::vector<std::string> names = fields.texts("ops");
    if (names.empty()) problems_.report(fields.path("ops"), "expected a list of at least one operator's name");
    if (fields.has("since")) facts.since = level(fields, "since");
    fields.textOr("since", "none");
    facts.minVersion = int(fields.maybeWhole("min_version", 1, INT32_MAX).value_or(1));
    facts.maxVersion = int(fields.maybeWhole("max_version", 1, INT32_MAX).value_or(INT32_MAX));
    facts.data = int(fields.maybeWhole("data", 0, kMostInputs).value_or(0));
    facts.types = readTypes(fields);
    if (facts.types.empty()) problems_.report(fields.path("types"), "expected a list of at least one type");
    if (const Json* rules = fields.list("rules")) {
      for (size_t i = 0; i < rules->size(); ++i) {
        facts.rules.push_back(readRule((*rules)[i], fmt::format("{}.rules[{}]", path, i)));
      }
    }
    fields.textOr("note", "none");
    fields.done();
    for (const std::string& name : names) addRow(name, facts, fields.path("ops"));
  }

  void addRow(const std::string& name, OpRow facts, const std::string& path) {
    const auto line = std::ranges::find(graph::opTable(), name, &graph::OpLine::name);
    if (line == graph::opTable().end() || line->op == OpKind::Custom) {
      problems_.report(path, fmt::format("there is no operator \"{}\"", name));
      return;
    }
    facts.op = line->op;
    if (std::ranges::find(profile_.operators, facts.op, &OpRow::op) != profile_.operators.end()) {
      problems_.report(path, fmt::format("operator {} has a row already", name));
    }
    profile_.operators.push_back(std::move(facts));
  }

  static bool lists(std::string_view words, std::string_view word) {
    const size_t at = (" " + std::string(words) + " ").find(" " + std::string(word) + " ");
    return at != std::string::npos;
  }

  Rule readRule(const Json& object, const std::string& path) {
    Fields fields(problems_, object, path);
    Rule rule;
    const std::string name = fields.text("rule");
    rule.kind = findKind(name, fields.path("rule"));
    if (!rule.kind) return rule;
    const RuleKind& kind = *rule.kind;
    const auto has = [&](std::string_view key) { return lists(kind.needs, key) || lists(kind.takes, key); };
    for (const std::string_view key : {"inputs", "outputs", "name", "words", "types"}) {
      if (lists(kind.needs, key) && !fields.has(key)) {
        problems_.report(fields.path(key), fmt::format("rule \"{}\" needs it, and it is missing", name));
      }
    }
    if (has("name")) rule.name = optionName(fields);
    if (has("words")) rule.words = fields.texts("words");
    if (has("types")) rule.types = readTypes(fields);
    if (has("inputs")) rule.inputs = positions(fields, "inputs");
    if (has("outputs")) rule.outputs = positions(fields, "outputs");
    if (has("axis")) rule.axis = axis(fields);
    if (has("min")) rule.min = fields.maybeNumber("min", -kAny, kAny);
    if (has("max")) rule.max = fields.maybeNumber("max", -kAny, kAny);
    if (has("multiple_of")) rule.multipleOf = fields.maybeNumber("multiple_of", 1, kAny);
    if (has("in")) rule.in = fields.numbers("in");
    if (has("not_in")) rule.notIn = fields.numbers("not_in");
    const bool bound = rule.min || rule.max || rule.multipleOf || !rule.in.empty() || !rule.notIn.empty();
    if (kind.needsBound && !bound) {
      problems_.report(path, fmt::format("rule \"{}\" needs a bound: min, max, in, not_in or multiple_of", name));
    }
    readWhen(fields, rule);
    fields.done();
    return rule;
  }

  const RuleKind* findKind(const std::string& name, const std::string& path) {
    std::string known;
    for (const RuleKind& kind : ruleKinds()) {
      if (kind.name == name) return &kind;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", kind.name);
    }
    if (!name.empty()) problems_.report(path, fmt::format("expected one of {}, found \"{}\"", known, name));
    return nullptr;
  }

  std::string optionName(Fields& fields) {
    std::string name = fields.text("name");
    if (!name.empty() && !findNodeOption(name)) {
      problems_.report(fields.path("name"), fmt::format("expected one of {}, found \"{}\"", nodeOptionNames(), name));
    }
    return name;
  }

  std::vector<int> positions(Fields& fields, std::string_view key) {
    std::vector<int> list;
    for (const double number : fields.numbers(key)) {
      if (number < 0 || number > kMostInputs || number != double(int(number))) {
        problems_.report(fields.path(key),
                         fmt::format("expected positions from 0 to {}, found {}", kMostInputs, number));
        return list;
      }
      list.push_back(int(number));
    }
    return list;
  }

  std::optional<int> axis(Fields& fields) {
    const auto found = fields.maybeWhole("axis", -kMaxRank, kMaxRank - 1);
    return found ? std::optional(int(*found)) : std::nullopt;
  }

  // For which types and at which levels a rule holds.
  void readWhen(Fields& fields, Rule& rule) {
    for (const std::string& name : fields.texts("for")) {
      if (const auto dtype = dataType(name, fields.path("for"))) rule.onlyFor.push_back(*dtype);
    }
    if (fields.has("since")) rule.since = level(fields, "since");
    if (fields.has("until")) rule.until = level(fields, "until");
    fields.textOr("since", "none");
    fields.textOr("until", "none");
  }

  void readLimits(Fields& fields) {
    Limits& limits = profile_.limits;
    if (const auto rank = fields.maybeWhole("max_rank", 0, kMaxRank)) limits.maxRank = int(*rank);
    limits.maxBatch = fields.maybeWhole("max_batch", 1, INT64_MAX);
    limits.maxTensorBytes = fields.maybeWhole("max_tensor_bytes", 1, INT64_MAX);
    limits.staticShapes = fields.flag("static_shapes", false);
    limits.emptyTensors = fields.flag("empty_tensors", true);
    const auto count = [&](std::string_view key, uint32_t otherwise) {
      return uint32_t(fields.maybeWhole(key, 1, UINT32_MAX).value_or(otherwise));
    };
    limits.partitions = {count("min_nodes", 1), count("max_nodes", UINT32_MAX), count("max_partitions", UINT32_MAX)};
    if (limits.partitions.minNodes > limits.partitions.maxNodes) {
      problems_.report(fields.path("max_nodes"), fmt::format("expected at least min_nodes, {}, found {}",
                                                             limits.partitions.minNodes, limits.partitions.maxNodes));
    }
  }

  void readMemory(Fields& fields) {
    profile_.memory.shared = fields.flag("shared", false);
    if (const auto bytes = fields.maybeWhole("bytes", 1, INT64_MAX)) profile_.memory.bytes = size_t(*bytes);
  }

  PerType readPerType(Fields& fields, std::string_view key, double least, double factor) {
    PerType rates;
    const Json* object = fields.object(key);
    if (!object) return rates;
    Fields inner(problems_, *object, fields.path(key));
    for (const auto& [name, value] : object->items()) {
      const auto dtype = dataType(name, inner.path(name));
      const double rate = inner.number(name, least, kAny);
      if (dtype) rates.emplace_back(*dtype, rate * factor);
    }
    return rates;
  }

  void readPerf(Fields& fields) {
    Performance& perf = profile_.perf;
    perf.macsPerSecond = readPerType(fields, "macs_per_second", 1, 1);
    if (perf.macsPerSecond.empty()) {
      problems_.report(fields.path("macs_per_second"), "expected an object with the rate of at least one type");
    }
    perf.depthwiseMacsPerSecond = readPerType(fields, "depthwise_macs_per_second", 1, 1);
    perf.bytesPerSecond = fields.maybeNumber("bytes_per_second", 1, kAny).value_or(0);
    perf.nodeSeconds = fields.number("node_us", 0, 1e9) * 1e-6;
    perf.partitionSeconds = fields.number("partition_us", 0, 1e9) * 1e-6;
    perf.copySeconds = fields.number("copy_us", 0, 1e9) * 1e-6;
    perf.copyBytesPerSecond = fields.number("copy_bytes_per_second", 1, kAny);
  }

  void readEnergy(Fields& fields) {
    Energy energy;
    energy.staticWatts = fields.maybeNumber("static_mw", 0, 1e9).value_or(0) * 1e-3;
    energy.joulesPerByte = fields.maybeNumber("byte_pj", 0, 1e12).value_or(0) * 1e-12;
    energy.joulesPerMac = readPerType(fields, "mac_pj", 0, 1e-12);
    profile_.energy = energy;
  }

  void readNumerics(Fields& fields) {
    Numerics& numerics = profile_.numerics;
    const std::string format = fields.word("format", "float16, bfloat16", "");
    numerics.format = format == "bfloat16" ? NumberFormat::BFloat16 : NumberFormat::Float16;
    const std::string rounding = fields.word("rounding", "half-even, half-away, truncate", "half-even");
    if (rounding == "half-away") numerics.rounding = Rounding::HalfAway;
    if (rounding == "truncate") numerics.rounding = Rounding::Truncate;
    numerics.flushDenormals = fields.flag("flush_denormals", false);
    numerics.saturate = fields.flag("saturate", false);
  }

  void readFaults(Fields& fields) {
    const auto nth = [&](std::string_view key) { return uint64_t(fields.maybeWhole(key, 1, INT64_MAX).value_or(0)); };
    profile_.faults = {nth("fail_submit"), nth("fail_copy"), nth("fail_compile"), nth("slow_submit"),
                       fields.maybeNumber("slow_seconds", 0, 1e6).value_or(0)};
  }

  void readFacts(Fields& fields) {
    const Json* object = fields.object("facts");
    if (!object) return;
    Fields inner(problems_, *object, "facts");
    for (const auto& [name, value] : object->items()) profile_.facts.emplace_back(name, inner.text(name));
  }

  void readResiduals(Fields& fields) {
    const Json* rows = fields.list("residuals");
    for (size_t i = 0; rows && i < rows->size(); ++i) {
      Fields row(problems_, (*rows)[i], fmt::format("residuals[{}]", i));
      Residual residual{row.text("model"), 0, 0};
      residual.publishedMs = row.number("published_ms", 0, kAny);
      residual.modelledMs = row.number("modelled_ms", 0, kAny);
      row.done();
      profile_.residuals.push_back(std::move(residual));
    }
  }

  Problems problems_;
  Profile profile_;
};

const EmbeddedProfile* findEmbedded(std::string_view name) {
  const auto found = std::ranges::find(embeddedProfiles(), name, &EmbeddedProfile::name);
  return found == embeddedProfiles().end() ? nullptr : &*found;
}

std::string knownNames() { return fmt::format("{}", fmt::join(profileNames(), ", ")); }

// A profile with a "base" states what is different from that profile of the library: objects are merged, everything
// else is replaced, null takes a field away.
Result<Json> resolve(Json document, std::string_view file, int depth) {
  if (!document.is_object() || !document.contains("base")) return document;
  const Json& base = document["base"];
  const EmbeddedProfile* found = base.is_string() ? findEmbedded(base.get_ref<const std::string&>()) : nullptr;
  if (!found || depth > kMostBases) {
    Problems problems(file);
    problems.expected("base", "a profile of the library (" + knownNames() + ")", &base);
    return problems.status();
  }
  TRIREME_ASSIGN(Json below, parseJson(found->text, found->name));
  TRIREME_ASSIGN(Json merged, resolve(std::move(below), found->name, depth + 1));
  merged.merge_patch(document);
  return merged;
}

}  // namespace

std::vector<std::string> profileNames() {
  std::vector<std::string> names;
  for (const EmbeddedProfile& one : embeddedProfiles()) names.emplace_back(one.name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<Profile> readProfile(std::string_view text, std::string_view file) {
  TRIREME_ASSIGN(Json document, parseJson(text, file));
  TRIREME_ASSIGN(const Json merged, resolve(std::move(document), file, 0));
  return Reader(file).read(merged);
}

Result<Profile> loadProfile(std::string_view nameOrFile) {
  if (!nameOrFile.ends_with(".json")) {
    const EmbeddedProfile* found = findEmbedded(nameOrFile);
    if (found) return readProfile(found->text, fmt::format("profile {}", found->name));
    return Status::error(
        Code::InvalidArgument,
        fmt::format("there is no profile '{}'; there are: {}, or a path that ends in .json", nameOrFile, knownNames()));
  }
  TRIREME_ASSIGN(const auto file, base::FileBytes::read(std::filesystem::path(nameOrFile)));
  if (file->bytes().size() > kMostBytes) {
    return Status::error(Code::InvalidArgument, fmt::format("{}: it has {} bytes; a profile has at most {}", nameOrFile,
                                                            file->bytes().size(), kMostBytes));
  }
  const std::string_view text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
  return readProfile(text, nameOrFile);
}

}  // namespace trireme::emulated
