// The language of LANGUAGE.md in GLSL 4.50 for Vulkan 1.1, with vectors of 4. A unit is one module: one program, one variant.
// Defined before: ELEMENT_STORES, 1 where elements of 8 or 16 bits are stored as such, 0 where they go into words;
// TEXEL_READS, 1 where inputs are texel buffers, 0 where they are storage buffers; DOT_PRODUCTS, 1 where DOT4 is
// used; MATRIX of programs that multiply matrices.
// Defined after, by the interface: constants from constant_id 3 on, the push constants p, buffers as bindings of set 0.
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_spirv_intrinsics : require
#if ELEMENT_STORES
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_16bit_storage : require
#endif
#define V 4
layout(local_size_x_id = 0, local_size_y_id = 1, local_size_z_id = 2) in;

#define vec vec4
#define ivec ivec4
#define bvec bvec4

// A buffer is seen as elements of 32 bits and as vectors of four elements; both lie at its binding. Narrow elements are
// taken out of words: no device feature is needed. Each buffer has functions of its own, since none can be handed on.
#define VIEW(n, access, type, name, view) \
  layout(set = 0, binding = n, std430) access buffer name##_##view##_block { type name##_##view[]; };
#define READ restrict readonly
#define IN(n, T, name) JOIN(IN_, T)(n, name)
#if TEXEL_READS
// A texel is a vector of four elements, which the device converts; outside the buffer it is zero.
#define IN_TEXELS(n, name, format, view, type, types)                                          \
  layout(set = 0, binding = n, format) uniform READ view name##_texels;                        \
  types loadV_##name(int at) { return types(imageLoad(name##_texels, at >> 2)); }              \
  type load1_##name(int at) { return loadV_##name(at)[at & 3]; }                               \
  types loadU_##name(int at) {                                                                 \
    types low = loadV_##name(at);                                                              \
    types high = loadV_##name(at + 3);                                                         \
    int begin = at & 3;                                                                        \
    types more = begin < 2 ? types(low.yzw, high.x) : types(low.w, high.xyz);                  \
    return begin == 0 ? low : begin == 2 ? types(low.zw, high.xy) : more;                      \
  }
#define IN_f32(n, name) IN_TEXELS(n, name, rgba32f, imageBuffer, float, vec4)
#define IN_f16(n, name) IN_TEXELS(n, name, rgba16f, imageBuffer, float, vec4)
#define IN_i32(n, name) IN_TEXELS(n, name, rgba32i, iimageBuffer, int, ivec4)
#define IN_i16(n, name) IN_TEXELS(n, name, rgba16i, iimageBuffer, int, ivec4)
#define IN_i8(n, name) IN_TEXELS(n, name, rgba8i, iimageBuffer, int, ivec4)
#define IN_u8(n, name) IN_TEXELS(n, name, rgba8ui, uimageBuffer, int, ivec4)
#else
#define IN_32(n, name, type, types)                                                            \
  VIEW(n, READ, type, name, elements) VIEW(n, READ, types, name, vectors)                      \
  type load1_##name(int at) { return name##_elements[at]; }                                    \
  types loadV_##name(int at) { return name##_vectors[at >> 2]; }                               \
  types loadU_##name(int at) {                                                                 \
    return types(name##_elements[at], name##_elements[at + 1], name##_elements[at + 2], name##_elements[at + 3]); \
  }
#define IN_f32(n, name) IN_32(n, name, float, vec4)
#define IN_i32(n, name) IN_32(n, name, int, ivec4)
// Bits from `at` on move to the bottom of the word.
#define IN_8(n, name, one, four)                                                               \
  VIEW(n, READ, uint, name, words)                                                             \
  int load1_##name(int at) { return one(name##_words[at >> 2] >> (8 * (at & 3))); }            \
  ivec4 loadV_##name(int at) { return four(name##_words[at >> 2]); }                           \
  ivec4 loadU_##name(int at) {                                                                 \
    uint low = name##_words[at >> 2];                                                          \
    uint high = name##_words[(at + 3) >> 2];                                                   \
    return four((at & 3) == 0 ? low : low >> (8 * (at & 3)) | high << (32 - 8 * (at & 3)));    \
  }                                                                                            \
  int loadW_##name(int at) { return int(name##_words[at >> 2]); }
#define IN_i8(n, name) IN_8(n, name, signedByte, signedBytes)
#define IN_u8(n, name) IN_8(n, name, unsignedByte, unsignedBytes)
#define IN_16(n, name, type, types, one, four)                                                 \
  VIEW(n, READ, uint, name, words) VIEW(n, READ, uvec2, name, vectors)                         \
  type load1_##name(int at) { return one(name##_words[at >> 1] >> (16 * (at & 1))); }          \
  types loadV_##name(int at) { return four(name##_vectors[at >> 2]); }                         \
  types loadU_##name(int at) {                                                                 \
    uvec2 low = uvec2(name##_words[at >> 1], name##_words[(at >> 1) + 1]);                     \
    uint high = name##_words[(at + 3) >> 1];                                                   \
    return four((at & 1) == 0 ? low : uvec2(low.x >> 16 | low.y << 16, low.y >> 16 | high << 16)); \
  }
#define IN_i16(n, name) IN_16(n, name, int, ivec4, signedShort, signedShorts)
#define IN_f16(n, name) IN_16(n, name, float, vec4, halfOf, halvesOf)
#endif
int signedByte(uint bits) { return int(bits) << 24 >> 24; }
int unsignedByte(uint bits) { return int(bits & 255u); }
int signedShort(uint bits) { return int(bits) << 16 >> 16; }
float halfOf(uint bits) { return unpackHalf2x16(bits).x; }
ivec4 signedBytes(uint word) { return ivec4(int(word)) << ivec4(24, 16, 8, 0) >> 24; }
ivec4 unsignedBytes(uint word) { return ivec4(uvec4(word) >> uvec4(0, 8, 16, 24)) & 255; }
ivec4 signedShorts(uvec2 words) { return ivec4(words.xxyy) << ivec4(16, 0, 16, 0) >> 16; }
vec4 halvesOf(uvec2 words) { return vec4(unpackHalf2x16(words.x), unpackHalf2x16(words.y)); }

#define OUT(n, T, name) JOIN(OUT_, T)(n, name)
#define OUT_32(n, name, type, types)                                                           \
  VIEW(n, writeonly, type, name, elements) VIEW(n, writeonly, types, name, vectors)            \
  void store1_##name(int at, type x) { name##_elements[at] = x; }                              \
  void storeV_##name(int at, types x) { name##_vectors[at >> 2] = x; }                         \
  void storeU_##name(int at, types x) {                                                        \
    name##_elements[at] = x[0];                                                                \
    name##_elements[at + 1] = x[1];                                                            \
    name##_elements[at + 2] = x[2];                                                            \
    name##_elements[at + 3] = x[3];                                                            \
  }
#define OUT_f32(n, name) OUT_32(n, name, float, vec4)
#define OUT_i32(n, name) OUT_32(n, name, int, ivec4)
#if ELEMENT_STORES
#define OUT_8(n, name)                                                                         \
  VIEW(n, writeonly, uint8_t, name, elements) VIEW(n, writeonly, uint, name, words)            \
  void store1_##name(int at, int x) { name##_elements[at] = uint8_t(uint(x)); }                \
  void storeV_##name(int at, ivec4 x) { name##_words[at >> 2] = bytesWord(x); }                \
  void storeU_##name(int at, ivec4 x) {                                                        \
    for (int k = 0; k < 4; k += 1) name##_elements[at + k] = uint8_t(uint(x[k]));              \
  }
#define OUT_16(n, name, type, types, one, four)                                                \
  VIEW(n, writeonly, uint16_t, name, elements) VIEW(n, writeonly, uvec2, name, vectors)        \
  void store1_##name(int at, type x) { name##_elements[at] = uint16_t(one(x)); }               \
  void storeV_##name(int at, types x) { name##_vectors[at >> 2] = shortsWords(four(x)); }      \
  void storeU_##name(int at, types x) {                                                        \
    uvec4 bits = four(x);                                                                      \
    for (int k = 0; k < 4; k += 1) name##_elements[at + k] = uint16_t(bits[k]);                \
  }
#else
// Other items write other bits of a word at the same time: those of `mask` alone change.
#define PUT(name)                                                                              \
  void put_##name(int at, uint mask, uint bits) {                                              \
    atomicAnd(name##_words[at], ~mask);                                                        \
    atomicOr(name##_words[at], bits & mask);                                                   \
  }
#define OUT_8(n, name)                                                                         \
  VIEW(n, , uint, name, words) PUT(name)                                                       \
  void store1_##name(int at, int x) {                                                          \
    int low = 8 * (at & 3);                                                                    \
    put_##name(at >> 2, 255u << low, uint(x) << low);                                          \
  }                                                                                            \
  void storeV_##name(int at, ivec4 x) { name##_words[at >> 2] = bytesWord(x); }                \
  void storeU_##name(int at, ivec4 x) {                                                        \
    int low = 8 * (at & 3);                                                                    \
    uint word = bytesWord(x);                                                                  \
    if (low == 0) {                                                                            \
      name##_words[at >> 2] = word;                                                            \
    } else {                                                                                   \
      put_##name(at >> 2, 0xffffffffu << low, word << low);                                    \
      put_##name((at >> 2) + 1, 0xffffffffu >> (32 - low), word >> (32 - low));                \
    }                                                                                          \
  }
#define OUT_16(n, name, type, types, one, four)                                                \
  VIEW(n, , uint, name, words) VIEW(n, , uvec2, name, vectors) PUT(name)                       \
  void store1_##name(int at, type x) {                                                         \
    int low = 16 * (at & 1);                                                                   \
    put_##name(at >> 1, 65535u << low, one(x) << low);                                         \
  }                                                                                            \
  void storeV_##name(int at, types x) { name##_vectors[at >> 2] = shortsWords(four(x)); }      \
  void storeU_##name(int at, types x) {                                                        \
    uvec2 words = shortsWords(four(x));                                                        \
    if ((at & 1) == 0) {                                                                       \
      name##_words[at >> 1] = words.x;                                                         \
      name##_words[(at >> 1) + 1] = words.y;                                                   \
    } else {                                                                                   \
      put_##name(at >> 1, 0xffff0000u, words.x << 16);                                         \
      name##_words[(at >> 1) + 1] = words.x >> 16 | words.y << 16;                             \
      put_##name((at >> 1) + 2, 0xffffu, words.y >> 16);                                       \
    }                                                                                          \
  }
#endif
#define OUT_i8(n, name) OUT_8(n, name)
#define OUT_u8(n, name) OUT_8(n, name)
#define OUT_i16(n, name) OUT_16(n, name, int, ivec4, uint, uvec4)
#define OUT_f16(n, name) OUT_16(n, name, float, vec4, halfBits, halfBits)
uint bytesWord(ivec4 x) {
  uvec4 bits = (uvec4(x) & 255u) << uvec4(0, 8, 16, 24);
  return bits.x | bits.y | bits.z | bits.w;
}
uvec2 shortsWords(uvec4 x) { return uvec2(x.x & 65535u | x.y << 16, x.z & 65535u | x.w << 16); }

#define LOADV(T, b, at) JOIN(loadV_, b)(at)
#define LOADU(T, b, at) JOIN(loadU_, b)(at)
#define LOAD1(T, b, at) JOIN(load1_, b)(at)
#define STOREV(T, b, at, v) JOIN(storeV_, b)(at, v)
#define STOREU(T, b, at, v) JOIN(storeU_, b)(at, v)
#define STORE1(T, b, at, s) JOIN(store1_, b)(at, s)
#define LOADW(T, b, at) JOIN(loadW_, b)(at)

#define SPLAT(x) vec4(x)
#define ISPLAT(x) ivec4(x)
#define LANES ivec4(0, 1, 2, 3)
#define LANE_NUMBER(k) k
#define LANE(v, k) (v)[k]
#define REPEAT_V(M) M(0) M(1) M(2) M(3)
#define TO_VEC(v) vec4(v)
#define TO_IVEC(v) ivec4(v)
// Functions, since `float` may stand for more than a type's name by then.
float toFloat(int x) { return float(x); }
float toFloat(float x) { return x; }
float doubleToFloat(double x) { return float(x); }
#define TO_FLOAT(i) toFloat(i)
#define TO_INT(f) int(f)
#define VLT(a, b) lessThan(a, b)
#define VLE(a, b) lessThanEqual(a, b)
#define VGT(a, b) greaterThan(a, b)
#define VGE(a, b) greaterThanEqual(a, b)
#define VEQ(a, b) equal(a, b)
#define VNE(a, b) notEqual(a, b)
#define SELECT(mask, a, b) mix(b, a, mask)
#define ANY(mask) any(mask)

#define SQRT(x) sqrt(x)
#define RSQRT(x) inversesqrt(x)
#define FLOOR(x) floor(x)
#define ABS(x) abs(x)
#define FMA(a, b, c) fma(a, b, c)
#define MINI(a, b) min(a, b)
#define MAXI(a, b) max(a, b)
#define MULLO(a, b) ((a) * (b))
#define ADDLO(a, b) ((a) + (b))
#define SHIFT_LEFT(x, bits) ((x) << (bits))
#define TO_DOUBLE(x) double(x)
#define DOUBLE_TO_FLOAT(x) doubleToFloat(x)
#define ROUND_DOUBLE(x) roundDouble(x)
double roundDouble(double x) {
  precise double whole = trunc(x);
  return abs(x - whole) < 0.5lf ? whole : whole + sign(x);
}
// The other operand where one is NaN: NMin and NMax, which GLSL has no name for.
spirv_instruction(set = "GLSL.std.450", id = 79) float MINF(float a, float b);
spirv_instruction(set = "GLSL.std.450", id = 79) vec4 MINF(vec4 a, vec4 b);
spirv_instruction(set = "GLSL.std.450", id = 80) float MAXF(float a, float b);
spirv_instruction(set = "GLSL.std.450", id = 80) vec4 MAXF(vec4 a, vec4 b);

// OpSDot and OpUDot of words, which this GLSL has no name for; the last operand says that a word is four bytes.
#if DOT_PRODUCTS
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int signedDot(int x, int y, spirv_literal int format);
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4451)
uint unsignedDot(uint x, uint y, spirv_literal int format);
int dot4_i8(int x, int y, int sum) { return sum + signedDot(x, y, 0); }
int dot4_u8(int x, int y, int sum) { return sum + int(unsignedDot(uint(x), uint(y), 0)); }
#define DOT_LANES(name)                                                                        \
  ivec4 name(ivec4 x, ivec4 y, ivec4 sum) {                                                    \
    return ivec4(name(x.x, y.x, sum.x), name(x.y, y.y, sum.y), name(x.z, y.z, sum.z), name(x.w, y.w, sum.w)); \
  }
DOT_LANES(dot4_i8)
DOT_LANES(dot4_u8)
#define DOT4(T, x, y, sum) JOIN(dot4_, T)(x, y, sum)
#endif

#define GLOBAL_ID(d) int(gl_GlobalInvocationID[d])
#define LOCAL_ID(d) int(gl_LocalInvocationID[d])
#define GROUP_ID(d) int(gl_WorkGroupID[d])
#define BARRIER barrier()
#define LOCAL_FLOATS(name, count)
#define LOADL(b, at) vec4((b)[at], (b)[(at) + 1], (b)[(at) + 2], (b)[(at) + 3])
#define STOREL(b, at, v)                                                                       \
  {                                                                                            \
    vec4 lanes_ = (v);                                                                         \
    (b)[at] = lanes_.x;                                                                        \
    (b)[(at) + 1] = lanes_.y;                                                                  \
    (b)[(at) + 2] = lanes_.z;                                                                  \
    (b)[(at) + 3] = lanes_.w;                                                                  \
  }
// Halves of a group's memory: floats where nobody multiplies matrices of them. MATRIX_HALF is their type.
#define LOCAL_HALVES(name, count)
#define STOREH(b, at, v)                                                                       \
  {                                                                                            \
    vec4 lanes_ = (v);                                                                         \
    (b)[at] = MATRIX_HALF(lanes_.x);                                                           \
    (b)[(at) + 1] = MATRIX_HALF(lanes_.y);                                                     \
    (b)[(at) + 2] = MATRIX_HALF(lanes_.z);                                                     \
    (b)[(at) + 3] = MATRIX_HALF(lanes_.w);                                                     \
  }
#define UNROLL [[unroll]]
#define UNROLL_INDEXED [[unroll]]
#define FUNCTION
#define OVERLOADED
#define EXACT_FLOATS
#define FN(name) JOIN(fn_, name)
#define KERNEL GROUP_MEMORY void main()
