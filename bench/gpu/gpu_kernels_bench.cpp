// Layers of known networks as lists of one node on devices of OpenCL and Vulkan, a line each: time, GFLOP/s, and on
// devices that are a CPU the share of its multiply-add peak, measured around each figure. Bordered copies and
// conversions at the borders count.
// Usage: gpu_kernels_bench [devices] [float32|float16|int8|uint8] [part of the layers' names]
// Devices: api or api:device, commas between them; "opencl,vulkan" without.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "bench/gpu/fma_peak.h"
#include "core/graph/builder.h"
#include "delegates/gpu/lowering.h"
#if TRIREME_OPENCL
#include "delegates/opencl/devices.h"
#include "delegates/opencl/opencl_device.h"
#endif
#if TRIREME_VULKAN
#include "delegates/vulkan/devices.h"
#include "delegates/vulkan/vulkan_device.h"
#endif

namespace trireme::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Layer {
  const char* name;
  int64_t size, inC, outC, taps;
  int32_t stride;
  bool depthwise;
};
constexpr Layer kLayers[] = {
    {"1x1 112x112 32-64", 112, 32, 64, 1, 1, false},   {"1x1 56x56 128-128", 56, 128, 128, 1, 1, false},
    {"1x1 28x28 256-256", 28, 256, 256, 1, 1, false},  {"1x1 28x28 512-128", 28, 512, 128, 1, 1, false},
    {"1x1 14x14 512-512", 14, 512, 512, 1, 1, false},  {"1x1 14x14 1024-256", 14, 1024, 256, 1, 1, false},
    {"1x1 7x7 1024-1024", 7, 1024, 1024, 1, 1, false}, {"1x1 7x7 960-320", 7, 960, 320, 1, 1, false},
    {"1x1 7x7 512-2048", 7, 512, 2048, 1, 1, false},   {"3x3 56x56 64-64", 56, 64, 64, 3, 1, false},
    {"3x3 28x28 128-128", 28, 128, 128, 3, 1, false},  {"3x3 14x14 256-256", 14, 256, 256, 3, 1, false},
    {"3x3 7x7 512-512", 7, 512, 512, 3, 1, false},     {"3x3 s2 224x224 3-32", 224, 3, 32, 3, 2, false},
    {"7x7 s2 224x224 3-64", 224, 3, 64, 7, 2, false},  {"dw 112x112 32", 112, 32, 32, 3, 1, true},
    {"dw s2 112x112 64", 112, 64, 64, 3, 2, true},     {"dw 56x56 128", 56, 128, 128, 3, 1, true},
    {"dw s2 56x56 144", 56, 144, 144, 3, 2, true},     {"dw 28x28 256", 28, 256, 256, 3, 1, true},
    {"dw 14x14 512", 14, 512, 512, 3, 1, true},        {"dw 7x7 1024", 7, 1024, 1024, 3, 1, true},
    {"dw 5x5 14x14 480", 14, 480, 480, 5, 1, true},
};

Shape shapeOf(std::initializer_list<int64_t> dims) { return Shape::create(dims).value(); }

TensorType typeOf(DataType dtype, std::initializer_list<int64_t> dims, float scale) {
  TensorType type{dtype, shapeOf(dims), {}};
  if (dtype == DataType::Float32) return type;
  type.quantization.scales = {scale};
  type.quantization.zeroPoints = {dtype == DataType::UInt8 ? 128 : 0};
  return type;
}

Graph graphOf(const Layer& layer, DataType dtype) {
  const int64_t out = (layer.size + layer.stride - 1) / layer.stride;
  const TensorType image = typeOf(dtype, {1, layer.size, layer.size, layer.inC}, 0.02f);
  const TensorType filter = layer.depthwise ? typeOf(dtype, {1, layer.taps, layer.taps, layer.outC}, 0.01f)
                                            : typeOf(dtype, {layer.outC, layer.taps, layer.taps, layer.inC}, 0.01f);
  graph::Builder builder;
  Node node;
  node.op = layer.depthwise ? OpKind::DepthwiseConv2d : OpKind::Conv2d;
  if (layer.depthwise) {
    node.params =
        DepthwiseConv2dParams{.activation = Activation::Relu6, .strideH = layer.stride, .strideW = layer.stride};
  } else {
    node.params = Conv2dParams{.activation = Activation::Relu6, .strideH = layer.stride, .strideW = layer.stride};
  }
  const size_t count = size_t(filter.shape.elements());
  std::vector<std::byte> weights(count * (dtype == DataType::Float32 ? 4 : 1));
  for (size_t i = 0; i < count; ++i) {
    const float value = float(i * 2654435761u % 64) / 64.0f;
    if (dtype == DataType::Float32) {
      reinterpret_cast<float*>(weights.data())[i] = value;
    } else {
      weights[i] = std::byte(uint8_t(value * 64));
    }
  }
  node.inputs = {builder.addInput("image", image), builder.addConstant("filter", filter, weights), kNoValue};
  node.outputs = {builder.addInner("out", typeOf(dtype, {1, out, out, layer.outC}, 1.0f))};
  builder.addNode(node);
  builder.setOutputs({node.outputs[0]});
  return std::move(builder).build().value();
}

struct Prepared {
  gpu::LoweredPartition lowered;
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<BufferView> views;
  std::unique_ptr<gpu::GpuExecutable> executable;
};

// With inputs written, since memory that never was is slow to read.
Status prepare(const Graph& graph, gpu::GpuDevice& device, Precision precision, Prepared& prepared) {
  const std::vector<NodeId> nodes{NodeId(0)};
  TRIREME_ASSIGN(prepared.lowered, gpu::lowerPartition({graph, nodes, graph.inputs(), graph.outputs()}, device.limits(),
                                                       precision, gpu::LowerFor::Running));
  gpu::LoweredPartition& lowered = prepared.lowered;
  std::vector<gpu::KernelKey> keys;
  for (const gpu::Dispatch& dispatch : lowered.list.dispatches) {
    if (std::find(keys.begin(), keys.end(), dispatch.kernel) == keys.end()) keys.push_back(dispatch.kernel);
  }
  TRIREME_TRY(device.compile(keys));
  for (const gpu::BufferSpec& spec : lowered.list.buffers) {
    TRIREME_ASSIGN(std::unique_ptr<Buffer> buffer, device.allocate(spec.bytes));
    std::vector<std::byte> content(spec.bytes, std::byte{1});
    const bool codes = graph.value(graph.inputs()[0]).type.dtype != DataType::Float32;
    for (size_t i = 0; codes && i < content.size(); ++i) content[i] = std::byte(uint8_t(i * 2654435761u >> 24));
    if (spec.kind == gpu::BufferSpec::Kind::Weights) content = lowered.weights[spec.number];
    TRIREME_TRY(device.upload(content, {buffer.get(), 0, content.size()}).wait());
    prepared.views.push_back({buffer.get(), 0, spec.bytes});
    prepared.buffers.push_back(std::move(buffer));
  }
  TRIREME_ASSIGN(prepared.executable, device.build(lowered.list, prepared.views));
  return {};
}

double secondsOf(gpu::GpuExecutable& executable, int times) {
  const auto begin = Clock::now();
  Event last;
  for (int i = 0; i < times; ++i) last = executable.run();
  static_cast<void>(last.wait());
  return std::chrono::duration<double>(Clock::now() - begin).count() / times;
}

using Device = std::unique_ptr<gpu::GpuDevice>;

Result<Device> openDevice(std::string_view api, const std::string& word) {
#if TRIREME_OPENCL
  if (api == "opencl") {
    TRIREME_ASSIGN(const opencl::Api* functions, opencl::systemApi());
    TRIREME_ASSIGN(const opencl::DeviceRecord record, opencl::chooseDevice(opencl::listDevices(*functions), word));
    opencl::DeviceOptions options;
    options.selfCheck = false;
    TRIREME_ASSIGN(Device device, opencl::OpenClDevice::create(*functions, record, options));
    return device;
  }
#endif
#if TRIREME_VULKAN
  if (api == "vulkan") {
    TRIREME_ASSIGN(const vulkan::Loader loader, vulkan::systemLoader());
    TRIREME_ASSIGN(const std::shared_ptr<const vulkan::Instance> instance, vulkan::Instance::create(loader));
    TRIREME_ASSIGN(const vulkan::DeviceRecord record, vulkan::chooseDevice(vulkan::listDevices(*instance), word));
    vulkan::DeviceOptions options;
    options.selfCheck = false;
    TRIREME_ASSIGN(Device device, vulkan::VulkanDevice::create(instance, record, options));
    return device;
  }
#endif
  return Status::error(Code::Unsupported, "this build has no '" + std::string(api) + word + "'");
}

bool isCpu(const gpu::GpuLimits& limits) { return limits.cores || limits.lanesAcross; }

struct Contestant {
  std::string name;
  gpu::GpuDevice& device;
  Prepared prepared;
  int times = 1;
  std::vector<double> seconds;
};

void print(const Layer& layer, Contestant& one, double peak) {
  std::sort(one.seconds.begin(), one.seconds.end());
  double operations = 0;
  const auto& dispatches = one.prepared.lowered.list.dispatches;
  for (const gpu::Dispatch& dispatch : dispatches) operations += dispatch.operations;
  const double time = one.seconds[3];
  std::printf("%-22s %-10s %8.1f us %8.1f GFLOP/s", layer.name, one.name.c_str(), time * 1e6, operations / time * 1e-9);
  if (isCpu(one.device.limits()) && peak > 0)
    std::printf("  %5.1f %% of %.0f", 100 * operations / time / peak, peak * 1e-9);
  std::vector<Times> parts;
  if (one.prepared.executable->runTimed(parts).ok() && parts.size() > 1) {
    for (size_t i = 0; i < parts.size(); ++i) {
      std::printf("  %s %.1f", std::string(gpu::programInfo(dispatches[i].kernel.program).name).c_str(),
                  std::chrono::duration<double>(parts[i].end - parts[i].begin).count() * 1e6);
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

// The quiet moments of all, taken in turn.
void report(const Layer& layer, std::vector<Contestant>& contestants) {
  for (Contestant& one : contestants) {
    secondsOf(*one.prepared.executable, 2);
    one.times = std::max(1, int(0.004 / std::max(secondsOf(*one.prepared.executable, 1), 1e-6)));
  }
  std::vector<double> peaks;
  for (int round = 0; round < 25; ++round) {
    peaks.push_back(measureFmaPeak());
    for (Contestant& one : contestants) one.seconds.push_back(secondsOf(*one.prepared.executable, one.times));
  }
  std::sort(peaks.begin(), peaks.end());
  for (Contestant& one : contestants) print(layer, one, peaks[peaks.size() - 4]);
}

Status run(const std::string& words, const std::string& type, const std::string& part) {
  std::vector<std::pair<std::string, Device>> devices;
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find(',', begin), words.size());
    const std::string word = words.substr(begin, end - begin);
    const size_t colon = std::min(word.find(':'), word.size());
    TRIREME_ASSIGN(Device device, openDevice(word.substr(0, colon), word.substr(std::min(colon + 1, word.size()))));
    std::printf("%s: %s, vectors of %u, %s\n", word.c_str(), std::string(device->name()).c_str(),
                device->limits().vectorWidth, type.c_str());
    devices.emplace_back(word, std::move(device));
    begin = end + 1;
  }
  const DataType dtype = type == "int8" ? DataType::Int8 : type == "uint8" ? DataType::UInt8 : DataType::Float32;
  for (const Layer& layer : kLayers) {
    if (std::string_view(layer.name).find(part) == std::string_view::npos) continue;
    const Graph graph = graphOf(layer, dtype);
    std::vector<Contestant> contestants;
    for (const auto& [name, device] : devices) {
      Contestant one{name, *device, {}, 1, {}};
      TRIREME_TRY(prepare(graph, *device, type == "float16" ? Precision::Relaxed : Precision::Exact, one.prepared));
      contestants.push_back(std::move(one));
    }
    report(layer, contestants);
  }
  return {};
}

}  // namespace
}  // namespace trireme::bench

int main(int count, char** words) {
  const std::string devices = count > 1 ? words[1] : "opencl,vulkan", type = count > 2 ? words[2] : "float32";
  const trireme::Status status = trireme::bench::run(devices, type, count > 3 ? words[3] : "");
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}
