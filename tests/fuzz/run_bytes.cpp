#include "tests/fuzz/run_bytes.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "core/graph/inference.h"
#include "core/graph/work.h"
#include "trireme/interpreter.h"

namespace trireme::fuzz {
namespace {

// Beyond this a model is loaded and not run: it would only cost time.
constexpr int64_t kMaxOperations = 20'000'000, kMaxBytes = int64_t{32} << 20;

#ifdef TRIREME_FUZZ_RUN
bool isSmall(const Graph& graph) {
  const auto inferred = graph::inferShapes(graph, {});
  if (!inferred.ok()) return true;  // creating an interpreter says so too
  const graph::Work work = graph::graphWork(inferred.value());
  return work.operations >= 0 && work.operations < kMaxOperations && work.bytes >= 0 && work.bytes < kMaxBytes;
}

Status run(std::shared_ptr<const Model> model) {
  Options options;
  options.setThreads(1).setMemoryLimit(size_t{64} << 20).setTimeout(std::chrono::seconds(5));
  TRIREME_ASSIGN(const std::unique_ptr<Interpreter> interpreter, Interpreter::create(std::move(model), options));
  Frame& frame = interpreter->frame();
  for (int i = 0; i < interpreter->inputCount(); ++i) {
    TRIREME_ASSIGN(const TensorView input, frame.input(i));
    std::fill(input.bytes.begin(), input.bytes.end(), std::byte{0});
  }
  return interpreter->invoke();
}
#endif

}  // namespace

Outcome runBytes(std::span<const std::byte> bytes) {
  const auto model = Model::fromBuffer(bytes);
  if (!model.ok()) return {false, false, std::string(model.status().message())};
  for (const std::string& name : model.value()->metadataFiles()) (void)model.value()->metadata(name).ok();
#ifdef TRIREME_FUZZ_RUN
  if (isSmall(model.value()->subgraphs()[0])) {
    const Status status = run(model.value());
    return {true, status.ok(), status.ok() ? "ran" : std::string(status.message())};
  }
#endif
  return {true, false, "loaded"};
}

bool runsModels() {
#ifdef TRIREME_FUZZ_RUN
  return true;
#else
  return false;
#endif
}

}  // namespace trireme::fuzz
