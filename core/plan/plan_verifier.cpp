#include "core/plan/plan_verifier.h"

namespace trireme::plan {

Status verifyPlan(const VerifierInput& input) {
  for (const auto chapter : {verifyPartitions, verifySlots, verifyContents, verifyOrder}) {
    if (Status status = chapter(input); !status.ok()) return status.during("while verifying the plan");
  }
  return {};
}

}  // namespace trireme::plan
