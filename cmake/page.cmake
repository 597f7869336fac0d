# The page of logserve (tools/logserve/page): bundled from the packages of its lock file, compressed, put into the program.
# Without npm there is none; the API and the plain page are there all the same.
option(LOGMILL_PAGE "Bundle the page of logserve, if npm is there" ON)
find_program(LOGMILL_NPM npm)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(logmill_page target)
  set(page ${CMAKE_SOURCE_DIR}/tools/logserve/page)
  set(output ${CMAKE_BINARY_DIR}/page/page_files.cc)
  file(GLOB sources CONFIGURE_DEPENDS ${page}/src/* ${page}/browser/*)
  if(LOGMILL_PAGE AND LOGMILL_NPM)
    set(npm --npm ${LOGMILL_NPM})
  endif()
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/page.py ${npm} ${page} ${output}
    DEPENDS ${sources} ${page}/package.json ${page}/package-lock.json ${CMAKE_SOURCE_DIR}/cmake/page.py
    COMMENT "Bundling the page of logserve" VERBATIM)
  set_source_files_properties(${output} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${output})
endfunction()
