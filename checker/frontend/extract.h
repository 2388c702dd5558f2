// extract: one compile command in, one unit out; the only door to Clang's parser. Behaves like a compiler: same input,
// same output, no global state besides the library models, and it may run on several threads at once (one unit each).
#pragma once

#include "checker/frontend/file_answers.h"
#include "checker/model/unit.h"

#include <memory>
#include <string>
#include <vector>

namespace racecourse::frontend {

class Models;

struct CompileCommand {
  std::string directory;              ///< absolute
  std::string file;                   ///< as in the compile database
  std::vector<std::string> arguments; ///< argv, compiler first; GCC-only flags already removed
};

struct Extraction {
  bool ok = false; ///< false: the unit did not compile; `unit` holds nothing usable
  model::Unit unit;
  std::string failure;             ///< one sentence when !ok
  std::vector<std::string> errors; ///< the compiler's first few errors, "file:line:column: text"
};

/// Parses and translates. `models` must outlive the call. Errors of the code are values. A crash inside
/// Clang is one: whoever has more units to look at runs this under a guard (checker/tool/crash_guard.h), on a thread with
/// a large stack. Cost: about one parse without the bodies
/// of system headers' functions. With `answers`, also what the file system was asked and answered.
Extraction extract(const CompileCommand& command, const Models& models, FileAnswers* answers = nullptr);

/// As extract, from text that is in no file (tests). `name` decides the language ("a.cpp", "a.c").
Extraction extractText(const std::string& text, const std::string& name, const Models& models,
                       std::vector<std::string> flags = {});

} // namespace racecourse::frontend
