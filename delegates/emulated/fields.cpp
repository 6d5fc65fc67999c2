#include "delegates/emulated/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace trireme::emulated {
namespace {

using Json = nlohmann::json;

constexpr size_t kShown = 40;  // bytes of a value in a message

std::string shown(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return fmt::format("a list of {}", value.size());
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

std::string range(double least, double most) {
  if (most >= 1e30) return fmt::format("a number of {} or more", least);
  return fmt::format("a number from {} to {}", least, most);
}

}  // namespace

void Problems::report(std::string_view field, std::string_view sentence) {
  if (any()) return;
  first_ = field.empty() ? fmt::format("{}: {}", file_, sentence)
                         : fmt::format("{}: field '{}': {}", file_, field, sentence);
}

void Problems::expected(std::string_view field, std::string_view what, const Json* found) {
  report(field, found ? fmt::format("expected {}, found {}", what, shown(*found))
                      : fmt::format("expected {}, and the field is missing", what));
}

Status Problems::status() const { return any() ? Status::error(Code::InvalidArgument, first_) : Status(); }

Fields::Fields(Problems& problems, const Json& object, std::string path)
    : problems_(problems), object_(object), path_(std::move(path)) {
  if (!object_.is_object()) problems_.expected(path_, "an object", &object_);
}

std::string Fields::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

bool Fields::has(std::string_view key) const { return object_.is_object() && object_.contains(std::string(key)); }

const Json* Fields::find(std::string_view key) {
  asked_.emplace_back(key);
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(std::string(key));
  return found == object_.end() ? nullptr : &*found;
}

const Json* Fields::demand(std::string_view key, std::string_view what) {
  const Json* found = find(key);
  if (!found) problems_.expected(path(key), what, nullptr);
  return found;
}

std::string Fields::text(std::string_view key) {
  constexpr std::string_view kWhat = "words in quotes";
  const Json* found = demand(key, kWhat);
  if (found && found->is_string() && !found->get_ref<const std::string&>().empty()) return found->get<std::string>();
  if (found) problems_.expected(path(key), kWhat, found);
  return {};
}

std::string Fields::textOr(std::string_view key, std::string_view otherwise) {
  if (has(key)) return text(key);
  asked_.emplace_back(key);
  return std::string(otherwise);
}

std::string Fields::word(std::string_view key, std::string_view known, std::string_view otherwise) {
  if (!has(key) && !otherwise.empty()) return textOr(key, otherwise);
  const std::string given = text(key);
  std::string_view rest = known;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(", "));
    if (one == given) return given;
    rest.remove_prefix(std::min(rest.size(), one.size() + 2));
  }
  if (!given.empty()) problems_.report(path(key), fmt::format("expected one of {}, found \"{}\"", known, given));
  return {};
}

std::optional<double> Fields::maybeNumber(std::string_view key, double least, double most) {
  const Json* found = find(key);
  if (!found) return std::nullopt;
  if (found->is_number()) {
    const double value = found->get<double>();
    if (std::isfinite(value) && value >= least && value <= most) return value;
  }
  problems_.expected(path(key), range(least, most), found);
  return std::nullopt;
}

double Fields::number(std::string_view key, double least, double most) {
  if (!has(key)) {
    demand(key, range(least, most));
    return 0;
  }
  return maybeNumber(key, least, most).value_or(0);
}

std::optional<int64_t> Fields::maybeWhole(std::string_view key, int64_t least, int64_t most) {
  const Json* found = find(key);
  if (!found) return std::nullopt;
  const bool fits = found->is_number_unsigned() ? found->get<uint64_t>() <= uint64_t(INT64_MAX) : true;
  if (found->is_number_integer() && fits) {
    const auto value = found->get<int64_t>();
    if (value >= least && value <= most) return value;
  }
  problems_.expected(path(key), fmt::format("a whole number from {} to {}", least, most), found);
  return std::nullopt;
}

int64_t Fields::whole(std::string_view key, int64_t least, int64_t most) {
  if (!has(key)) {
    demand(key, fmt::format("a whole number from {} to {}", least, most));
    return 0;
  }
  return maybeWhole(key, least, most).value_or(0);
}

bool Fields::flag(std::string_view key, bool otherwise) {
  const Json* found = find(key);
  if (!found) return otherwise;
  if (found->is_boolean()) return found->get<bool>();
  problems_.expected(path(key), "true or false", found);
  return otherwise;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> words;
  const Json* found = list(key);
  for (size_t i = 0; found && i < found->size(); ++i) {
    const Json& one = (*found)[i];
    if (!one.is_string()) problems_.expected(fmt::format("{}[{}]", path(key), i), "words in quotes", &one);
    words.push_back(one.is_string() ? one.get<std::string>() : std::string());
  }
  return words;
}

std::vector<double> Fields::numbers(std::string_view key) {
  std::vector<double> values;
  const Json* found = list(key);
  for (size_t i = 0; found && i < found->size(); ++i) {
    const Json& one = (*found)[i];
    if (!one.is_number()) problems_.expected(fmt::format("{}[{}]", path(key), i), "a number", &one);
    values.push_back(one.is_number() ? one.get<double>() : 0);
  }
  return values;
}

const Json* Fields::object(std::string_view key) {
  const Json* found = find(key);
  if (!found || found->is_object()) return found;
  problems_.expected(path(key), "an object", found);
  return nullptr;
}

const Json* Fields::list(std::string_view key) {
  const Json* found = find(key);
  if (!found || found->is_array()) return found;
  problems_.expected(path(key), "a list", found);
  return nullptr;
}

void Fields::done() {
  if (!object_.is_object()) return;
  for (const auto& [key, value] : object_.items()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    std::sort(asked_.begin(), asked_.end());
    asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
    problems_.report(path(key), fmt::format("there is no such field; there are: {}", fmt::join(asked_, ", ")));
    return;
  }
}

Result<Json> parseJson(std::string_view text, std::string_view file) {
  std::vector<std::set<std::string>> open;
  std::string twice;
  const Json::parser_callback_t watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second && twice.empty()) {
      twice = value.get<std::string>();
    }
    return true;
  };
  try {
    Json parsed = Json::parse(text, watch);
    if (twice.empty()) return parsed;
    return Status::error(Code::InvalidArgument, fmt::format("{}: field '{}' stands there twice", file, twice));
  } catch (const Json::parse_error& wrong) {
    std::string_view what = wrong.what();
    if (const size_t end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
    return Status::error(Code::InvalidArgument, fmt::format("{}: not JSON: {}", file, what));
  }
}

}  // namespace trireme::emulated
