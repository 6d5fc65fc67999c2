#include "delegates/opencl/program_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <tuple>

namespace trireme::opencl {
namespace {

constexpr std::string_view kBuildOptions = "-cl-std=CL1.2";
constexpr size_t kLogLines = 6, kLogWidth = 200;

// The first lines of a compiler's log that say something, on one line.
std::string firstLines(std::string_view log) {
  std::string text;
  for (size_t lines = 0; !log.empty() && lines < kLogLines;) {
    const size_t length = std::min(log.find('\n'), log.size());
    std::string_view line = log.substr(0, length);
    log.remove_prefix(std::min(length + 1, log.size()));
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front()))) line.remove_prefix(1);
    if (line.empty()) continue;
    if (lines++ > 0) text += " | ";
    text += line.substr(0, kLogWidth);
  }
  return text.empty() ? "the driver says nothing more" : text;
}

// Each program's name once: "copy, pool".
std::string programNames(std::span<const gpu::KernelKey> keys) {
  std::string text;
  std::vector<std::string_view> known;
  for (const gpu::KernelKey& key : keys) {
    const std::string_view name = gpu::programInfo(key.program).name;
    if (std::ranges::find(known, name) != known.end()) continue;
    known.push_back(name);
    text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return text;
}

}  // namespace

std::string buildOptions(std::string_view more) {
  return fmt::format("{}{}{}", kBuildOptions, more.empty() ? "" : " ", more);
}

std::string cacheForm(const StoreOptions& options) {
  return fmt::format("{} V={}", options.buildOptions, options.vectorWidth);
}

ProgramStore::ProgramStore(const Api& api, cl_context context, cl_device_id device, gpu::DeviceCache& cache,
                           StoreOptions options)
    : api_(api), context_(context), device_(device), cache_(cache), options_(std::move(options)) {}

void ProgramStore::leak() {
  for (ClProgram& program : programs_) static_cast<void>(program.leak());
}

std::string ProgramStore::sectionName(std::span<const gpu::KernelKey> keys) const {
  std::string name = cache_.form();
  std::vector<std::string> functions;
  for (const gpu::KernelKey& key : keys) functions.push_back(gpu::functionName(key));
  std::ranges::sort(functions);
  for (const std::string& function : functions) name += "\n" + function;
  return name;
}

std::vector<gpu::KernelKey> ProgramStore::missing(std::span<const gpu::KernelKey> keys) const {
  std::vector<gpu::KernelKey> wanted;
  for (const gpu::KernelKey& key : keys) {
    if (!at_.contains(key) && std::ranges::find(wanted, key) == wanted.end()) wanted.push_back(key);
  }
  return wanted;
}

Status ProgramStore::compile(std::span<const gpu::KernelKey> keys) {
  const std::lock_guard lock(mutex_);
  std::vector<gpu::KernelKey> wanted = missing(keys);
  if (wanted.empty()) return {};
  takeFromCache(wanted);
  if (wanted.empty()) return {};
  TRIREME_ASSIGN(ClProgram program, compileSource(wanted));
  for (const gpu::KernelKey& key : wanted) at_[key] = programs_.size();
  fresh_.emplace_back(programs_.size(), std::move(wanted));
  programs_.push_back(std::move(program));
  return {};
}

// The section that holds most of what is wanted, again and again, until none holds any.
void ProgramStore::takeFromCache(std::vector<gpu::KernelKey>& wanted) {
  const std::span<const gpu::CacheSection> sections = cache_.sections();
  const std::string& head = cache_.form();
  std::vector<bool> useless(sections.size());
  while (!wanted.empty()) {
    size_t best = sections.size(), most = 0;
    const auto holds = [&](size_t s, const gpu::KernelKey& key) {
      return (sections[s].name + "\n").find("\n" + gpu::functionName(key) + "\n") != std::string::npos;
    };
    for (size_t s = 0; s < sections.size(); ++s) {
      const gpu::CacheSection& section = sections[s];
      if (useless[s] || section.kind != gpu::CacheSection::Kind::Programs || !section.name.starts_with(head + "\n"))
        continue;
      const size_t here = size_t(std::ranges::count_if(wanted, [&](const auto& key) { return holds(s, key); }));
      if (here > most) std::tie(best, most) = std::tuple(s, here);
    }
    if (most == 0) return;
    useless[best] = true;
    std::optional<ClProgram> program = load(sections[best]);
    if (!program) continue;
    std::erase_if(wanted, [&](const gpu::KernelKey& key) {
      if (!holds(best, key)) return false;
      at_[key] = programs_.size();
      return true;
    });
    programs_.push_back(std::move(*program));
  }
}

// A binary that the driver does not take is compiled anew, whatever its reason.
std::optional<ClProgram> ProgramStore::load(const gpu::CacheSection& section) const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(section.bytes.data());
  const size_t size = section.bytes.size();
  cl_int status = CL_SUCCESS, code = CL_SUCCESS;
  ClProgram program(api_, api_.clCreateProgramWithBinary(context_, 1, &device_, &size, &bytes, &status, &code));
  if (!program || code != CL_SUCCESS || status != CL_SUCCESS) return std::nullopt;
  if (api_.clBuildProgram(program.get(), 1, &device_, options_.buildOptions.c_str(), nullptr, nullptr) != CL_SUCCESS)
    return std::nullopt;
  return program;
}

Result<ClProgram> ProgramStore::compileSource(std::span<const gpu::KernelKey> keys) {
  const std::string source = gpu::openClSource(keys, options_.vectorWidth);
  const char* text = source.c_str();
  const size_t length = source.size();
  cl_int code = CL_SUCCESS;
  ClProgram program(api_, api_.clCreateProgramWithSource(context_, 1, &text, &length, &code));
  if (!program) return failure("clCreateProgramWithSource", code);
  code = api_.clBuildProgram(program.get(), 1, &device_, options_.buildOptions.c_str(), nullptr, nullptr);
  if (code != CL_SUCCESS) return buildFailure(program.get(), keys, code);
  return program;
}

Status ProgramStore::buildFailure(cl_program program, std::span<const gpu::KernelKey> keys, cl_int code) {
  size_t bytes = 0;
  std::string log;
  if (api_.clGetProgramBuildInfo(program, device_, CL_PROGRAM_BUILD_LOG, 0, nullptr, &bytes) == CL_SUCCESS &&
      bytes > 1) {
    log.resize(bytes);
    if (api_.clGetProgramBuildInfo(program, device_, CL_PROGRAM_BUILD_LOG, bytes, log.data(), nullptr) != CL_SUCCESS) {
      log.clear();
    }
    while (!log.empty() && log.back() == '\0') log.pop_back();
  }
  std::string where;
  if (!options_.logFile.empty()) {
    std::ofstream file(options_.logFile, std::ios::app);
    file << "programs " << programNames(keys) << ": " << errorName(code) << "\n" << log << "\n";
    where = file ? fmt::format("; the whole log is in {}", options_.logFile.string())
                 : fmt::format("; {} cannot be written", options_.logFile.string());
  }
  const Code kind = failure("", code).code() == Code::OutOfMemory ? Code::OutOfMemory : Code::Unsupported;
  return Status::error(kind, fmt::format("the OpenCL driver cannot build the program(s) {}: {} ({}): {}{}",
                                         programNames(keys), errorName(code), code, firstLines(log), where));
}

// None where a driver gives no binary: then it is compiled anew each time.
std::optional<gpu::CacheSection> ProgramStore::binaryOf(cl_program program,
                                                        std::span<const gpu::KernelKey> keys) const {
  size_t bytes = 0;
  if (api_.clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof bytes, &bytes, nullptr) != CL_SUCCESS ||
      bytes == 0) {
    return std::nullopt;
  }
  gpu::CacheSection section{gpu::CacheSection::Kind::Programs, sectionName(keys), std::vector<std::byte>(bytes)};
  auto* at = reinterpret_cast<unsigned char*>(section.bytes.data());
  if (api_.clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof at, &at, nullptr) != CL_SUCCESS) return std::nullopt;
  return section;
}

void ProgramStore::save() {
  const std::lock_guard lock(mutex_);
  std::vector<gpu::CacheSection> newer;
  for (const auto& [at, keys] : fresh_) {
    if (!cache_.keeps()) break;
    if (auto section = binaryOf(programs_[at].get(), keys)) newer.push_back(std::move(*section));
  }
  fresh_.clear();
  cache_.keep(newer);
}

Result<Kernel> ProgramStore::make(const gpu::KernelKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = at_.find(key);
  if (found == at_.end()) {
    return Status::error(Code::Internal, fmt::format("kernel {} is used but was not compiled", gpu::kernelText(key)));
  }
  cl_int code = CL_SUCCESS;
  Kernel kernel(api_, api_.clCreateKernel(programs_[found->second].get(), gpu::functionName(key).c_str(), &code));
  if (!kernel) return failure(fmt::format("clCreateKernel of {}", gpu::kernelText(key)), code);
  return kernel;
}

}  // namespace trireme::opencl
