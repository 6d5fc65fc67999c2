#include "tools/bench_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/bench_measure.h"

namespace trireme::tools {
namespace {

// LeNet as int8 on the NPU and the CPU, with times that the test makes up.
struct Fixture {
  BenchConfiguration configuration;
  BenchModel model;

  explicit Fixture(const std::string& spec = "emulated:npu-int8,mode=paced")
      : model(openBenchModel("zoo:lenet:int8", "").value()) {
    configuration = {{"emulated:npu-int8"}, {spec}, "single:emulated:npu-int8", 2, {}};
    configuration.options.setStrategy(configuration.strategy).addDelegate(createDelegate(spec, 1).value());
    BenchRow row;
    row.configuration = &configuration;
    row.compiled = CompiledModel::create(model.model, configuration.options).value();
    model.rows.push_back(std::move(row));
  }
  BenchRow& row() { return model.rows[0]; }

  void time(size_t runs) {
    row().enough = true;
    row().steps.resize(row().compiled->plan().steps.size());
    for (size_t run = 0; run < runs; ++run) {
      for (auto& step : row().steps) step.push_back(1e-6 * double(run + 1));
      row().seconds.push_back(1e-3 * double(run + 1));
    }
  }
};

TEST(BenchRowJson, HasNoNumberForWhatWasNotMeasured) {
  Fixture it;
  const Json json = benchRowJson(it.model, it.row(), std::nullopt);
  for (const char* name :
       {"median_us",      "min_us",        "mean_us",      "p90_us",  "p95_us",     "p99_us",          "max_us",
        "mad_us",         "ci95_us",       "first_us",     "load_us", "prepare_us", "compile_us",      "peak_rss_bytes",
        "cpu_us_per_run", "error_percent", "partition_us", "copy_us", "difference", "disturbed_blocks"}) {
    EXPECT_TRUE(json.at(name).is_null()) << name;
  }
  EXPECT_EQ(json["runs"], 0);
  EXPECT_FALSE(json["valid"].get<bool>());
  EXPECT_EQ(json["macs"], 2446848);
  EXPECT_EQ(json["nodes"], 12);
}

TEST(BenchRowJson, OfARowWithoutAPlanSaysWhy) {
  Fixture it;
  it.row().compiled.reset();
  it.row().refused = Status::error(Code::InvalidArgument, "it cannot");
  const Json json = benchRowJson(it.model, it.row(), std::nullopt);
  EXPECT_EQ(json["refused"], "it cannot");
  for (const char* name : {"plan", "label", "macs", "nodes_delegated", "predicted_us"}) {
    EXPECT_TRUE(json.at(name).is_null()) << name;
  }
}

TEST(BenchRowJson, HoldsMediansInMicroseconds) {
  Fixture it;
  it.time(7);
  const Json json = benchRowJson(it.model, it.row(), 4096);
  EXPECT_DOUBLE_EQ(json["median_us"], 4000);
  EXPECT_EQ(json["runs"], 7);
  EXPECT_EQ(json["ci95_us"].size(), 2u);
  EXPECT_EQ(json["peak_rss_bytes"], 4096);
  EXPECT_EQ(json["partition_us"].size(), json["plan"]["partitions"].size());
  EXPECT_EQ(json["copy_us"].size(), json["plan"]["copies"].size());
  for (const auto& one : json["partition_us"]) EXPECT_DOUBLE_EQ(one.get<double>(), 4);
  for (const auto& one : json["copy_us"]) EXPECT_DOUBLE_EQ(one.get<double>(), 4);
  EXPECT_NEAR(json["error_percent"], 100 * (json["predicted_us"].get<double>() / 4000 - 1), 1e-9);
  EXPECT_EQ(json["label"], "paced");
  EXPECT_TRUE(json["valid"].get<bool>());
  EXPECT_TRUE(json["cpu_us_per_run"].is_null());  // the CPU does the work of the emulated device too
}

TEST(BenchRowJson, CountsWhatIsDelegated) {
  Fixture it;
  const Json json = benchRowJson(it.model, it.row(), std::nullopt);
  int64_t macs = 0;
  size_t nodes = 0, bytes = 0;
  for (const auto& partition : json["plan"]["partitions"]) {
    if (partition["delegate"] == "cpu") continue;
    macs += partition["macs"].get<int64_t>();
    nodes += partition["nodes"].size();
  }
  for (const auto& copy : json["plan"]["copies"]) bytes += copy["bytes"].get<size_t>();
  EXPECT_EQ(json["macs_delegated"], macs);
  EXPECT_EQ(json["nodes_delegated"], nodes);
  EXPECT_EQ(json["bytes_copied"], bytes);
  EXPECT_GT(macs, 0);
  EXPECT_LT(nodes, 12u);
}

TEST(IsValid, AsksForBoundsAndEnough) {
  Fixture it;
  it.time(7);
  EXPECT_TRUE(isValid(it.row()));
  it.row().enough = false;
  EXPECT_FALSE(isValid(it.row()));
  it.row().enough = true;
  it.row().difference = Difference{"cpu", 1, 1, 3};
  EXPECT_FALSE(isValid(it.row()));
}

TEST(DelegateParts, AddUpThePartitionsOfEachDelegate) {
  Fixture it;
  it.time(1);
  size_t partitions = 0, nodes = 0;
  int64_t macs = 0;
  for (const DelegatePart& part : delegateParts(it.row())) {
    partitions += part.partitions;
    nodes += part.nodes;
    macs += part.macs;
    EXPECT_DOUBLE_EQ(part.seconds, 1e-6 * double(part.partitions));
  }
  EXPECT_EQ(partitions, it.row().compiled->plan().partitions.size());
  EXPECT_EQ(nodes, 12u);
  EXPECT_EQ(macs, 2446848);
}

TEST(BenchText, StaysWithinAHundredColumns) {
  Fixture it;
  it.configuration.delegates = {"emulated:npu-int8", "emulated:nnapi-1.1", "emulated:mobile-gpu", "emulated:nnapi-1.3"};
  it.time(7);
  it.row().disturbedBlocks = 123456;
  BenchRow refused;
  refused.configuration = &it.configuration;
  refused.refused = Status::error(Code::InvalidArgument, "words and words and words " + std::string(70, 'x') + " more");
  it.model.rows.push_back(std::move(refused));
  std::istringstream lines(benchText(it.model));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(BenchText, SaysWhereTimesAreSumsOfModelledParts) {
  Fixture modelled("emulated:npu-int8"), paced;
  modelled.time(7);
  paced.time(7);
  EXPECT_NE(benchText(modelled.model).find("sum of the plan's parts"), std::string::npos);
  EXPECT_EQ(benchText(paced.model).find("sum of the plan's parts"), std::string::npos);
}

TEST(ModelTypeName, IsTheFormOfTheWeightsAndActivations) {
  for (const char* type : {"float32", "float16", "int8"}) {
    EXPECT_EQ(openBenchModel(std::string("zoo:lenet:") + type, "").value().type, type);
  }
}

}  // namespace
}  // namespace trireme::tools
