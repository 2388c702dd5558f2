// The report in the forms that pipelines read: GitHub's annotation commands, GitLab's code quality report, and JUnit XML.
// Each says what was not analysed. Pure; any thread may call; cost linear in the findings.
#pragma once

#include "checker/report/report.h"

#include <string>

namespace racecourse::report {

/// One workflow command per finding and per unit that was not analysed. Source: GitHub's documentation, "Workflow
/// commands for GitHub Actions".
std::string githubReport(const Report& report);

/// An array of issues in the Code Climate form. Source: GitLab's documentation, "Code Quality", "Code Quality report
/// format". A unit that was not analysed is an issue of severity "major" too: the format knows nothing else.
std::string gitlabReport(const Report& report);

/// One test case per rule and file that has findings, failing; one error per unit that was not analysed; one passing case
/// when there is nothing to say, since an empty suite counts as "no tests" in most viewers.
std::string junitReport(const Report& report);

} // namespace racecourse::report
