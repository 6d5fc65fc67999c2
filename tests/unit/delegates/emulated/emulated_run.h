#pragma once

#include <gtest/gtest.h>

#include "delegates/emulated/emulated_delegate.h"
#include "tests/support/run_model.h"
#include "tests/support/tolerance.h"
#include "tests/unit/delegates/emulated/one_node.h"

// What the tests that run plans over emulated devices share.
namespace trireme::emulated {

// RELU, TANH and ADD in float32 and int8, over the CPU in one thread.
inline const std::string kSome = R"({"ops": ["RELU", "TANH", "ADD"], "types": ["float32", "int8"]})";
// And CONV_2D.
inline const std::string kMore = R"({"ops": ["RELU", "TANH", "ADD", "CONV_2D"], "types": ["float32", "int8"]})";

std::shared_ptr<Delegate> device(const Profile& profile, EmulationMode mode = EmulationMode::Functional,
                                 std::shared_ptr<Delegate> over = nullptr, std::string name = "emulated:mine");
// Greedy: a small network would not pay for the way to a device.
Options with(std::initializer_list<std::shared_ptr<Delegate>> delegates);
std::unique_ptr<Interpreter> interpreterOf(const std::shared_ptr<const Model>& model, const Options& options);
// conv relu tanh conv add relu maxpool.
Graph sandwich(DataType dtype, uint64_t seed = 1);
// What the CPU alone makes of it.
support::Answer onCpu(const std::shared_ptr<const Model>& model, uint64_t seed);
// Empty when both gave the same bits.
std::string compare(const support::Answer& expected, const support::Answer& actual,
                    const support::Tolerance& tolerance = support::Tolerance::exact());

double seconds(const StepTiming& timing);

}  // namespace trireme::emulated
