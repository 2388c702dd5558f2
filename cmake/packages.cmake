# Debian packages: `cmake --build BUILD --target packages` writes them to BUILD/packages.
#
#   racecourse          the checker, `racecourse run` with its library, man pages, completion
#   racecourse-tidy-19  the plugin for clang-tidy-19, and racecourse-tidy, a clang-tidy with our checks built in
#   racecourse-tidy-16  the plugin for clang-tidy-16
#   libracecourse-dev   headers, static library, find_package(racecourse)
set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL ${racecourse_components})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_PACKAGE_NAME racecourse)
set(CPACK_PACKAGE_VENDOR Racecourse)
set(CPACK_PACKAGE_CONTACT "Racecourse maintainers <maintainers@racecourse.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF) # archives depend on nothing by themselves

set(CPACK_DEBIAN_CHECKER_PACKAGE_NAME racecourse)
set(CPACK_COMPONENT_CHECKER_DESCRIPTION "finds data races, deadlocks and check-then-act bugs in C and C++
 Checks a whole program from its compile database, without running it, and
 records the lock order of programs that run.")
# The compiler's own headers: stddef.h and the like.
set(CPACK_DEBIAN_CHECKER_PACKAGE_DEPENDS "libclang-common-19-dev")
set(CPACK_DEBIAN_CHECKER_PACKAGE_SUGGESTS "git, racecourse-tidy-19, libracecourse-dev")

# A plugin is linked with nothing of LLVM: it takes its host's, which must be of the same major.minor.
foreach(version 19.1 16.0)
  string(REGEX REPLACE "[.].*" "" major ${version})
  string(REGEX REPLACE ".*[.]" "" minor ${version})
  math(EXPR next "${minor} + 1")
  set(host_${major} "clang-tidy-${major} (>= 1:${version}), clang-tidy-${major} (<< 1:${major}.${next})")
  set(CPACK_DEBIAN_TIDY${major}_PACKAGE_NAME racecourse-tidy-${major})
endforeach()
set(CPACK_COMPONENT_TIDY19_DESCRIPTION "Racecourse's checks for clang-tidy 19
 A plugin for clang-tidy-19, and racecourse-tidy, a clang-tidy with these checks
 built in.")
set(CPACK_DEBIAN_TIDY19_PACKAGE_DEPENDS "${host_19}, libclang-common-19-dev")
set(CPACK_COMPONENT_TIDY16_DESCRIPTION "Racecourse's checks for clang-tidy 16
 A plugin for clang-tidy-16.")
set(CPACK_DEBIAN_TIDY16_PACKAGE_DEPENDS "${host_16}")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libracecourse-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "locks, threads and queues that watch their own use
 Headers and a static library: a mutex that reports lock-order cycles, waits
 with deadlines, and more; with find_package(racecourse) for CMake.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libc6-dev, libstdc++-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "racecourse, cmake")

include(CPack)
add_custom_target(packages
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake -G DEB -B ${CMAKE_BINARY_DIR}/packages
  DEPENDS ${racecourse_packaged} USES_TERMINAL VERBATIM)
