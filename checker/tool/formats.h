// The formats of a report, by name: which there are, and a report written in one of them. Pure but for the source lines a
// format quotes.
#pragma once

#include "checker/report/report.h"
#include "checker/report/source_text.h"

#include <optional>
#include <string>
#include <string_view>

namespace racecourse::tool {

enum class Format { Text, Json, Sarif, Github, Gitlab, Junit, YamlFixes };

/// Null for a name that is none.
std::optional<Format> formatNamed(std::string_view name);
/// "text, json, …", for people.
std::string formatNames();

struct TextLook {
  bool colour = false;
  bool verbose = false;
};

std::string writeReport(Format format, const report::Report& report, report::SourceText& sources,
                        const TextLook& look);

} // namespace racecourse::tool
