#include "checker/tidy/rule_check.h"

#include "checker/frontend/llvm_versions.h"

#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Basic/SourceManager.h"

namespace racecourse::tidy {

using clang::DiagnosticIDs;
using clang::SourceLocation;
using clang::SourceManager;

namespace {

std::string heldText(const std::vector<std::string>& held) {
  if (held.empty()) return "holding no lock";
  std::string text = "holding ";
  for (std::size_t i = 0; i < held.size(); ++i)
    text += (i == 0 ? "" : ", ") + held[i];
  return text;
}

} // namespace

RuleCheck::RuleCheck(llvm::StringRef name, clang::tidy::ClangTidyContext* context)
    : ClangTidyCheck(name, context), rule_(name) {
  const std::string confidence = std::string(Options.getLocalOrGlobal("Confidence", "medium"));
  if (confidence == "high")
    least_confidence_ = analysis::Confidence::High;
  else if (confidence == "low")
    least_confidence_ = analysis::Confidence::Low;
  else if (confidence != "medium")
    problems_.push_back("'Confidence' takes high, medium or low, not '" + confidence + "'");
  own_options_.push_back({"Confidence", confidence});

  // The engine runs once for all rules, so each check hands it the options of all.
  const auto& given = context->getOptions().CheckOptions;
  for (const analysis::OptionInfo& option : analysis::ruleOptions()) {
    const bool own = option.name.starts_with(rule_ + ".");
    const auto entry = given.find(llvm::StringRef(option.name.data(), option.name.size()));
    if (entry == given.end()) continue;
    const std::string& value = entry->second.Value;
    const std::string problem = analysis::setOption(options_, option.name, value);
    if (own && !problem.empty()) problems_.push_back(problem);
    if (own) own_options_.push_back({std::string(option.name.substr(rule_.size() + 1)), value});
  }
}

void RuleCheck::registerMatchers(clang::ast_matchers::MatchFinder* finder) {
  finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
}

void RuleCheck::check(const clang::ast_matchers::MatchFinder::MatchResult& result) {
  for (const std::string& problem : problems_)
    configurationDiag("%0") << problem;
  findings_ = findingsOf(*result.Context, options_);
  for (const analysis::Finding& finding : findings_->findings) {
    if (finding.rule == rule_ && finding.confidence <= least_confidence_)
      say(finding, result.Context->getSourceManager());
  }
}

void RuleCheck::storeOptions(clang::tidy::ClangTidyOptions::OptionMap& options) {
  for (const auto& [name, value] : own_options_)
    Options.store(options, name, value);
}

void RuleCheck::say(const analysis::Finding& finding, const SourceManager& sources) {
  // The text is an argument, not the format: it may hold any character.
  diag(locationOf(finding.place, sources), "%0") << finding.message;
  for (const analysis::Trace& trace : finding.traces) {
    for (const analysis::TraceStep& step : trace.steps) {
      diag(locationOf(step.place, sources), "%0", DiagnosticIDs::Note)
          << (trace.thread + ": " + step.message + " (" + heldText(step.held) + ")");
    }
  }
  for (const std::string& note : finding.notes)
    diag(locationOf(finding.place, sources), "%0", DiagnosticIDs::Note) << note;
}

SourceLocation RuleCheck::locationOf(const model::Place& place, const SourceManager& sources) const {
  if (!place.file) return {};
  const clang::FileID file = frontend::fileAt(sources, findings_->program[place.file].path);
  return file.isValid() ? sources.translateLineCol(file, place.line, place.column) : SourceLocation();
}

} // namespace racecourse::tidy
