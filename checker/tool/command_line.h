// The command line of `racecourse`: which verb, and its options as a value. Parsing prints nothing but --help and
// --version. A new verb: a header with its options, its declare function and what it does, a member and a Verb here, and
// a row in command_line.cpp.
#pragma once

#include "checker/tool/diff_verb.h"
#include "checker/tool/doctor_verb.h"
#include "checker/tool/exit_code.h"
#include "checker/tool/explain_verb.h"
#include "checker/tool/graph_verb.h"
#include "checker/tool/init_verb.h"
#include "checker/tool/options.h"
#include "checker/tool/rules_verb.h"
#include "checker/tool/run_verb.h"

namespace racecourse::tool {

enum class Verb { Check, Diff, Doctor, Explain, Graph, Init, Rules, Run, Symbolize };

struct CommandLine {
  Verb verb = Verb::Check;
  Options check; ///< also of `baseline`
  DiffOptions diff;
  DoctorOptions doctor;
  ExplainOptions explain;
  GraphOptions graph;
  RulesOptions rules;
  RunOptions run;
  std::string symbolize; ///< the file
};

/// The command line; or, for --help and --version and for mistakes, how to end (with nothing to say when it was said).
OrRefusal<CommandLine> parseCommandLine(int argc, const char* const* argv);

} // namespace racecourse::tool
