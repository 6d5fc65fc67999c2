#version 450
// Four products of bytes and their sum as one instruction, named by its number.
#extension GL_EXT_spirv_intrinsics : require
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int signedDot(int x, int y, spirv_literal int format);
layout(local_size_x = 32) in;
layout(set = 0, binding = 0, std430) buffer Values { int values[]; };
void main() {
  uint at = gl_GlobalInvocationID.x;
  values[at] = signedDot(values[at], 0x01010101, 0);
}
