# Completion for fish. Verbs and options come from the program's own --help, so they are those of the installed version.
function __racecourse_verb
    set -l words (commandline -opc)[2..-1]
    string match -v -- '-*' $words
end
function __racecourse_verbs
    racecourse --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z-]*\)  *\(.*\)/\1\t\2/p'
end
function __racecourse_options
    set -l verb (__racecourse_verb)
    test "$verb[1]" = baseline; and set verb $verb[1..2]; or set verb $verb[1]
    racecourse $verb --help 2>/dev/null | grep -oE -- '^  (-[A-Za-z],)?--?[a-z][a-z-]*' | tr ',' '\n' | tr -d ' '
end
function __racecourse_rules
    racecourse rules 2>/dev/null | sed -n 's/^\(race[a-z-]*\).*/\1/p'
end
function __racecourse_after
    contains -- (commandline -opc)[-1] $argv
end
function __racecourse_in
    set -l verb (__racecourse_verb)
    test (count $verb) -eq (count $argv) -a "$verb" = "$argv"
end
complete -c racecourse -n 'test (count (__racecourse_verb)) -eq 0' -f -a '(__racecourse_verbs)'
complete -c racecourse -n 'test (count (__racecourse_verb)) -gt 0; and string match -q -- "-*" (commandline -ct)' -f -a '(__racecourse_options)'
complete -c racecourse -n '__racecourse_in baseline' -f -a 'create prune'
complete -c racecourse -n '__racecourse_in explain; or __racecourse_after --rules' -f -a '(__racecourse_rules)'
complete -c racecourse -n '__racecourse_after --format' -f -a 'text json sarif github gitlab junit yaml-fixes'
complete -c racecourse -n '__racecourse_after --confidence' -f -a 'high medium low'
complete -c racecourse -n '__racecourse_after --fail-level' -f -a 'error warning note'
