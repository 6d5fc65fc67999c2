#pragma once

#include <gtest/gtest.h>

#include "tests/support/fake_delegate.h"
#include "tests/support/graph_builders.h"
#include "tests/support/run_model.h"
#include "tests/support/tolerance.h"

// What the tests of plans over a fake device share.
namespace trireme::faults {

using fake::Call;
using fake::Fake;
using fake::FakeOptions;
using fake::How;
using fake::Trouble;

// conv relu tanh conv add relu maxpool in int8: every device gives the same bits. With the operators of onFake() on
// the fake, the plan is CPU, fake, CPU, fake, CPU, and one value is used on both sides of a border.
Graph sandwich(uint64_t seed = 1);
FakeOptions onFake();                          // RELU, TANH and ADD
FakeOptions importing(size_t alignment = 64);  // the same, on imported host memory

Options with(const Fake& fake);
Options with(std::initializer_list<const Fake*> fakes);

// Seeded inputs of a model and what the CPU alone makes of them.
struct Expectation {
  support::Tensors inputs, outputs;
};
Expectation expectation(const std::shared_ptr<const Model>& model, uint64_t seed);
// Empty when the answer is right, bit for bit; else why not.
std::string check(const support::Answer& answer, const Expectation& expected);
// Runs frame 0 and checks it.
std::string runAndCheck(Interpreter& interpreter, const Expectation& expected);

// After everything is gone: the library kept every rule, and nothing of the fake is left.
void expectClean(const fake::Script& script);

}  // namespace trireme::faults
