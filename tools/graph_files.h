#pragma once

#include <filesystem>
#include <string>

#include "trireme/status.h"

namespace trireme::tools {

// Draws Graphviz text as SVG with Graphviz's own program `dot`, found on the PATH; Io with the reason when it is not
// there or fails.
Status writeSvg(const std::filesystem::path& path, const std::string& dot);

}  // namespace trireme::tools
