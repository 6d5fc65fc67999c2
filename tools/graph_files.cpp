#include "tools/graph_files.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tools/output.h"

extern char** environ;  // NOLINT: POSIX declares it nowhere else

namespace trireme::tools {
namespace {

// Runs `dot -Tsvg -o to from` and waits.
Status runDot(const std::string& from, const std::string& to) {
  std::string program = "dot", format = "-Tsvg", option = "-o", target = to, source = from;
  char* arguments[] = {program.data(), format.data(), option.data(), target.data(), source.data(), nullptr};
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, "dot", nullptr, nullptr, arguments, environ);
  if (failure != 0) {
    return Status::error(
        Code::Io, fmt::format("--svg needs Graphviz's program 'dot' (package graphviz): {}", std::strerror(failure)));
  }
  int state = 0;
  while (::waitpid(child, &state, 0) < 0) {
    if (errno != EINTR) return Status::error(Code::Io, "Graphviz's program 'dot' was lost");
  }
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return {};
  return Status::error(Code::Io, fmt::format("Graphviz's program 'dot' failed with state {}", state));
}

}  // namespace

Status writeSvg(const std::filesystem::path& path, const std::string& dot) {
  const std::filesystem::path text = path.string() + ".dot.part", picture = path.string() + ".part";
  TRIREME_TRY(writeFile(text, dot));
  const Status drawn = runDot(text, picture);
  std::error_code ignored, failure;
  std::filesystem::remove(text, ignored);
  if (drawn.ok()) std::filesystem::rename(picture, path, failure);
  if (drawn.ok() && !failure) return {};
  std::filesystem::remove(picture, ignored);
  return drawn.ok() ? Status::error(Code::Io, fmt::format("cannot write '{}': {}", path.string(), failure.message()))
                    : drawn;
}

}  // namespace trireme::tools
