#pragma once

#include "tools/bench_rows.h"
#include "tools/describe.h"

namespace trireme::tools {

// A row of `bench` in the JSON of docs/cli.md. `peakBytes`: of the process, where the row is all that it ever did.
// Nothing that was not measured gets a number.
Json benchRowJson(const BenchModel& model, const BenchRow& row, std::optional<size_t> peakBytes);

// What a plan's parts took together, a delegate each in the delegates' order, those that have none left out.
struct DelegatePart {
  std::string delegate;
  size_t partitions = 0, nodes = 0;  // nodes of the file
  int64_t macs = 0;
  double seconds = 0;  // sum of the partitions' medians
};
std::vector<DelegatePart> delegateParts(const BenchRow& row);
struct CopyPart {
  size_t copies = 0, bytes = 0;
  double seconds = 0;
};
CopyPart copyPart(const BenchRow& row);

// How far the prediction lies above the measured median, in percent; none where nothing was measured.
std::optional<double> errorPercent(const BenchRow& row);
// Whether the row's times are what was asked for: outputs in bounds where they were compared, enough runs and seconds.
bool isValid(const BenchRow& row);

// The row for people: a line of the table of its model (under benchTableHead), and what stands below it.
std::string benchTableHead();
std::string benchLine(const BenchRow& row, size_t number);
std::string benchDetails(const BenchRow& row, size_t number);
// The model's tables; lines of at most 100 columns.
std::string benchText(const BenchModel& model);

}  // namespace trireme::tools
