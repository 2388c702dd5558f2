// The report as SARIF 2.1.0 (OASIS standard), in the part that code hosts read: one run, rules with their help, one result
// per finding with one threadFlow per thread, related locations linked from the message, fingerprints without line
// numbers, suppressed findings marked as such, and one notification per unit that was not analysed. Paths are relative
// to the project's root ("%SRCROOT%"), columns count UTF-16 code units, and equal programs give equal bytes.
//
// Pure but for the lines it reads through SourceText. Cost: linear in the findings.
#pragma once

#include "checker/report/report.h"
#include "checker/report/rule_help.h"

#include <span>
#include <string>

namespace racecourse::report {

class SourceText;

std::string sarifReport(const Report& report, std::span<const RuleHelp> rules, SourceText& sources);

} // namespace racecourse::report
