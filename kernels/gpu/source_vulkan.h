#pragma once

#include "kernels/gpu/program.h"

// The programs as GLSL, of which the build makes SPIR-V (cmake/TriremeSpirv.cmake). All vectors have 4 lanes.
namespace trireme::gpu {

// Specialization constants of every module: the local size, then the program's constants in their order.
constexpr uint32_t kLocalSizeIds[] = {0, 1, 2};
constexpr uint32_t kFirstConstantId = 3;

// A program and a variant; constants and local size are chosen when a pipeline is made of it.
struct VulkanModule {
  Program program{};
  uint16_t variant = 0;
  // Elements of 8 or 16 bits are stored as such, which needs the device's 8- or 16-bit storage; else by atomic
  // operations on the words they are part of. Makes a module of its own only where storedElementBits() is not 0.
  bool elementStores = false;
  // Inputs are uniform texel buffers, else storage buffers. Makes a module of its own only where
  // hasTexelReads().
  bool texelReads = false;
  bool operator==(const VulkanModule&) const = default;
};
// False for programs whose text says "opencl-only".
bool isForVulkan(Program program);
// 8 or 16 where a program stores single elements of so few bits; 0 elsewhere. All else goes by words, for any device.
uint32_t storedElementBits(Program program, uint16_t variant);
// True for programs whose time is that of their loads where a driver runs them on a CPU.
bool hasTexelReads(Program program);
bool hasTexelReads(Program program, uint16_t variant);  // and there is such a module of the variant
// How a buffer's elements are stored in a variant: "f32", "i8".
std::string storageOfBuffer(Program program, uint16_t variant, size_t buffer);
// Every module, in the order of programs.inc.
std::vector<VulkanModule> vulkanModules();
// "copy_0", "copy_0_elements", "pool_0_texels", "pool_0_texels_elements".
std::string moduleName(const VulkanModule& module);
// GLSL 4.50 for Vulkan 1.1. Buffers are bindings of set 0 in the order of ProgramInfo::buffers, parameters the push
// constants. A texel is four elements.
std::string vulkanSource(const VulkanModule& module);

}  // namespace trireme::gpu
