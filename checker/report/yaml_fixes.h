// The fixes in the form that `clang-tidy --export-fixes` writes and clang-apply-replacements and IDEs read. One document
// for the whole run. A diagnostic carries at most one fix, and only a safe one: readers of this form apply what they find,
// and take the fix of a note when the diagnostic has none. Paths are absolute, as those readers want them. Reads source
// files through SourceText, for offsets.
#pragma once

#include "checker/report/report.h"
#include "checker/report/source_text.h"

#include <string>

namespace racecourse::report {

std::string yamlFixesReport(const Report& report, SourceText& sources);

} // namespace racecourse::report
