# The libraries of others. Those that have archives are put into the programs: logquery on an empty store then takes 2.5 ms of CPU time, not 3.9 (on a loaded
# machine; an empty C++ program 1.1). Most of it was binding libcrypto, which a program that reads a store without encryption never calls. Without
# LOGMILL_STATIC the programs take what is installed, so that a fix of libssl needs no new build, and take 3 MB, not 11.
option(LOGMILL_STATIC "Put libraries that have .a files into the programs: faster starts, larger files" ON)
include(CheckLinkerFlag)
if(LOGMILL_STATIC)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
  foreach(library lz4 lzma bz2 re2 snappy)
    find_library(LOGMILL_ARCHIVE_${library} lib${library}.a REQUIRED)
    add_library(${library} STATIC IMPORTED)
    set_target_properties(${library} PROPERTIES IMPORTED_LOCATION ${LOGMILL_ARCHIVE_${library}})
  endforeach()
  set(LOGMILL_ZSTD zstd::libzstd_static)
  # To bind the C++ library takes 0.5 ms of each start. The sanitizers bring functions that call into it. Of an archive's objects only
  # what is asked for is kept: 8 % less to read and to relocate.
  check_linker_flag(CXX "-static-libstdc++;-static-libgcc" LOGMILL_STATIC_RUNTIME)
  if(LOGMILL_STATIC_RUNTIME AND NOT LOGMILL_SANITIZE)
    add_link_options(-static-libstdc++ -static-libgcc -Wl,--gc-sections)
  endif()
else()
  set(LOGMILL_ZSTD zstd::libzstd_shared)
endif()

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(zstd REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
# Its headers only: its shared library would bring a second C++ library into programs that have one.
pkg_check_modules(TOMLPLUSPLUS REQUIRED tomlplusplus)
add_library(tomlplusplus INTERFACE)
target_include_directories(tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIRS})
