#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trireme::conformance::matrix {

// docs/capabilities.md as data: what each delegate says of each operator and type of the matrix.
struct Capabilities {
  std::vector<std::string> columns;                                 // titles, in their order
  std::vector<std::string> rows;                                    // "CONV_2D float32", in their order
  std::map<std::string, std::map<std::string, std::string>> cells;  // by column, then row
  std::map<std::string, std::string> missing;                       // columns without a delegate here, and why
  std::vector<std::string> deviceBound;  // columns in which a device of this machine lacks a feature
  size_t asked = 0;                      // cells of the matrix
};
// Whether an entry says that the device or its driver is too old: of a real device that is this machine's affair.
bool lacksFeature(const std::string& entry);
// Of every contestant with a column.
Capabilities askAll();
// The page. Only where nothing is missing.
std::string pageOf(const Capabilities& capabilities);
// The table of a page that pageOf() made.
Capabilities readPage(const std::string& page);

}  // namespace trireme::conformance::matrix
