# noren_add_plugin(NAME [EMBED files...] [LINKS libraries...] [OUTPUT folder] [LIBCXX_TWIN]): a plugin of the folder's *.cpp.
#
# Puts NAME.so, NAME.plugin.yaml (the manifest) and NAME.schema.yaml (of its settings) side by side into
# <build>/plugins, and builds NAME_test of *_test.cpp on the same objects (CTest name plugin_NAME).
#   EMBED        text files built into the plugin, which cannot open files: `noren::data::ems_rates_csv`, a
#                std::string_view, in the generated header NAME_data.hpp
#   LINKS        libraries; static ones stay inside
#   OUTPUT       another folder than <build>/plugins
#   LIBCXX_TWIN  also <build>/plugins-clang/NAME.so, by clang++ with libc++, where those are installed
# The SDK's headers are the target noren_sdk.
set(NOREN_SDK_CMAKE ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "")

function(noren_add_plugin name)
  cmake_parse_arguments(arg "LIBCXX_TWIN" "OUTPUT" "EMBED;LINKS" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(sidecar ${name}.plugin.yaml ${name}.schema.yaml)
    if(NOT EXISTS ${folder}/${sidecar})
      message(FATAL_ERROR "plugin ${name}: ${folder}/${sidecar} is missing")
    endif()
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")

  set(manifest ${CMAKE_CURRENT_BINARY_DIR}/${name}_manifest.cpp)
  add_custom_command(
    OUTPUT ${manifest}
    COMMAND ${CMAKE_COMMAND} -DMODE=manifest -DFILES=${folder}/${name}.plugin.yaml -DOUT=${manifest}
            -P ${NOREN_SDK_CMAKE}/embed.cmake
    DEPENDS ${folder}/${name}.plugin.yaml ${NOREN_SDK_CMAKE}/embed.cmake
    VERBATIM)
  list(APPEND sources ${manifest})
  if(arg_EMBED)
    set(data ${CMAKE_CURRENT_BINARY_DIR}/${name}_data.hpp)
    add_custom_command(
      OUTPUT ${data}
      COMMAND ${CMAKE_COMMAND} -DMODE=data "-DFILES=${arg_EMBED}" -DOUT=${data} -P ${NOREN_SDK_CMAKE}/embed.cmake
      DEPENDS ${arg_EMBED} ${NOREN_SDK_CMAKE}/embed.cmake
      VERBATIM)
    list(APPEND sources ${data})
  endif()

  # Everything but the one export stays inside: two plugins, or a plugin and its host, may hold the same library.
  add_library(noren_${name}_objects OBJECT ${sources})
  set_target_properties(noren_${name}_objects PROPERTIES CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden
                        VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  target_include_directories(noren_${name}_objects PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(noren_${name}_objects PUBLIC noren_sdk ${arg_LINKS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(noren_${name}_objects PRIVATE -fno-gnu-unique)
  endif()

  set(out ${CMAKE_BINARY_DIR}/plugins)
  if(arg_OUTPUT)
    set(out ${arg_OUTPUT})
  endif()
  add_library(noren_plugin_${name} MODULE)
  target_link_libraries(noren_plugin_${name} PRIVATE noren_${name}_objects)
  set(link_options -Wl,--version-script=${NOREN_SDK_CMAKE}/exports.map -Wl,--exclude-libs,ALL -Wl,--gc-sections)
  if(NOT NOREN_SANITIZERS AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    list(APPEND link_options -Wl,-z,defs)
  endif()
  target_link_options(noren_plugin_${name} PRIVATE ${link_options})
  set_target_properties(noren_plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${out}
                        SKIP_BUILD_RPATH ON INSTALL_RPATH "" LINKER_LANGUAGE CXX
                        LINK_DEPENDS ${NOREN_SDK_CMAKE}/exports.map)
  noren_put_sidecars_(${name} ${out} noren_${name}_sidecars)
  add_dependencies(noren_plugin_${name} noren_${name}_sidecars)

  if(tests AND TARGET noren_testing)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
    target_link_libraries(${name}_test PRIVATE noren_${name}_objects noren_testing)
    add_test(NAME plugin_${name} COMMAND ${name}_test)
  endif()

  if(arg_LIBCXX_TWIN)
    noren_add_libcxx_twin_(${name} "${sources}")
  endif()
endfunction()

function(noren_put_sidecars_ name out target)
  set(copies)
  foreach(sidecar ${name}.plugin.yaml ${name}.schema.yaml)
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/${sidecar})
    add_custom_command(OUTPUT ${out}/${sidecar} COMMAND ${CMAKE_COMMAND} -E copy ${source} ${out}/${sidecar}
                       DEPENDS ${source} VERBATIM)
    list(APPEND copies ${out}/${sidecar})
  endforeach()
  add_custom_target(${target} DEPENDS ${copies})
endfunction()

# The same sources by another compiler and standard library: what a third party may well send.
function(noren_add_libcxx_twin_ name sources)
  find_program(NOREN_CLANGXX NAMES clang++ clang++-14)
  if(NOT NOREN_CLANGXX)
    return()
  endif()
  if(NOT DEFINED NOREN_HAS_LIBCXX)
    file(WRITE ${CMAKE_BINARY_DIR}/libcxx_probe.cpp "#include <string>\nint main() {}\n")
    execute_process(COMMAND ${NOREN_CLANGXX} -stdlib=libc++ -o ${CMAKE_BINARY_DIR}/libcxx_probe
                            ${CMAKE_BINARY_DIR}/libcxx_probe.cpp
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
      set(NOREN_HAS_LIBCXX OFF CACHE INTERNAL "")
    else()
      set(NOREN_HAS_LIBCXX ON CACHE INTERNAL "")
    endif()
  endif()
  if(NOT NOREN_HAS_LIBCXX)
    return()
  endif()
  set(out ${CMAKE_BINARY_DIR}/plugins-clang)
  noren_put_sidecars_(${name} ${out} noren_${name}_clang_sidecars)
  set(compiled ${sources})
  list(FILTER compiled INCLUDE REGEX "\\.cpp$")
  file(GLOB contracts CONFIGURE_DEPENDS ${NOREN_SDK_CMAKE}/../include/noren/*.h* ${NOREN_SDK_CMAKE}/../schema/*.fbs)
  set(includes $<TARGET_PROPERTY:noren_sdk,INTERFACE_INCLUDE_DIRECTORIES>)
  add_custom_command(
    OUTPUT ${out}/${name}.so
    COMMAND ${NOREN_CLANGXX} -std=c++17 -stdlib=libc++ -O2 -fPIC -shared -fvisibility=hidden
            -I$<JOIN:${includes},$<SEMICOLON>-I> -I${CMAKE_CURRENT_BINARY_DIR} -Wl,-z,defs -Wl,--exclude-libs,ALL
            -Wl,--version-script=${NOREN_SDK_CMAKE}/exports.map -o ${out}/${name}.so ${compiled}
    DEPENDS ${sources} ${contracts} noren_wire noren_${name}_clang_sidecars
    COMMENT "Building ${name}.so with clang++ and libc++"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(noren_${name}_clang ALL DEPENDS ${out}/${name}.so)
endfunction()
