#pragma once

#include "trireme/delegate.h"

namespace trireme::emulated {

// What a partition made of its inputs the last time. A paced device that is faster than the one that computes for it
// can keep its pace only where nothing has to be computed: where the inputs are those of last time, as in a benchmark.
class Recall {
 public:
  // Views of the wrapped device. Does nothing where the host cannot see them.
  Recall(std::vector<BufferView> inputs, std::vector<BufferView> outputs);
  // True: the inputs are those of last time, and the outputs are in place.
  bool restore();
  void noteInputs();               // before the work, which may overwrite them
  void noteOutputs(bool arrived);  // after it; false: they are not there, or not yet

 private:
  std::vector<BufferView> inputs_, outputs_;
  std::vector<std::vector<std::byte>> seenInputs_, seenOutputs_;
  bool visible_ = true, known_ = false;
};

}  // namespace trireme::emulated
