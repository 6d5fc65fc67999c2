#version 450
#extension GL_NV_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
layout(local_size_x_id = 0) in;
layout(constant_id = 3) const int SIDE = 16;
layout(set = 0, binding = 0, std430) buffer Values { float values[]; };
shared float16_t halves[256];
void main() {
  fcoopmatNV<16, gl_ScopeSubgroup, SIDE, SIDE> a;
  fcoopmatNV<16, gl_ScopeSubgroup, SIDE, SIDE> b;
  fcoopmatNV<32, gl_ScopeSubgroup, SIDE, SIDE> sums = fcoopmatNV<32, gl_ScopeSubgroup, SIDE, SIDE>(0.0);
  coopMatLoadNV(a, halves, 0u, 16u, false);
  coopMatLoadNV(b, halves, 0u, 16u, false);
  sums = coopMatMulAddNV(a, b, sums);
  coopMatStoreNV(sums, values, 0u, 16u, false);
}
