#include <gtest/gtest.h>

#include <fstream>

#include "delegates/emulated/cost_model.h"
#include "tests/unit/delegates/emulated/one_node.h"

// Files of profiles: those of the library, and every kind of mistake.
namespace trireme::emulated {
namespace {

const std::string kRelu = R"({"ops": ["RELU"], "types": ["float32"]})";

std::string mistakeIn(const std::string& text) {
  const auto read = readProfile(text, "mine.json");
  if (read.ok()) return "none";
  EXPECT_EQ(Code::InvalidArgument, read.status().code());
  return std::string(read.status().message());
}
// `mine.json: field 'WHERE': WHAT`, in a profile with these rows and fields.
void expectMistake(const std::string& where, const std::string& what, const std::string& rows,
                   const std::string& more = "") {
  EXPECT_EQ("mine.json: field '" + where + "': " + what, mistakeIn(profileText(rows, more)));
}
std::string rowWith(const std::string& fields) { return R"({"ops": ["RELU"], "types": ["float32"], )" + fields + "}"; }
std::string ruleWith(const std::string& fields) { return rowWith(R"("rules": [{)" + fields + "}]"); }
// The text of a good profile with one part replaced.
std::string replaced(const std::string& part, const std::string& by) {
  std::string text = profileText(kRelu);
  const size_t at = text.find(part);
  EXPECT_NE(std::string::npos, at) << part;
  return text.replace(at, part.size(), by);
}

TEST(ProfileFiles, OfTheLibraryAreRightAndStateTheirSource) {
  const std::vector<std::string> names = profileNames();
  EXPECT_EQ((std::vector<std::string>{"iphone7-coreml", "mobile-gpu", "nnapi-1.0", "nnapi-1.1", "nnapi-1.2",
                                      "nnapi-1.3", "npu-int8", "pixel3-nnapi"}),
            names);
  for (const std::string& name : names) {
    const auto profile = loadProfile(name);
    ASSERT_TRUE(profile.ok()) << profile.status().message();
    EXPECT_EQ(name, profile.value().name);
    EXPECT_GT(profile.value().source.size(), 60u) << name;
    EXPECT_EQ(profile.value().kind == "phone", profile.value().published) << name;
    EXPECT_EQ(profile.value().published, !profile.value().residuals.empty()) << name;
    EXPECT_EQ(name != "mobile-gpu", profile.value().exact()) << name;
  }
}

TEST(ProfileFiles, HoldEveryRowOfTheInterfacesTable) {
  const Profile profile = loadProfile("nnapi-1.3").value();
  EXPECT_EQ(94u, profile.operators.size());
  EXPECT_EQ(3u, profile.limits.partitions.maxPartitions);
  EXPECT_EQ("NNAPI 1.0", loadProfile("nnapi-1.0").value().levelName(loadProfile("nnapi-1.0").value().level));
}

// 21.1 ms and MACs over 83.1 G: what the profile says of the five published models, and how far off it is.
TEST(ProfileFiles, OfThePhonesModelWhatTheyState) {
  const Profile iphone = loadProfile("iphone7-coreml").value();
  const std::vector<double> gmacs = {15.47, 5.71, 3.86, 0.569, 0.35};
  ASSERT_EQ(gmacs.size(), iphone.residuals.size());
  for (size_t i = 0; i < gmacs.size(); ++i) {
    const double seconds = iphone.perf.partitionSeconds + gmacs[i] * 1e9 / iphone.perf.macsPerSecond[0].second;
    EXPECT_NEAR(iphone.residuals[i].modelledMs, seconds * 1e3, 0.06) << iphone.residuals[i].model;
    EXPECT_LT(std::abs(iphone.residuals[i].modelledMs / iphone.residuals[i].publishedMs - 1), 0.14);
  }
  const Profile pixel = loadProfile("pixel3-nnapi").value();
  const double seconds = pixel.perf.partitionSeconds + 31 * pixel.perf.nodeSeconds + 568.74e6 / 1.02e11 +
                         copySeconds(pixel, 224 * 224 * 3) + copySeconds(pixel, 1001);
  EXPECT_NEAR(6.0, seconds * 1e3, 0.06);
  EXPECT_EQ(1.02e11, pixel.perf.macsPerSecond.at(1).second);
  EXPECT_TRUE(pixel.perf.depthwiseMacsPerSecond.empty());
  EXPECT_EQ(0, pixel.perf.bytesPerSecond);
}

TEST(ProfileFiles, AreReadFromPathsAndMayChangeOneOfTheLibrarys) {
  const std::string path = testing::TempDir() + "/faster.json";
  std::ofstream(path) << R"({"base": "npu-int8", "name": "faster", "perf": {"node_us": 1}, "energy": null})";
  const auto profile = loadProfile(path);
  ASSERT_TRUE(profile.ok()) << profile.status().message();
  EXPECT_EQ("faster", profile.value().name);
  EXPECT_DOUBLE_EQ(1e-6, profile.value().perf.nodeSeconds);
  EXPECT_DOUBLE_EQ(1e-4, profile.value().perf.partitionSeconds);
  EXPECT_FALSE(profile.value().energy.has_value());
  EXPECT_TRUE(loadProfile("npu-int8").value().energy.has_value());
}

TEST(ProfileFiles, ThatAreNotThereAreNamedWithThoseThatAre) {
  const Status unknown = loadProfile("warp").status();
  EXPECT_EQ(
      "there is no profile 'warp'; there are: iphone7-coreml, mobile-gpu, nnapi-1.0, nnapi-1.1, nnapi-1.2, nnapi-1.3, "
      "npu-int8, pixel3-nnapi, or a path that ends in .json",
      unknown.message());
  EXPECT_EQ(Code::Io, loadProfile("/no/such/profile.json").status().code());
}

TEST(ProfileMistakes, OfTheFormatAreNamedWithFileAndPlace) {
  EXPECT_EQ(0u, mistakeIn("{\"name\": ").find("mine.json: not JSON: "));
  EXPECT_EQ(0u, mistakeIn("").find("mine.json: not JSON: "));
  EXPECT_EQ(0u, mistakeIn("{\"name\": \"\xff\"}").find("mine.json: not JSON: "));
  EXPECT_EQ("mine.json: expected an object, found a list of 0", mistakeIn("[]"));
  EXPECT_EQ("mine.json: field 'name' stands there twice", mistakeIn(R"({"name": "a", "name": "b"})"));
}

TEST(ProfileMistakes, OfTheHeadAreNamed) {
  EXPECT_EQ("mine.json: field 'title': expected words in quotes, and the field is missing",
            mistakeIn(replaced(R"("title": "A test's device", )", "")));
  EXPECT_EQ("mine.json: field 'title': expected words in quotes, found 7",
            mistakeIn(replaced("\"A test's device\"", "7")));
  EXPECT_EQ("mine.json: field 'kind': expected one of nnapi, npu, gpu, phone, found \"toaster\"",
            mistakeIn(replaced("\"npu\"", "\"toaster\"")));
  EXPECT_EQ(0u, mistakeIn(replaced("\"name\"", "\"base\": \"nothing\", \"name\""))
                    .find("mine.json: field 'base': expected a profile of the library (iphone7-coreml, "));
  expectMistake("operators", "expected a list of at least one operator", "");
  expectMistake("colour",
                "there is no such field; there are: base, energy, facts, faults, kind, level, levels, limits, memory, "
                "name, numerics, operators, over, perf, published, residuals, source, title",
                kRelu, R"(, "colour": "red")");
  expectMistake("level", "there are no 'levels' in this profile", kRelu, R"(, "level": "two")");
  expectMistake("level", "expected one of one, two, found \"three\"", kRelu,
                R"(, "levels": ["one", "two"], "level": "three")");
  expectMistake("level", "expected one of 'levels'", kRelu, R"(, "levels": ["one", "two"])");
  expectMistake("published", "expected true or false, found \"yes\"", kRelu, R"(, "published": "yes")");
}

TEST(ProfileMistakes, OfOperatorsAreNamed) {
  expectMistake("operators[0]", "expected an object, found 3", "3");
  expectMistake("operators[0].ops", "there is no operator \"FLY\"", R"({"ops": ["FLY"], "types": ["float32"]})");
  expectMistake("operators[0].ops", "expected a list of at least one operator's name", R"({"types": ["float32"]})");
  expectMistake("operators[0].ops[1]", "expected words in quotes, found 5",
                R"({"ops": ["RELU", 5], "types": ["int8"]})");
  expectMistake("operators[1].ops", "operator RELU has a row already", kRelu + ", " + kRelu);
  expectMistake("operators[0].types", "expected a list of at least one type", R"({"ops": ["RELU"]})");
  expectMistake("operators[0].types", "expected a list, found \"int8\"", R"({"ops": ["RELU"], "types": "int8"})");
  EXPECT_EQ(0u, mistakeIn(profileText(R"({"ops": ["RELU"], "types": ["half"]})"))
                    .find("mine.json: field 'operators[0].types': expected one of float32, float16, int32, "));
  expectMistake("operators[0].max_version", "expected a whole number from 1 to 2147483647, found 2.5",
                rowWith(R"("max_version": 2.5)"));
  expectMistake("operators[0].since", "there are no 'levels' in this profile", rowWith(R"("since": "one")"));
  expectMistake("operators[0].types_since.x", "there are no 'levels' in this profile",
                rowWith(R"("types_since": {"x": ["int8"]})"));
  expectMistake("operators[0].clours",
                "there is no such field; there are: data, max_version, min_version, note, ops, rules, since, types, "
                "types_since",
                rowWith(R"("clours": 1)"));
}

TEST(ProfileMistakes, OfRulesAreNamed) {
  expectMistake("operators[0].rules[0].rule",
                "expected one of activation, constant, dim, option, padding, per_tensor, present, rank, same_scale, "
                "same_shape, same_type, scale_product, square, type, zero_point, found \"mood\"",
                ruleWith(R"("rule": "mood")"));
  expectMistake("operators[0].rules[0].words", "rule \"padding\" needs it, and it is missing",
                ruleWith(R"("rule": "padding")"));
  expectMistake("operators[0].rules[0]", "rule \"rank\" needs a bound: min, max, in, not_in or multiple_of",
                ruleWith(R"("rule": "rank")"));
  EXPECT_EQ(0u, mistakeIn(profileText(ruleWith(R"("rule": "option", "name": "colour", "max": 1)")))
                    .find("mine.json: field 'operators[0].rules[0].name': expected one of adjoint_x, "));
  expectMistake("operators[0].rules[0].max", "there is no such field; there are: for, inputs, rule, since, until",
                ruleWith(R"("rule": "constant", "inputs": [1], "max": 3)"));
  expectMistake("operators[0].rules[0].inputs", "expected positions from 0 to 1000, found -1",
                ruleWith(R"("rule": "constant", "inputs": [-1])"));
  expectMistake("operators[0].rules[0].axis", "expected a whole number from -8 to 7, found 9",
                ruleWith(R"("rule": "dim", "axis": 9, "max": 3)"));
  expectMistake("operators[0].rules[0].until", "there are no 'levels' in this profile",
                ruleWith(R"("rule": "same_type", "until": "one")"));
}

TEST(ProfileMistakes, OfNumbersAreNamed) {
  EXPECT_EQ("mine.json: field 'perf.node_us': expected a number from 0 to 1000000000, found \"fast\"",
            mistakeIn(replaced("\"node_us\": 10", "\"node_us\": \"fast\"")));
  EXPECT_EQ("mine.json: field 'perf.node_us': expected a number from 0 to 1000000000, found -1",
            mistakeIn(replaced("\"node_us\": 10", "\"node_us\": -1")));
  EXPECT_EQ("mine.json: field 'perf.node_us': expected a number from 0 to 1000000000, and the field is missing",
            mistakeIn(replaced("\"node_us\": 10, ", "")));
  EXPECT_EQ("mine.json: field 'perf.macs_per_second.float32': expected a number of 1 or more, found 0",
            mistakeIn(replaced("{\"float32\": 1e9", "{\"float32\": 0")));
  EXPECT_EQ("mine.json: field 'perf.macs_per_second': expected an object with the rate of at least one type",
            mistakeIn(replaced(R"({"float32": 1e9, "int8": 4e9})", "{}")));
  EXPECT_EQ("mine.json: field 'perf': expected an object, and the field is missing",
            mistakeIn(R"({"name": "a", "title": "b", "kind": "npu", "source": "c", "operators": [)" + kRelu + "]}"));
  expectMistake("limits.max_nodes", "expected at least min_nodes, 5, found 4", kRelu,
                R"(, "limits": {"min_nodes": 5, "max_nodes": 4})");
  expectMistake("limits.max_rank", "expected a whole number from 0 to 8, found 9", kRelu,
                R"(, "limits": {"max_rank": 9})");
  expectMistake("memory.bytes", "expected a whole number from 1 to 9223372036854775807, found 18446744073709551615",
                kRelu, R"(, "memory": {"bytes": 18446744073709551615})");
  expectMistake("memory", "expected an object, found a list of 0", kRelu, R"(, "memory": [])");
  expectMistake("energy.mac_pj.int8", "expected a number of 0 or more, found null", kRelu,
                R"(, "energy": {"mac_pj": {"int8": null}})");
  expectMistake("numerics.format", "expected one of float16, bfloat16, found \"float12\"", kRelu,
                R"(, "numerics": {"format": "float12"})");
  expectMistake("numerics.rounding", "expected one of half-even, half-away, truncate, found \"up\"", kRelu,
                R"(, "numerics": {"format": "float16", "rounding": "up"})");
  expectMistake("faults.fail_submit", "expected a whole number from 1 to 9223372036854775807, found 0", kRelu,
                R"(, "faults": {"fail_submit": 0})");
  expectMistake("facts.weight", "expected words in quotes, found 3", kRelu, R"(, "facts": {"weight": 3})");
  expectMistake("residuals[0].published_ms", "expected a number of 0 or more, and the field is missing", kRelu,
                R"(, "residuals": [{"model": "x", "modelled_ms": 2}])");
}

}  // namespace
}  // namespace trireme::emulated
