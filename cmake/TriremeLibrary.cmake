# Both forms of the library, made of every room's objects, and what `find_package(Trireme)` needs.
get_property(rooms GLOBAL PROPERTY TRIREME_ROOMS)
set(objects)
foreach(room IN LISTS rooms)
  list(APPEND objects $<TARGET_OBJECTS:${room}>)
endforeach()

foreach(form static shared)
  string(TOUPPER ${form} kind)
  add_library(trireme_${form} ${kind} ${objects})
  set_target_properties(trireme_${form} PROPERTIES OUTPUT_NAME trireme LINKER_LANGUAGE CXX)
  target_include_directories(trireme_${form} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(trireme_${form} PUBLIC cxx_std_20)
  target_link_libraries(trireme_${form} PRIVATE fmt::fmt ZLIB::ZLIB Threads::Threads)
  if(TRIREME_SANITIZE)
    target_link_options(trireme_${form} PUBLIC -fsanitize=${TRIREME_SANITIZE})
  endif()
endforeach()
# 0.x: every minor version may break binaries.
set_target_properties(trireme_shared PROPERTIES VERSION ${PROJECT_VERSION}
                      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

# What our own programs link: the form that BUILD_SHARED_LIBS asks for.
add_library(trireme INTERFACE)
if(BUILD_SHARED_LIBS)
  target_link_libraries(trireme INTERFACE trireme_shared)
else()
  target_link_libraries(trireme INTERFACE trireme_static)
endif()
add_library(Trireme::trireme ALIAS trireme)

include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Trireme)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/TriremeConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/TriremeConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TriremeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(TARGETS trireme_static trireme_shared EXPORT TriremeTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT TriremeTargets NAMESPACE Trireme:: DESTINATION ${package})
install(FILES ${PROJECT_BINARY_DIR}/TriremeConfig.cmake ${PROJECT_BINARY_DIR}/TriremeConfigVersion.cmake
        DESTINATION ${package})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/trireme DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
