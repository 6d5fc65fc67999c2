#include "trireme/interpreter.h"

namespace trireme {

Options& Options::addDelegate(std::shared_ptr<Delegate> delegate) {
  settings_.delegates.push_back(std::move(delegate));
  return *this;
}
Options& Options::setThreads(int threads) {
  settings_.threads = threads;
  return *this;
}
Options& Options::setStrategy(std::string_view strategy) {
  settings_.strategy = strategy;
  return *this;
}
Options& Options::setPrecision(Precision precision) {
  settings_.precision = precision;
  return *this;
}
Options& Options::setSignature(std::string_view key) {
  settings_.signature = key;
  return *this;
}
Options& Options::setFramesInFlight(int frames) {
  settings_.framesInFlight = frames;
  return *this;
}
Options& Options::setMemoryLimit(size_t bytes) {
  settings_.memoryLimitBytes = bytes;
  return *this;
}
Options& Options::setTimeout(std::chrono::nanoseconds perFrame) {
  settings_.timeoutPerFrame = perFrame;
  return *this;
}
Options& Options::setDeviceTimeout(std::chrono::nanoseconds timeout) {
  settings_.deviceTimeout = timeout;
  return *this;
}
Options& Options::setStrict(bool strict) {
  settings_.strict = strict;
  return *this;
}
Options& Options::setTrace(TraceSink* sink) {
  settings_.trace = sink;
  return *this;
}
Options& Options::setLog(LogSink sink) {
  settings_.log = std::move(sink);
  return *this;
}
Options& Options::preserveTensor(std::string_view name) {
  settings_.preserved.emplace_back(name);
  return *this;
}
Options& Options::pin(std::string_view where, std::string_view delegate) {
  settings_.pins.push_back({std::string(where), std::string(delegate)});
  return *this;
}
Options& Options::forbid(std::string_view op, std::string_view delegate) {
  settings_.forbidden.push_back({std::string(op), std::string(delegate)});
  return *this;
}
Options& Options::setMinNodes(uint32_t nodes) {
  settings_.minNodes = nodes;
  return *this;
}
Options& Options::setMaxPartitions(uint32_t partitions) {
  settings_.maxPartitions = partitions;
  return *this;
}
Options& Options::resizeInput(int index, Shape shape) {
  settings_.inputShapes.push_back({index, std::move(shape)});
  return *this;
}
Options& Options::setCacheDirectory(std::filesystem::path directory) {
  settings_.cacheDirectory = std::move(directory);
  return *this;
}
Options& Options::setTuning(bool tuning) {
  settings_.tuning = tuning;
  return *this;
}

}  // namespace trireme
