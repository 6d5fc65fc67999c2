#pragma once

#include "trireme/trireme.h"

namespace trireme::tools {

// Where a frame's time went, in microseconds: parts - overlap + other() is the wall time.
struct FrameAccount {
  double parts = 0;     // the sum of partitions and copies
  double overlap = 0;   // of it, what ran while another part ran too
  double before = 0;    // until the run began: waiting its turn, binding, runs on a plan that failed
  double copyIn = 0;    // the caller's inputs into the frame
  double wait = 0;      // for a device, while no part ran: it was told late, or began late
  double dispatch = 0;  // between parts: the library's own steps
  double commit = 0;    // state takes its place
  double copyOut = 0;   // outputs into the caller's memory
  double other() const { return before + copyIn + wait + dispatch + commit + copyOut; }
};
// Of a frame that succeeded. Makes sense where every part's time is of a clock, not of a model.
FrameAccount accountFor(const FrameTiming& timing);

}  // namespace trireme::tools
