#include <gtest/gtest.h>

#include <algorithm>

#include "core/graph/op_table.h"
#include "core/graph/ops/rules.h"
#include "core/model/params.h"
#include "core/model/writer.h"
#include "kernels/reference/evaluate.h"
#include "tests/conformance/cases.h"

// Every operator that op_list.inc calls implemented stands in all of its five places.
namespace trireme::conformance {
namespace {

bool hasKernel(OpKind op) {
  for (const auto& family : reference::families()) {
    for (const reference::Entry& entry : family) {
      if (entry.op == op) return true;
    }
  }
  return false;
}

size_t rows(OpKind op) {
  return size_t(
      std::count_if(allCases().begin(), allCases().end(), [op](const OpCase& row) { return row.op() == op; }));
}

bool hasRule(OpKind op) {
  for (const auto& family : graph::ruleFamilies()) {
    for (const graph::OpRule& rule : family) {
      if (rule.op == op) return true;
    }
  }
  return false;
}

std::vector<std::string> missingPlaces(OpKind op) {
  std::vector<std::string> missing;
  if (!hasRule(op)) missing.push_back("a rule in core/graph/ops");
  if (!model::knowsParams(op)) missing.push_back("a line in core/model/params.cpp");
  if (!hasKernel(op)) missing.push_back("a plain loop in kernels/reference");
  if (rows(op) == 0) missing.push_back("rows in tests/conformance/cases");
  return missing;
}

TEST(Completeness, EveryImplementedOperatorStandsInAllItsPlaces) {
  size_t implemented = 0;
  for (const graph::OpLine& line : graph::opTable()) {
    if (line.version == 0) continue;
    ++implemented;
    for (const std::string& place : missingPlaces(line.op)) ADD_FAILURE() << line.name << " lacks " << place;
  }
  EXPECT_GE(implemented, 60u);
}

TEST(Completeness, NothingIsImplementedThatTheListCallsMissing) {
  for (const graph::OpLine& line : graph::opTable()) {
    if (line.version != 0) continue;
    EXPECT_FALSE(hasKernel(line.op)) << line.name << " has a kernel and version 0 in op_list.inc";
    EXPECT_FALSE(hasRule(line.op)) << line.name << " has a rule and version 0 in op_list.inc";
    EXPECT_EQ(0u, rows(line.op)) << line.name << " has rows and version 0 in op_list.inc";
  }
}

TEST(Completeness, NoOperatorHasTwoKernels) {
  std::vector<OpKind> seen;
  for (const auto& family : reference::families()) {
    for (const reference::Entry& entry : family) {
      EXPECT_EQ(0, std::count(seen.begin(), seen.end(), entry.op)) << opName(entry.op);
      seen.push_back(entry.op);
    }
  }
}

TEST(Completeness, NamesOfRowsAreUnique) {
  std::vector<std::string> names;
  for (const OpCase& row : allCases()) names.push_back(row.name());
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  EXPECT_EQ(names.end(), twice) << *twice;
}

// What a row says survives the way through a file.
TEST(Completeness, ParametersOfEveryRowSurviveWritingAndReading) {
  for (const OpCase& row : allCases()) {
    SCOPED_TRACE(row.name());
    const Graph before = row.graph();
    const Result<std::vector<std::byte>> bytes = model::writeModel(std::span(&before, 1));
    ASSERT_TRUE(bytes.ok()) << bytes.status().message();
    const auto read = Model::fromBuffer(bytes.value());
    ASSERT_TRUE(read.ok()) << read.status().message();
    const Node& was = before.nodes()[0];
    const Node& is = read.value()->subgraphs()[0].nodes()[0];
    EXPECT_EQ(was.op, is.op);
    EXPECT_EQ(was.inputs.size(), is.inputs.size());
    EXPECT_EQ(was.params.index(), is.params.index());
    const bool equal = std::visit(
        [&](const auto& params) {
          using T = std::decay_t<decltype(params)>;
          if constexpr (std::is_same_v<T, CustomParams>) {
            return false;
          } else {
            const T* other = std::get_if<T>(&is.params);
            return other != nullptr && params == *other;
          }
        },
        was.params);
    EXPECT_TRUE(equal);
  }
}

}  // namespace
}  // namespace trireme::conformance
