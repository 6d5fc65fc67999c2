#pragma once

#include "trireme/delegates.h"

namespace trireme::emulated {

// A type or operator that a device has from some level on; 0: at every level.
struct TypeSince {
  DataType dtype;
  uint16_t since = 0;
};

struct RuleKind;
// One condition of an operator. Which fields count, its kind says (rules.h).
struct Rule {
  const RuleKind* kind = nullptr;
  std::string name;                // of an option
  std::vector<std::string> words;  // that an option may be
  std::vector<double> in, notIn;   // numbers that it may be, or not
  std::optional<double> min, max, multipleOf;
  std::vector<int> inputs, outputs;  // tensors, by position
  std::optional<int> axis;           // negative: from the end
  std::vector<TypeSince> types;
  std::vector<DataType> onlyFor;           // of the data; empty: any
  uint16_t since = 0, until = UINT16_MAX;  // levels at which it holds, both included
};
struct OpRow {
  OpKind op = OpKind::Custom;
  uint16_t since = 0;  // first level that has it
  int minVersion = 1, maxVersion = INT32_MAX;
  int data = 0;  // the input whose type is the node's
  std::vector<TypeSince> types;
  std::vector<Rule> rules;
};

struct Limits {
  std::optional<int> maxRank;
  std::optional<int64_t> maxBatch, maxTensorBytes;
  bool staticShapes = false, emptyTensors = true;
  PartitionLimits partitions;
};
struct MemoryFacts {
  bool shared = false;  // the host and the device use the same memory
  size_t bytes = SIZE_MAX;
};
using PerType = std::vector<std::pair<DataType, double>>;
struct Performance {
  PerType macsPerSecond, depthwiseMacsPerSecond;
  double bytesPerSecond = 0;  // 0: memory is never the bottleneck
  double nodeSeconds = 0, partitionSeconds = 0, copySeconds = 0, copyBytesPerSecond = 0;
};
struct Energy {
  double staticWatts = 0, joulesPerByte = 0;
  PerType joulesPerMac;
};

enum class NumberFormat : uint8_t { Float32, Float16, BFloat16 };
enum class Rounding : uint8_t { HalfEven, HalfAway, Truncate };
// How float32 tensors are kept. Float32: untouched.
struct Numerics {
  NumberFormat format = NumberFormat::Float32;
  Rounding rounding = Rounding::HalfEven;
  bool flushDenormals = false, saturate = false;
};

// What goes wrong on purpose: the n-th call of its kind, counted from 1 over the device's life; 0: never.
struct Faults {
  uint64_t failSubmit = 0, failCopy = 0, failCompile = 0, slowSubmit = 0;
  double slowSeconds = 0;
};
// A published figure and what the profile makes of it.
struct Residual {
  std::string model;
  double publishedMs = 0, modelledMs = 0;
};

// An emulated device's file, read and checked.
struct Profile {
  std::string name, title, kind, source;  // kind: nnapi, npu, gpu, phone
  std::string over = "cpu";               // the delegate that computes
  bool published = false;                 // rates fitted to published figures, not assumed
  std::vector<std::string> levels;        // names, oldest first; level n is levels[n - 1]
  uint16_t level = 0;                     // 0: it has none
  std::vector<OpRow> operators;
  Limits limits;
  MemoryFacts memory;
  Performance perf;
  std::optional<Energy> energy;
  Numerics numerics;
  Faults faults;
  std::vector<std::pair<std::string, std::string>> facts;  // stated, without effect here
  std::vector<Residual> residuals;

  bool exact() const { return numerics.format == NumberFormat::Float32; }
  std::string_view levelName(uint16_t number) const { return levels[number - 1u]; }
};

// Those of the library, sorted by name.
std::vector<std::string> profileNames();
// A name of the library's, or a path that ends in ".json". InvalidArgument lists the known names, or tells file, field
// and what was expected there.
Result<Profile> loadProfile(std::string_view nameOrFile);
// For tests and files: `file` is what messages call the text.
Result<Profile> readProfile(std::string_view text, std::string_view file);

}  // namespace trireme::emulated
