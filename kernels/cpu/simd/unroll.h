#pragma once

// Before a loop whose length is known to the compiler: unroll it whole, so that an array of registers stays in
// registers.
#if defined(__clang__)
#define TRIREME_UNROLL _Pragma("unroll")
#else
#define TRIREME_UNROLL _Pragma("GCC unroll 32")
#endif
