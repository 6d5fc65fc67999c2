#include "tests/conformance/matrix/capabilities.h"

#include <fmt/format.h>

#include <sstream>

#include "tests/conformance/listed_failures.h"
#include "tests/conformance/matrix/contestants.h"
#include "tests/conformance/matrix/walk.h"

namespace trireme::conformance::matrix {
namespace {

constexpr std::string_view kHead = R"(# What each delegate takes

Made by a test from the matrix of tests/conformance/matrix: operator, element type, shapes (channels and sides of 1, 2, 3,
5, 7, 8, 9, 15, 16, 17, 31 and 33, ranks 1 to 5) and options, {} cells. Each cell on each delegate
gives the reference kernels' answer, is refused with a reason, or is a listed failure that must fail; this page says which.
Integers are compared bit for bit, floats within a bound computed from the sums, or that of the function.

- `yes`: every cell is taken.
- `23 of 25: Rank`: two cells are refused, for reasons of that kind. A refusal may have several kinds.
- `no: DataType`: every cell is refused, for that reason if there is one that all have.

Kinds: UnknownOp (no such operator), OpVersion, DataType, Rank, DynamicShape, Limit (larger than the device takes),
Parameter (an option's value), Quantization (scales, zero points), NeedsConstant, FeatureLevel (the device or driver is
too old). `trireme explain MODEL --delegate NAME` gives the sentence of each.
"int8" has one scale a tensor, "int8 per channel" has weights with a scale a channel, "hybrid" has float32 activations and
int8 weights; of QUANTIZE, DEQUANTIZE and CAST the type is the input's. Where a type is not here the CPU refuses it too,
and the model with it. mobile-gpu and what follows are emulated devices (docs/profiles.md) over the CPU; `over=` another
delegate they take what both take.

Made anew by `TRIREME_WRITE_CAPABILITIES=1 build/ci/bin/test_capabilities`.

)";

std::string entryOf(const Tally& tally) {
  if (tally.refused == 0) return "yes";
  std::string reasons, common;  // of some refusals, of all
  for (const auto& [name, times] : tally.reasons) {
    reasons += (reasons.empty() ? "" : ", ") + std::string(name);
    if (times == tally.refused) common += (common.empty() ? "" : ", ") + std::string(name);
  }
  if (tally.passed == 0) return "no: " + (common.empty() ? reasons : common);
  return fmt::format("{} of {}: {}", tally.passed, tally.passed + tally.refused, reasons);
}

size_t listedOf(const Group& group, const std::string& contestant) {
  size_t count = 0;
  for (const OpCase& cell : group.cells) count += listedFailure(cell.name(), contestant) != nullptr ? 1 : 0;
  return count;
}

std::vector<std::string> fieldsOf(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  std::string field;
  std::getline(stream, field, '|');  // before the first bar
  while (std::getline(stream, field, '|')) {
    const size_t from = field.find_first_not_of(' ');
    fields.push_back(from == std::string::npos ? "" : field.substr(from, field.find_last_not_of(' ') - from + 1));
  }
  return fields;
}

}  // namespace

bool lacksFeature(const std::string& entry) {
  return entry.find(reasonName(ReasonCode::FeatureLevel)) != std::string::npos;
}

Capabilities askAll() {
  Capabilities all;
  const std::vector<Group>& groups = allCells(Density::Usual).groups();
  for (const Group& group : groups) {
    all.rows.push_back(group.name());
    all.asked += group.cells.size();
  }
  for (const Contestant& one : contestants()) {
    if (one.column.empty()) continue;
    all.columns.push_back(one.column);
    const DelegateResult delegate = one.delegate();
    if (!delegate.ok()) {
      all.missing[one.column] = delegate.status().message();
      continue;
    }
    bool lacks = false;
    for (const Group& group : groups) {
      std::string entry = entryOf(ask(group, *delegate.value()));
      if (const size_t listed = listedOf(group, one.name); listed > 0) entry += fmt::format("; {} wrong", listed);
      lacks = lacks || (one.presence == Presence::Driver && lacksFeature(entry));
      all.cells[one.column][group.name()] = std::move(entry);
    }
    if (lacks) all.deviceBound.push_back(one.column);
  }
  return all;
}

std::string pageOf(const Capabilities& capabilities) {
  std::string page = fmt::format(fmt::runtime(kHead), capabilities.asked);
  page += "| operator and type |";
  for (const std::string& column : capabilities.columns) page += " " + column + " |";
  page += "\n|---|";
  for (size_t i = 0; i < capabilities.columns.size(); ++i) page += "---|";
  for (const std::string& row : capabilities.rows) {
    page += "\n| " + row + " |";
    for (const std::string& column : capabilities.columns) page += " " + capabilities.cells.at(column).at(row) + " |";
  }
  return page + "\n";
}

Capabilities readPage(const std::string& page) {
  Capabilities read;
  std::istringstream stream(page);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("|") || line.starts_with("|---")) continue;
    const std::vector<std::string> fields = fieldsOf(line);
    if (read.columns.empty()) {
      read.columns.assign(fields.begin() + 1, fields.end());
      continue;
    }
    read.rows.push_back(fields[0]);
    for (size_t i = 1; i < fields.size() && i <= read.columns.size(); ++i) {
      read.cells[read.columns[i - 1]][fields[0]] = fields[i];
    }
  }
  return read;
}

}  // namespace trireme::conformance::matrix
