#pragma once

#include "core/model/file.h"

namespace trireme::model {

// Proves every index, size, shape, quantisation and option of the file, so that the reader need not doubt. The first
// broken field in a sentence: "subgraph 0, tensor 12 'conv/weights': buffer 14 holds 100 bytes, ...".
Status verifyFile(const File& file);

}  // namespace trireme::model
