// The report for people. A finding is one compiler-style line, the source line it marks, then one indented
// group of notes per thread, each note with the locks held there; after the findings, what was not checked
// and one line of totals.
//
//   src/account.cpp:12:5: warning: balance_ is written without mu_ [racecourse-unguarded-shared-data]
//      12 |   balance_ += amount;
//         |   ^
//     main thread:
//       src/main.cpp:9:3: note: calls Account::deposit (holding no lock)
//     …
//     fix: lets a std::lock_guard hold `mu_` (--fix)
//   …
//   37 units, 412 functions, 18 locks, 2 findings, 1 unit failed
//   more: racecourse explain racecourse-unguarded-shared-data
//
// Never decides what is a terminal: the caller says whether to colour. Source text is shown without control
// characters.
#pragma once

#include "checker/report/report.h"

#include <string>

namespace racecourse::report {

class SourceText;

struct TextStyle {
  bool colour = false;
  bool verbose = false; ///< list every coverage note instead of counting them
};

std::string textReport(const Report& report, SourceText& sources, const TextStyle& style = {});

/// "37 units, 412 functions, 18 locks, 2 findings, 1 unit failed".
std::string summaryLine(const Report& report);

} // namespace racecourse::report
