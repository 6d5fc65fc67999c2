// What is the same in every language of LANGUAGE.md, before its prelude.
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
// What one element, or a vector of them, is while it is computed with.
#define VALUE_f32 float
#define VALUE_f16 float
#define VALUE_i8 int
#define VALUE_u8 int
#define VALUE_i16 int
#define VALUE_i32 int
#define VALUEV_f32 vec
#define VALUEV_f16 vec
#define VALUEV_i8 ivec
#define VALUEV_u8 ivec
#define VALUEV_i16 ivec
#define VALUEV_i32 ivec
#define PICK_f32(i, f) (f)
#define PICK_f16(i, f) (f)
#define PICK_i8(i, f) (i)
#define PICK_u8(i, f) (i)
#define PICK_i16(i, f) (i)
#define PICK_i32(i, f) (i)
#define VALUE(T) JOIN(VALUE_, T)
#define VALUEV(T) JOIN(VALUEV_, T)
#define PICK(T, i, f) JOIN(PICK_, T)(i, f)
