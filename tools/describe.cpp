#include "tools/describe.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/utsname.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/processor.h"
#include "core/graph/work.h"
#include "core/plan/copy_causes.h"

namespace trireme::tools {
namespace {

double microseconds(double seconds) { return seconds * 1e6; }

Json partitionJson(const CompiledModel& compiled, uint32_t id) {
  const PlannedPartition& partition = compiled.plan().partitions[id];
  Json nodes = Json::array(), operators = Json::object();
  std::vector<uint32_t> origins;
  int64_t macs = 0;
  for (const NodeId node : partition.nodes) {
    const Node& facts = compiled.graph().node(node);
    origins.insert(origins.end(), facts.origins.begin(), facts.origins.end());
    const std::string name(opName(facts.op));
    operators[name] = operators.value(name, 0) + 1;
    macs += graph::nodeWork(compiled.graph(), node).macs;
  }
  std::sort(origins.begin(), origins.end());
  for (const uint32_t origin : origins) nodes.push_back(origin);
  const DelegateInfo& info = compiled.delegates()[partition.delegate]->info();
  return {{"id", id},
          {"delegate", info.name},
          {"device", info.device},
          {"nodes", std::move(nodes)},
          {"operators", std::move(operators)},
          {"macs", macs},
          {"label", timeLabelName(info.label)},
          {"predicted_us", microseconds(partition.predicted.seconds)}};
}

std::string homeOf(const CompiledModel& compiled, const Arena& arena) {
  return arena.home == Arena::Home::Host || arena.users.empty() ? "cpu"
                                                                : compiled.delegates()[arena.users[0]]->info().name;
}

}  // namespace

std::string hexSha256(std::span<const std::byte> bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) != 1) return {};
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

Json machineJson() {
  utsname system{};
  const bool named = uname(&system) == 0;
  const std::string cpu = base::cpuinfo("model name");
  return {{"cpu", cpu.empty() ? Json(nullptr) : Json(cpu)},
          {"cores", base::usableCores()},
          {"isa", base::instructionSets()},
          {"kernel", named ? Json(fmt::format("{} {}", system.sysname, system.release)) : Json(nullptr)}};
}

Json documentHead(std::string_view command) {
  return {{"trireme", version()}, {"schema", 1}, {"command", command}, {"machine", machineJson()}};
}

Json shapeJson(const Shape& shape) {
  Json dims = Json::array();
  for (const int64_t dim : shape.dims()) dims.push_back(dim == kUnknownDim ? Json(nullptr) : Json(dim));
  return dims;
}

Json modelJson(const Model& model, const std::string& path, const Graph& graph) {
  return {{"path", path},
          {"sha256", hexSha256(model.bytes())},
          {"macs", graph::graphWork(graph).macs},
          {"parameters", graph::parameterCount(graph)},
          {"nodes", graph.nodes().size()}};
}

Json optionsJson(const std::vector<std::string>& delegates, const CompiledModel& compiled, int threads) {
  return {{"delegates", delegates},
          {"strategy", compiled.plan().strategy},
          {"threads", threads > 0 ? threads : base::usableCores()}};
}

std::vector<std::string> delegateNames(const CompiledModel& compiled) {
  std::vector<std::string> names;
  for (const auto& delegate : compiled.delegates()) names.push_back(delegate->info().name);
  return names;
}

std::vector<CopyStep> copiesOf(const CompiledModel& compiled) {
  std::vector<CopyStep> copies;
  const auto name = [&](uint32_t delegate) {
    return delegate == kHost ? std::string("cpu") : compiled.delegates()[delegate]->info().name;
  };
  const std::span<const Step> steps(compiled.plan().steps);
  for (uint32_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (const auto* up = std::get_if<UploadStep>(&step.action)) {
      copies.push_back({i, up->value, "cpu", name(step.delegate), up->to.bytes});
    } else if (const auto* down = std::get_if<DownloadStep>(&step.action)) {
      copies.push_back({i, down->value, name(step.delegate), "cpu", down->from.bytes});
    } else if (const auto* over = std::get_if<HandoverStep>(&step.action)) {
      copies.push_back({i, over->value, name(over->from), name(over->to), 0});
    }
  }
  return copies;
}

Json planJson(const CompiledModel& compiled) {
  const ExecutionPlan& plan = compiled.plan();
  Json partitions = Json::array(), copies = Json::array(), arenas = Json::object(), weights = Json::object();
  for (uint32_t i = 0; i < plan.partitions.size(); ++i) {
    partitions.push_back(partitionJson(compiled, i));
    const std::string& delegate = compiled.delegates()[plan.partitions[i].delegate]->info().name;
    weights[delegate] = weights.value(delegate, size_t{0}) + compiled.weightBytes(i);
  }
  const std::vector<plan::CopyCause> causes =
      plan::copyCauses({compiled.graph(), plan, compiled.placements(), delegateNames(compiled)});
  for (const CopyStep& copy : copiesOf(compiled)) {
    copies.push_back({{"id", copies.size()},
                      {"tensor", compiled.graph().value(copy.value).name},
                      {"from", copy.from},
                      {"to", copy.to},
                      {"bytes", copy.bytes},
                      {"predicted_us", microseconds(plan.steps[copy.step].predicted.seconds)},
                      {"why", causes[copies.size()].why}});
  }
  for (const Arena& arena : plan.arenas) {
    const std::string home = homeOf(compiled, arena);
    arenas[home] = arenas.value(home, size_t{0}) + arena.bytes;
  }
  return {{"strategy", plan.strategy},
          {"proven", plan.proven},
          {"predicted_us", microseconds(plan.predicted.seconds)},
          {"partitions", std::move(partitions)},
          {"copies", std::move(copies)},
          {"arena_bytes", std::move(arenas)},
          {"weights_bytes", std::move(weights)}};
}

}  // namespace trireme::tools
