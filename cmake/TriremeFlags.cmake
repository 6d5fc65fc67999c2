# What every target of the project is compiled with.
add_library(trireme_flags INTERFACE)
target_include_directories(trireme_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_compile_options(trireme_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(trireme_flags INTERFACE -Wno-restrict)  # GCC 12 at -O3 warns of std::string's operator+
endif()
if(TRIREME_WERROR)
  target_compile_options(trireme_flags INTERFACE -Werror)
endif()
# Contraction of a * b + c would make float results depend on the compiler; kernels that want FMA say so.
target_compile_options(trireme_flags INTERFACE -ffp-contract=off)
if(TRIREME_SANITIZE)
  target_compile_options(trireme_flags INTERFACE -fsanitize=${TRIREME_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all)
  target_link_options(trireme_flags INTERFACE -fsanitize=${TRIREME_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)  # GCC 12 warns of its own library once it is instrumented
    target_compile_options(trireme_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
