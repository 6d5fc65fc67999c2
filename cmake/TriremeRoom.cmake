# trireme_room(NAME SOURCES a.cpp ... [LINK targets ...] [PRIVATE_LINK targets ...]): one room, one static library
# trireme_NAME. The installed libraries are made of all rooms' objects.
function(trireme_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  set(target trireme_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  target_link_libraries(${target} PUBLIC trireme_flags ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE_LINK})
  set_property(GLOBAL APPEND PROPERTY TRIREME_ROOMS ${target})
endfunction()

# trireme_test(NAME SOURCES ... LINK rooms ... [TIMEOUT seconds] [LABELS ...] [GPU]): a GoogleTest program and its cases.
# GPU: it talks to OpenCL; its label is gpu unless another is given. What PoCL compiles is kept below the build tree for
# all of them, and PoCL leaves SIGFPE alone.
function(trireme_test name)
  cmake_parse_arguments(TEST "GPU" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  set(surroundings)
  if(TEST_GPU)
    # One value a property, labels too: a list would not reach the tests whole, and take others with it.
    set(surroundings ENVIRONMENT "POCL_SIGFPE_HANDLER=0"
                     ENVIRONMENT_MODIFICATION "POCL_CACHE_DIR=set:${PROJECT_BINARY_DIR}/pocl_cache")
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/pocl_cache)
    if(NOT TEST_LABELS)
      set(TEST_LABELS gpu)
    endif()
  endif()
  add_executable(${name} ${TEST_SOURCES})
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)  # compiled often, run once
  target_link_libraries(${name} PRIVATE trireme_flags ${TEST_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}" ${surroundings})
endfunction()
