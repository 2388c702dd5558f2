// What a project's .clang-tidy files say to racecourse's rules: their options (CheckOptions), and which of them to report
// (Checks). For each source the nearest file upwards from it counts, with its parents when it says
// `InheritParentConfig: true`, as in clang-tidy. Of Checks the items about our own rules are read: a list
// that names some and silences the rest (`-*,racecourse-*`) wants those; a list without any leaves all as they are. WarningsAsErrors is not read: --fail-level decides what fails. Reads files; one thread.
#pragma once

#include "checker/analysis/rule_options.h"
#include "checker/report/rule_globs.h"
#include "checker/tool/exit_code.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::tool {

class ClangTidyConfig {
public:
  /// The options for a program made of these sources (absolute). Refused when a file is malformed, names an option that our
  /// rules do not have, or when two sources of the program want different values: a program is analysed once.
  OrRefusal<analysis::RuleOptions> optionsFor(const std::vector<std::string>& sources);

  /// Whether the Checks nearest to `file` (absolute) let the rule speak there. A file that cannot be read lets all.
  bool allows(std::string_view rule, const std::string& file);

private:
  struct Config {
    std::string path;                           ///< empty: there is none
    std::string problem;                        ///< a sentence
    std::map<std::string, std::string> options; ///< of our rules only
    std::string globs;                          ///< items about our rules, parents' first
  };
  const Config& nearest(const std::string& folder);
  static Config read(const std::string& path, bool& inherits);

  std::map<std::string, Config> by_folder_;
};

} // namespace racecourse::tool
