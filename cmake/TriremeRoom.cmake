# trireme_room(NAME SOURCES a.cpp ... [LINK targets ...] [PRIVATE_LINK targets ...]): one room, one static library
# trireme_NAME. The installed libraries are made of all rooms' objects.
function(trireme_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  set(target trireme_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  target_link_libraries(${target} PUBLIC trireme_flags ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE_LINK})
  set_property(GLOBAL APPEND PROPERTY TRIREME_ROOMS ${target})
endfunction()

# Where PoCL and Mesa keep what they compile for our tests.
set(TRIREME_GPU_CACHES
    "POCL_CACHE_DIR=set:${PROJECT_BINARY_DIR}/pocl_cache;MESA_SHADER_CACHE_DIR=set:${PROJECT_BINARY_DIR}/mesa_cache")
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/pocl_cache ${PROJECT_BINARY_DIR}/mesa_cache)

# trireme_test(NAME SOURCES ... LINK rooms ... [TIMEOUT seconds] [LABELS ...] [GPU]): a GoogleTest program and its cases.
# GPU: it talks to OpenCL or Vulkan; its label is gpu unless another is given. What PoCL and Mesa compile is kept below
# the build tree for all of them, and PoCL leaves SIGFPE alone.
function(trireme_test name)
  cmake_parse_arguments(TEST "GPU" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  if(TEST_GPU AND NOT TEST_LABELS)
    set(TEST_LABELS gpu)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)  # compiled often, run once
  target_link_libraries(${name} PRIVATE trireme_flags ${TEST_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
  if(TEST_GPU)
    # A property that is a list does not come whole through gtest_discover_tests, and takes others with it; so these are
    # set behind it, in ctest itself, on the tests that it found.
    file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}_surroundings.cmake
         CONTENT "if(${name}_TESTS)
  set_tests_properties(\${${name}_TESTS} PROPERTIES
    ENVIRONMENT POCL_SIGFPE_HANDLER=0
    ENVIRONMENT_MODIFICATION \"${TRIREME_GPU_CACHES}\")
endif()
")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}_surroundings.cmake)
  endif()
endfunction()
