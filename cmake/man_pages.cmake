# Writes racecourse.1 and a racecourse-VERB.1 for each verb that `racecourse --help` lists.
# cmake -DHELP2MAN=… -DPROGRAM=… -DVERSION=… -DFOLDER=… -P man_pages.cmake
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
set(ENV{LC_ALL} C.UTF-8)

function(page name words says)
  # help2man calls what it describes: a script of one line stands for the program with its verb.
  file(WRITE ${FOLDER}/${name} "#!/bin/sh\nexec \"${PROGRAM}\" ${words} \"$@\"\n")
  file(CHMOD ${FOLDER}/${name} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  execute_process(
    COMMAND ${HELP2MAN} --no-info --section=1 --version-string=${VERSION} --source=Racecourse --manual=Racecourse
      --name=${says} --output=${FOLDER}/${name}.1 ${FOLDER}/${name}
    COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE ${FOLDER}/${name})
endfunction()

execute_process(COMMAND ${PROGRAM} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
page(racecourse "" "find data races, deadlocks and check-then-act bugs in C and C++")
string(REGEX REPLACE ".*\nSubcommands:\n" "" verbs "${help}")
string(REGEX MATCHALL "(^|\n)  [a-z-]+ +[^\n]+" verbs "${verbs}")
foreach(line ${verbs})
  string(REGEX MATCH "([a-z-]+) +([^\n]+)" _ "${line}")
  page(racecourse-${CMAKE_MATCH_1} ${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()
