// The language of LANGUAGE.md in OpenCL C 1.2. V is defined before: 4, 8 or 16.
#define JOIN3_(a, b, c) a##b##c
#define JOIN3(a, b, c) JOIN3_(a, b, c)

typedef JOIN(float, V) vec;
typedef JOIN(int, V) ivec;
typedef JOIN(uint, V) uvec;
typedef ivec bvec;

// Vectors of narrow integers at any element. vstore would do, but PoCL stores each lane alone then.
typedef JOIN(short, V) JOIN3(short, V, At) __attribute__((aligned(2)));
typedef JOIN(char, V) JOIN3(char, V, At) __attribute__((aligned(1)));
typedef JOIN(uchar, V) JOIN3(uchar, V, At) __attribute__((aligned(1)));

// Storage types. Half needs no half arithmetic: it is only loaded and stored.
#define TYPE_f32 float
#define TYPE_f16 half
#define TYPE_i8 char
#define TYPE_u8 uchar
#define TYPE_i16 short
#define TYPE_i32 int
#define LOADV_f32(b, at) JOIN(vload, V)(0, (b) + (at))
#define LOADV_f16(b, at) JOIN(vload_half, V)(0, (b) + (at))
#define LOADV_i8(b, at) JOIN(convert_int, V)(JOIN(vload, V)(0, (b) + (at)))
#define LOADV_u8(b, at) JOIN(convert_int, V)(JOIN(vload, V)(0, (b) + (at)))
#define LOADV_i16(b, at) JOIN(convert_int, V)(JOIN(vload, V)(0, (b) + (at)))
#define LOADV_i32(b, at) JOIN(vload, V)(0, (b) + (at))
#define LOAD1_f32(b, at) (b)[at]
#define LOAD1_f16(b, at) vload_half(0, (b) + (at))
#define LOAD1_i8(b, at) ((int)(b)[at])
#define LOAD1_u8(b, at) ((int)(b)[at])
#define LOAD1_i16(b, at) ((int)(b)[at])
#define LOAD1_i32(b, at) (b)[at]
#define STOREV_f32(b, at, v) JOIN(vstore, V)((v), 0, (b) + (at))
#define STOREV_f16(b, at, v) JOIN3(vstore_half, V, _rte)(halfRangeV(v), 0, (b) + (at))
#define STOREV_i8(b, at, v) *(__global JOIN3(char, V, At)*)((b) + (at)) = JOIN(convert_char, V)(v)
#define STOREV_u8(b, at, v) *(__global JOIN3(uchar, V, At)*)((b) + (at)) = JOIN(convert_uchar, V)(v)
#define STOREV_i16(b, at, v) *(__global JOIN3(short, V, At)*)((b) + (at)) = JOIN(convert_short, V)(v)
#define STOREV_i32(b, at, v) JOIN(vstore, V)((v), 0, (b) + (at))
#define STORE1_f32(b, at, s) (b)[at] = (s)
#define STORE1_f16(b, at, s) vstore_half_rte(halfRange1(s), 0, (b) + (at))
#define STORE1_i8(b, at, s) (b)[at] = (char)(s)
#define STORE1_u8(b, at, s) (b)[at] = (uchar)(s)
#define STORE1_i16(b, at, s) (b)[at] = (short)(s)
#define STORE1_i32(b, at, s) (b)[at] = (s)
#define LOADV(T, b, at) JOIN(LOADV_, T)(b, at)
#define LOAD1(T, b, at) JOIN(LOAD1_, T)(b, at)
#define STOREV(T, b, at, v) JOIN(STOREV_, T)(b, at, v)
#define STORE1(T, b, at, s) JOIN(STORE1_, T)(b, at, s)
// At any element: vectors of these devices need no alignment.
#define LOADU(T, b, at) LOADV(T, b, at)
#define STOREU(T, b, at, v) STOREV(T, b, at, v)
#define LOADW(T, b, at) as_int(vload4(0, (b) + (at)))

#define SPLAT(x) ((vec)(x))
#define ISPLAT(x) ((ivec)(x))
#if V == 4
#define LANES ((ivec)(0, 1, 2, 3))
#elif V == 8
#define LANES ((ivec)(0, 1, 2, 3, 4, 5, 6, 7))
#else
#define LANES ((ivec)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#endif
#define LANE(v, k) ((v).s##k)
#define LANE_NUMBER(k) 0x##k
// REPEAT_V(M): M(0) M(1) ... for every lane, numbers as hexadecimal digits.
#define REPEAT_4(M) M(0) M(1) M(2) M(3)
#define REPEAT_8(M) REPEAT_4(M) M(4) M(5) M(6) M(7)
#define REPEAT_16(M) REPEAT_8(M) M(8) M(9) M(a) M(b) M(c) M(d) M(e) M(f)
#define REPEAT_V(M) JOIN(REPEAT_, V)(M)
#define TO_VEC(v) JOIN(convert_float, V)(v)
#define TO_IVEC(v) JOIN3(convert_int, V, _rtz)(v)
#define TO_FLOAT(i) ((float)(i))
#define TO_INT(f) ((int)(f))

#define VLT(a, b) ((a) < (b))
#define VLE(a, b) ((a) <= (b))
#define VGT(a, b) ((a) > (b))
#define VGE(a, b) ((a) >= (b))
#define VEQ(a, b) ((a) == (b))
#define VNE(a, b) ((a) != (b))
#define SELECT(mask, a, b) select((b), (a), (mask))
#if V == 4
#define ANY(mask) (as_uint(convert_char4(mask)) != 0)
#elif V == 8
#define ANY(mask) (as_ulong(convert_char8(mask)) != 0)
#else
bool anyOf(ulong2 mask) { return (mask.x | mask.y) != 0; }
#define ANY(mask) anyOf(as_ulong2(convert_char16(mask)))
#endif

#define EXP(x) exp(x)
#define LOG(x) log(x)
#define SQRT(x) sqrt(x)
#define RSQRT(x) (1.0f / sqrt(x))
#define FLOOR(x) floor(x)
#define ABS(x) fabs(x)
#define FMA(a, b, c) fma(a, b, c)
#define DIVIDE(a, b) ((a) / (b))
#define REST(a, whole, b) fma(-(whole), b, a)
#define IS_NUMBER(x) ((x) == (x))
#define MINF(a, b) fmin(a, b)
#define MAXF(a, b) fmax(a, b)
#define ROUND(x) round(x)
#define MINI(a, b) min(a, b)
#define MAXI(a, b) max(a, b)
#define MULHI(a, b) mul_hi(a, b)
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#define TO_DOUBLE(x) ((double)(x))
#define DOUBLE_TO_FLOAT(x) ((float)(x))
#define ROUND_DOUBLE(x) round(x)
#define EXACT_FLOATS _Pragma("OPENCL FP_CONTRACT OFF")

#define OVERLOADED __attribute__((overloadable))
int OVERLOADED MULLO(int a, int b) { return as_int(as_uint(a) * as_uint(b)); }
ivec OVERLOADED MULLO(ivec a, ivec b) { return JOIN(as_int, V)(JOIN(as_uint, V)(a) * JOIN(as_uint, V)(b)); }
int OVERLOADED ADDLO(int a, int b) { return as_int(as_uint(a) + as_uint(b)); }
ivec OVERLOADED ADDLO(ivec a, ivec b) { return JOIN(as_int, V)(JOIN(as_uint, V)(a) + JOIN(as_uint, V)(b)); }
int OVERLOADED SHIFT_LEFT(int x, int bits) { return as_int(as_uint(x) << as_uint(bits)); }
ivec OVERLOADED SHIFT_LEFT(ivec x, ivec bits) { return JOIN(as_int, V)(JOIN(as_uint, V)(x) << JOIN(as_uint, V)(bits)); }
// Products of four codes a word, written out: no device is given programs for the sake of these.
#define DOT_BYTES(one, name, byte_x, byte_y)                                  \
  one OVERLOADED name(one x, one y, one sum) {                                \
    for (int up = 0; up < 32; up += 8) sum = ADDLO(sum, (byte_x) * (byte_y)); \
    return sum;                                                               \
  }
DOT_BYTES(int, dot4_i8, SHIFT_LEFT(x, up) >> 24, SHIFT_LEFT(y, up) >> 24)
DOT_BYTES(int, dot4_u8, (x >> up) & 255, (y >> up) & 255)
DOT_BYTES(ivec, dot4_i8, SHIFT_LEFT(x, (ivec)(up)) >> 24, SHIFT_LEFT(y, (ivec)(up)) >> 24)
DOT_BYTES(ivec, dot4_u8, (x >> up) & 255, (y >> up) & 255)
#define DOT4(T, x, y, sum) JOIN(dot4_, T)(x, y, sum)
float halfRange1(float x) { return x > 65504.0f ? 65504.0f : (x < -65504.0f ? -65504.0f : x); }
vec halfRangeV(vec x) {
  x = SELECT(VGT(x, SPLAT(65504.0f)), SPLAT(65504.0f), x);
  return SELECT(VLT(x, SPLAT(-65504.0f)), SPLAT(-65504.0f), x);
}

#define GLOBAL_ID(d) ((int)get_global_id(d))
#define LOCAL_ID(d) ((int)get_local_id(d))
#define GROUP_ID(d) ((int)get_group_id(d))
#define BARRIER barrier(CLK_LOCAL_MEM_FENCE)
#define LOCAL_FLOATS(name, count) __local float name[count] __attribute__((aligned(64)))
#define LOADL(b, at) (*(__local const vec*)((b) + (at)))
#define STOREL(b, at, v) (*(__local vec*)((b) + (at)) = (v))
#define LOCAL_HALVES(name, count) LOCAL_FLOATS(name, count)
#define STOREH(b, at, v) STOREL(b, at, v)
#define UNROLL _Pragma("unroll")
#define UNROLL_INDEXED
#define FUNCTION
#define FN(name) JOIN3(KERNEL_NAME, _, name)

#define IN(binding, T, name) __global const JOIN(TYPE_, T)*restrict name,
#define OUT(binding, T, name) __global JOIN(TYPE_, T)*restrict name,
#define KERNEL                                                                                \
  __kernel __attribute__((reqd_work_group_size(LOCAL_X, LOCAL_Y, LOCAL_Z))) void KERNEL_NAME( \
      BUFFERS const PARAMS_TYPE p)
