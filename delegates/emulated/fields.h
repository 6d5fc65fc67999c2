#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "trireme/status.h"

namespace trireme::emulated {

// The first thing that is wrong in a file, as a sentence.
class Problems {
 public:
  explicit Problems(std::string_view file) : file_(file) {}
  void report(std::string_view field, std::string_view sentence);  // "field 'perf.node_us': ..."
  void expected(std::string_view field, std::string_view what, const nlohmann::json* found);
  bool any() const { return !first_.empty(); }
  Status status() const;

 private:
  std::string file_, first_;
};

// One object of a file, read field by field. A field that is not there, or wrong, is reported and reads as nothing;
// what nobody asked for is reported by done().
class Fields {
 public:
  Fields(Problems& problems, const nlohmann::json& object, std::string path);
  bool has(std::string_view key) const;
  std::string path(std::string_view key) const;

  std::string text(std::string_view key);
  std::string textOr(std::string_view key, std::string_view otherwise);
  std::string word(std::string_view key, std::string_view known, std::string_view otherwise);  // "a, b, c"
  double number(std::string_view key, double least, double most);
  std::optional<double> maybeNumber(std::string_view key, double least, double most);
  int64_t whole(std::string_view key, int64_t least, int64_t most);
  std::optional<int64_t> maybeWhole(std::string_view key, int64_t least, int64_t most);
  bool flag(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key);
  std::vector<double> numbers(std::string_view key);
  const nlohmann::json* object(std::string_view key);  // null: not there
  const nlohmann::json* list(std::string_view key);    // null: not there
  void done();
  Problems& problems() { return problems_; }

 private:
  const nlohmann::json* find(std::string_view key);
  const nlohmann::json* demand(std::string_view key, std::string_view what);

  Problems& problems_;
  const nlohmann::json& object_;
  std::string path_;
  std::vector<std::string> asked_;
};

// What stands in the text; no key twice. `file` is what messages call it.
Result<nlohmann::json> parseJson(std::string_view text, std::string_view file);

}  // namespace trireme::emulated
