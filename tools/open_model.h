#pragma once

#include <string>

#include "trireme/interpreter.h"

namespace trireme::tools {

// What stands for MODEL on the command line: a path, or zoo:NAME[:TYPE], which is generated with seed 1 (float32
// without TYPE). A file of such a name is given as ./zoo:NAME.
Result<std::shared_ptr<const Model>> openModel(const std::string& word);
// Whether it would open: a file is read, of a generated network only the words are looked up.
Status checkModelWord(const std::string& word);
bool isGenerated(const std::string& word);

}  // namespace trireme::tools
