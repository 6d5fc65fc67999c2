#pragma once

#include "tests/conformance/op_case.h"
#include "trireme/delegate.h"

// One operator alone on the host's GPU programs, against the reference kernel.
namespace trireme::gpu {

struct OpRun {
  std::vector<std::byte> wanted, found;
  std::string trouble;  // it was refused, or failed
};
OpRun runOnHost(const conformance::OpCase& row, uint32_t vectorWidth, std::optional<Precision> precision = {});
// Empty, or what is wrong: it was refused, or a byte differs.
std::string differs(const conformance::OpCase& row, uint32_t vectorWidth);

}  // namespace trireme::gpu
