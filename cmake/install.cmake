# What `cmake --install BUILD` puts where, in components that become Debian packages. Included last by the root, when every
# target is there. The runtime alone (RACECOURSE_CHECKER=OFF) installs without the rest.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# For programs that use racecourse::Mutex and the like: find_package(racecourse).
install(TARGETS racecourse_runtime racecourse_lockorder EXPORT racecourse
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY runtime/include/racecourse DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/racecourse)
install(EXPORT racecourse NAMESPACE racecourse:: FILE racecourseTargets.cmake DESTINATION ${package_folder}
  COMPONENT development)
configure_package_config_file(cmake/racecourseConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/racecourseConfig.cmake
  INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/racecourseConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cmake/racecourseConfig.cmake ${CMAKE_BINARY_DIR}/cmake/racecourseConfigVersion.cmake
  cmake/racecourse_check.cmake DESTINATION ${package_folder} COMPONENT development)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libracecourse-dev COMPONENT development)

# `racecourse run` looks for it from its own place.
install(TARGETS racecourse_preload LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT checker)

set(racecourse_components development)
set(racecourse_packaged racecourse_runtime racecourse_lockorder racecourse_preload)
if(TARGET racecourse)
  list(APPEND racecourse_components checker tidy19)
  list(APPEND racecourse_packaged racecourse racecourse-tidy RacecourseTidy)
  install(TARGETS racecourse RUNTIME COMPONENT checker)
  install(DIRECTORY docs/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/racecourse COMPONENT checker)
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/racecourse COMPONENT checker)
  install(FILES packaging/completions/racecourse
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT checker)
  install(FILES packaging/completions/_racecourse
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT checker)
  install(FILES packaging/completions/racecourse.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT checker)

  # As in the build folder: the plugin of another LLVM lies in a folder of its own. `racecourse doctor` looks there.
  install(TARGETS racecourse-tidy RUNTIME COMPONENT tidy19)
  install(TARGETS RacecourseTidy LIBRARY DESTINATION lib/racecourse COMPONENT tidy19)
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/racecourse-tidy-19 COMPONENT tidy19)
  if(TARGET RacecourseTidy16)
    list(APPEND racecourse_components tidy16)
    list(APPEND racecourse_packaged RacecourseTidy16)
    install(TARGETS RacecourseTidy16 LIBRARY DESTINATION lib/racecourse/llvm-16 COMPONENT tidy16)
    install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/racecourse-tidy-16 COMPONENT tidy16)
  endif()

  # A page per verb, from what the program says of itself.
  find_program(HELP2MAN help2man)
  if(HELP2MAN)
    set(man_folder ${CMAKE_BINARY_DIR}/man/man1)
    add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/man/done
      COMMAND ${CMAKE_COMMAND} -DHELP2MAN=${HELP2MAN} -DPROGRAM=$<TARGET_FILE:racecourse> -DVERSION=${PROJECT_VERSION}
        -DFOLDER=${man_folder} -P ${PROJECT_SOURCE_DIR}/cmake/man_pages.cmake
      COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/man/done
      DEPENDS racecourse cmake/man_pages.cmake VERBATIM COMMENT "Writing man pages")
    add_custom_target(man DEPENDS ${CMAKE_BINARY_DIR}/man/done)
    list(APPEND racecourse_packaged man)
    install(DIRECTORY ${man_folder} DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT checker)
  else()
    message(STATUS "no help2man: no man pages")
  endif()
endif()

include(cmake/packages.cmake)
