// Two reports compared by fingerprint: what one change introduced and what it fixed. Reads the JSON form of a report
// (racecourse-report/1), so that both may come from other machines and other days. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace racecourse::report {

/// A finding as a stored report tells it.
struct StoredFinding {
  std::string rule, severity, confidence, file, message, fingerprint;
  std::int64_t line = 0, column = 0;
};

struct StoredReport {
  std::vector<StoredFinding> findings;
  std::int64_t failed_units = 0;
};

/// Empty `problem`, or one sentence in which `name` stands for the file.
StoredReport readReport(std::string_view text, const std::string& name, std::string& problem);

struct Comparison {
  std::vector<StoredFinding> introduced; ///< only in the second
  std::vector<StoredFinding> fixed;      ///< only in the first
  std::vector<StoredFinding> same;       ///< in both, as the second tells them
};

Comparison compare(const StoredReport& before, const StoredReport& after);

std::string comparisonText(const Comparison& comparison, const StoredReport& before,
                           const StoredReport& after);
std::string comparisonJson(const Comparison& comparison, const StoredReport& before,
                           const StoredReport& after);

} // namespace racecourse::report
