#pragma once

// Every line of a kernel list on the shapes of real layers, one thread. "op/s" counts a multiply and an add each.
namespace trireme::bench {

void registerGemmBenches();
void registerDepthwiseBenches();

}  // namespace trireme::bench
