#version 450
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
layout(local_size_x_id = 0) in;
layout(constant_id = 3) const int SIDE = 16;
layout(set = 0, binding = 0, std430) buffer Values { float values[]; };
shared float16_t halves[256];
void main() {
  coopmat<float16_t, gl_ScopeSubgroup, SIDE, SIDE, gl_MatrixUseA> a;
  coopmat<float16_t, gl_ScopeSubgroup, SIDE, SIDE, gl_MatrixUseB> b;
  coopmat<float, gl_ScopeSubgroup, SIDE, SIDE, gl_MatrixUseAccumulator> sums;
  sums = coopmat<float, gl_ScopeSubgroup, SIDE, SIDE, gl_MatrixUseAccumulator>(0.0);
  coopMatLoad(a, halves, 0u, 16u, gl_CooperativeMatrixLayoutRowMajor);
  coopMatLoad(b, halves, 0u, 16u, gl_CooperativeMatrixLayoutRowMajor);
  sums = coopMatMulAdd(a, b, sums);
  coopMatStore(sums, values, 0u, 16u, gl_CooperativeMatrixLayoutRowMajor);
}
