# How the tree becomes targets: files are found by pattern, so that none can fall out of the build.

# Parsing the standard library takes most of the time of a small file. With LOGMILL_PCH it is parsed once for each of the
# three ways to compile (logmill_precompiled below), not once a file, and so is the batch, which most files know; without, every
# file shows that it includes what it needs.
function(logmill_precompiled name)
  cmake_parse_arguments(ARG "" "" "OPTIONS;HEADERS;LINK" ${ARGN})
  if(LOGMILL_PCH)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cc CONTENT "")
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
    target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/common)
    target_link_libraries(${name} PRIVATE ${ARG_LINK})
    target_precompile_headers(${name} PRIVATE <algorithm> <array> <atomic> <charconv> <cmath> <cstdint> <deque> <functional>
                              <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <unordered_map> <utility>
                              <variant> <vector> ${CMAKE_SOURCE_DIR}/common/record/batch.h ${ARG_HEADERS})
  endif()
endfunction()

# Eight files of a folder are compiled as one (what they share is instantiated once), so that names in unnamed namespaces are the
# folder's. Not so files of one shape, which have functions of the same names.
set(LOGMILL_FILES_APART "/encode_[a-z_]+\\.cc$")

function(logmill_reuse name precompiled)
  if(LOGMILL_PCH)
    target_precompile_headers(${name} REUSE_FROM ${precompiled})
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    get_target_property(apart ${name} SOURCES)
    list(FILTER apart INCLUDE REGEX ${LOGMILL_FILES_APART})
    set_source_files_properties(${apart} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# CLI11 is large and its code runs once: do not spend the build's time on optimising it much. Not -O0: of inline functions
# that several files leave in line, such as std::string::push_back, the linker takes any, and hot loops would call those.
set(LOGMILL_OPTIONS_FLAGS $<$<CONFIG:Release>:-O1>)
# What a test does by itself need not be fast, what it tests is: a third of the build would go into optimising tests.
set(LOGMILL_TEST_FLAGS -O0)

logmill_precompiled(precompiled_program)
logmill_precompiled(precompiled_options OPTIONS ${LOGMILL_OPTIONS_FLAGS} HEADERS <CLI/CLI.hpp>)
logmill_precompiled(precompiled_test OPTIONS ${LOGMILL_TEST_FLAGS} HEADERS <filesystem> <fstream> <random> <gtest/gtest.h>
                    <gmock/gmock.h> LINK GTest::gtest GTest::gmock)

# Moves the sources that speak CLI11 into <target> as objects of their own, compiled as said above.
function(logmill_options_sources target)
  add_library(${target}_options OBJECT ${ARGN})
  logmill_reuse(${target}_options precompiled_options)
  target_compile_options(${target}_options PRIVATE ${LOGMILL_OPTIONS_FLAGS})
  target_include_directories(${target}_options PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_options>)
endfunction()

# logmill_library(<folder> USES <lower folders…> LINK <packages…> OPTIONS <files that speak CLI11…> PARTS <subfolders…>):
# common/<folder>/*.cc as a static library, and its *_test.cc as one test program. A folder with PARTS has its files in these, "." being
# the folder itself; each part may include those before it, which tests/lint checks.
function(logmill_library name)
  cmake_parse_arguments(ARG "" "" "USES;LINK;OPTIONS;PARTS" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/common/${name})
  set(patterns ${ARG_PARTS})
  list(REMOVE_ITEM patterns .)
  list(TRANSFORM patterns REPLACE "(.+)" "${dir}/\\1/*.cc")
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc ${patterns})
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    list(TRANSFORM ARG_OPTIONS PREPEND ${dir}/)
    list(REMOVE_ITEM sources "" ${ARG_OPTIONS})
    add_library(logmill_${name} STATIC ${sources})
    logmill_reuse(logmill_${name} precompiled_program)
    if(ARG_OPTIONS)
      logmill_options_sources(logmill_${name} ${ARG_OPTIONS})
    endif()
    set(scope PUBLIC)
  else()
    add_library(logmill_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(logmill_${name} ${scope} ${CMAKE_SOURCE_DIR}/common)
  list(TRANSFORM ARG_USES PREPEND logmill_)
  target_link_libraries(logmill_${name} ${scope} ${ARG_USES} ${ARG_LINK})
  if(tests)
    logmill_test(${name}_test SOURCES ${tests} LINK logmill_${name})
  endif()
endfunction()

# One GoogleTest program; each of its tests is a CTest of its own.
function(logmill_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${LOGMILL_TEST_FLAGS})
  logmill_reuse(${name} precompiled_test)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE LOGMILL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK} logmill_test_support GTest::gtest_main GTest::gmock)
  gtest_discover_tests(${name} TEST_PREFIX "unit/${name}/" NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT 120 LABELS unit)
endfunction()

# Every tools/<tool>, with its folders: a library of all but main.cc, the program, and its tests.
function(logmill_tools)
  file(GLOB mains CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/*/main.cc)
  set(names)
  foreach(main ${mains})
    get_filename_component(dir ${main} DIRECTORY)
    get_filename_component(name ${dir} NAME)
    list(APPEND names ${name})
    file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc ${dir}/*/*.cc)
    set(tests ${sources})
    list(FILTER sources EXCLUDE REGEX "(_test|/main|/options)\\.cc$")
    list(FILTER tests INCLUDE REGEX "_test\\.cc$")
    add_library(tool_${name} STATIC ${sources})
    logmill_reuse(tool_${name} precompiled_program)
    target_include_directories(tool_${name} PUBLIC ${CMAKE_SOURCE_DIR}/common ${CMAKE_SOURCE_DIR}/tools)
    target_link_libraries(tool_${name} PUBLIC logmill_cli logmill_http logmill_maintain logmill_flat logmill_spool logmill_stream logmill_query
                          logmill_parse logmill_store logmill_index logmill_transport logmill_generate)
    logmill_options_sources(tool_${name} ${dir}/options.cc)
    add_executable(${name} ${main})
    logmill_reuse(${name} precompiled_program)
    target_link_libraries(${name} PRIVATE tool_${name})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    if(tests)
      logmill_test(${name}_test SOURCES ${tests} LINK tool_${name})
    endif()
  endforeach()
  set(LOGMILL_TOOLS ${names} PARENT_SCOPE)
endfunction()

function(logmill_tests)
  file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/support/*.cc)
  if(support)
    add_library(logmill_test_support STATIC ${support})
    logmill_reuse(logmill_test_support precompiled_program)
    target_include_directories(logmill_test_support PUBLIC ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(logmill_test_support PUBLIC logmill_sys logmill_crypt logmill_record logmill_cli)
  else()
    add_library(logmill_test_support INTERFACE)
  endif()
  if(EXISTS ${CMAKE_SOURCE_DIR}/tests/CMakeLists.txt)
    add_subdirectory(tests)
  endif()
endfunction()

# bench/*_bench.cc: programs that measure the library. Not part of `all`: build the one you need by name.
function(logmill_bench)
  find_package(benchmark QUIET)
  file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*_bench.cc)
  foreach(bench ${benches})
    get_filename_component(name ${bench} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${bench})
    target_link_libraries(${name} PRIVATE logmill_codec logmill_store logmill_stream logmill_maintain $<TARGET_NAME_IF_EXISTS:benchmark::benchmark>)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  endforeach()
endfunction()

include(GoogleTest)
