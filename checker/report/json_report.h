// The report for machines: JSON, schema "racecourse-report/1". Keys keep one order and there are no times,
// machine names or absolute paths below the project's root, so that equal programs give equal bytes. Text
// that is not UTF-8 is made so. Pure; cost linear in the findings.
#pragma once

#include "checker/report/report.h"

#include <string>

namespace racecourse::report {

std::string jsonReport(const Report& report);

} // namespace racecourse::report
