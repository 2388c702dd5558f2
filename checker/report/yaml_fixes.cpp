#include "checker/report/yaml_fixes.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/YAMLTraits.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>

namespace racecourse::report {
namespace {

struct Replacement {
  std::string file;
  unsigned offset_bytes = 0, length_bytes = 0;
  std::string text;
};

struct Message {
  std::string text, file;
  unsigned offset_bytes = 0;
  std::vector<Replacement> replacements;
};

struct Diagnostic {
  std::string name;
  Message message;
  std::vector<Message> notes;
  std::string level;
};

struct Document {
  std::string main_file; ///< empty: many
  std::vector<Diagnostic> diagnostics;
};

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

/// Where the place lies in its file; 0 when the file cannot be read.
unsigned offsetOf(const std::string& path, const model::Place& place, SourceText& sources) {
  const std::vector<std::string_view>& lines = sources.lines(path);
  if (place.line == 0 || place.line > lines.size()) return 0;
  const std::string_view line = lines[place.line - 1];
  const std::size_t column = std::min<std::size_t>(std::max(place.column, 1u) - 1, line.size());
  return static_cast<unsigned>(line.data() - lines.front().data() + column);
}

} // namespace
} // namespace racecourse::report

LLVM_YAML_IS_SEQUENCE_VECTOR(racecourse::report::Replacement)
LLVM_YAML_IS_SEQUENCE_VECTOR(racecourse::report::Message)
LLVM_YAML_IS_SEQUENCE_VECTOR(racecourse::report::Diagnostic)

namespace llvm::yaml {

template <> struct MappingTraits<racecourse::report::Replacement> {
  static void mapping(IO& io, racecourse::report::Replacement& replacement) {
    io.mapRequired("FilePath", replacement.file);
    io.mapRequired("Offset", replacement.offset_bytes);
    io.mapRequired("Length", replacement.length_bytes);
    io.mapRequired("ReplacementText", replacement.text);
  }
};

template <> struct MappingTraits<racecourse::report::Message> {
  static void mapping(IO& io, racecourse::report::Message& message) {
    io.mapRequired("Message", message.text);
    io.mapOptional("FilePath", message.file);
    io.mapOptional("FileOffset", message.offset_bytes);
    io.mapRequired("Replacements", message.replacements);
  }
};

template <> struct MappingTraits<racecourse::report::Diagnostic> {
  static void mapping(IO& io, racecourse::report::Diagnostic& diagnostic) {
    io.mapRequired("DiagnosticName", diagnostic.name);
    io.mapRequired("DiagnosticMessage", diagnostic.message);
    io.mapOptional("Notes", diagnostic.notes);
    io.mapOptional("Level", diagnostic.level);
  }
};

template <> struct MappingTraits<racecourse::report::Document> {
  static void mapping(IO& io, racecourse::report::Document& document) {
    io.mapRequired("MainSourceFile", document.main_file);
    io.mapRequired("Diagnostics", document.diagnostics);
  }
};

} // namespace llvm::yaml

namespace racecourse::report {

std::string yamlFixesReport(const Report& report, SourceText& sources) {
  const auto message = [&](const model::Place& place, std::string_view text) {
    const std::string path(pathOf(report.program, place));
    return Message{clean(text), path, offsetOf(path, place, sources), {}};
  };
  Document document;
  for (std::size_t i = 0; i < report.selection.findings.size(); ++i) {
    const analysis::Finding& finding = report.selection.findings[i];
    Diagnostic diagnostic{finding.rule, message(finding.place, finding.message), {}, ""};
    diagnostic.level = finding.severity == analysis::Severity::Error ? "Error" : "Warning";
    for (const analysis::Trace& trace : finding.traces)
      for (const analysis::TraceStep& step : trace.steps)
        diagnostic.notes.push_back(message(step.place, trace.thread + ": " + step.message));
    if (i < report.fixes.size()) {
      const std::vector<Fix>& fixes = report.fixes[i];
      const auto safe = std::ranges::find(fixes, true, &Fix::safe);
      if (safe != fixes.end())
        for (const Edit& edit : safe->edits)
          diagnostic.message.replacements.push_back(
              {edit.file, edit.offset_bytes, edit.length_bytes, edit.text});
    }
    document.diagnostics.push_back(std::move(diagnostic));
  }
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::yaml::Output yaml(out, nullptr, /*WrapColumn=*/4096);
  yaml << document;
  return text;
}

} // namespace racecourse::report
