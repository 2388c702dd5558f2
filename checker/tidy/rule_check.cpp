#include "checker/tidy/rule_check.h"

#include "checker/frontend/llvm_versions.h"
#include "checker/report/hygiene.h"
#include "checker/report/source_text.h"
#include "checker/report/suppressions.h"
#include "checker/tool/rules.h"

#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Basic/SourceManager.h"

namespace racecourse::tidy {

using clang::CharSourceRange;
using clang::DiagnosticIDs;
using clang::FixItHint;
using clang::SourceLocation;
using clang::SourceManager;

namespace {

/// One for all rules, and not the name of a rule: `racecourse check` has --confidence for it.
constexpr char kConfidence[] = "RacecourseConfidence";
/// Whether to look at the rest of the program, where `racecourse check` has left it. There it is --no-cache.
constexpr char kStore[] = "RacecourseStore";

std::string heldText(const std::vector<std::string>& held) {
  if (held.empty()) return "holding no lock";
  std::string text = "holding ";
  for (std::size_t i = 0; i < held.size(); ++i)
    text += (i == 0 ? "" : ", ") + held[i];
  return text;
}

llvm::StringRef ref(std::string_view text) {
  return {text.data(), text.size()};
}

/// Empty where one of the edits lies in a file that this host has not read: half a fix is a bug.
std::vector<FixItHint> hintsOf(const frontend::Fix& fix, const SourceManager& sources) {
  std::vector<FixItHint> hints;
  const frontend::Edit* before = nullptr; // they are in order
  for (const frontend::Edit& edit : fix.edits) {
    const clang::FileID file = frontend::fileAt(sources, edit.file);
    if (file.isInvalid()) return {};
    unsigned offset = edit.offset;
    std::string text = edit.text;
    // Clang widens what only removes text by a blank, or narrows it, to its own taste. So the character in front is
    // replaced by itself: then it is no mere removal.
    const bool is_free = !before || before->file != edit.file || before->offset + before->length < offset;
    if (text.empty() && offset > 0 && is_free) text = std::string(1, sources.getBufferData(file)[--offset]);
    const SourceLocation begin = sources.getComposedLoc(file, offset);
    const SourceLocation end = sources.getComposedLoc(file, edit.offset + edit.length);
    hints.push_back(edit.length == 0
                        ? FixItHint::CreateInsertion(begin, text)
                        : FixItHint::CreateReplacement(CharSourceRange::getCharRange(begin, end), text));
    before = &edit;
  }
  return hints;
}

} // namespace

RuleCheck::RuleCheck(llvm::StringRef name, clang::tidy::ClangTidyContext* context)
    : ClangTidyCheck(name, context), rule_(name), context_(context) {
  const auto& given = context->getOptions().CheckOptions;
  // Asked through Options as well, because --verify-config takes what is asked for as what there is.
  (void)Options.getLocalOrGlobal(kConfidence);
  if (const auto entry = given.find(kConfidence); entry != given.end()) confidence_ = entry->second.Value;
  if (confidence_ == "high")
    least_confidence_ = analysis::Confidence::High;
  else if (confidence_ == "low")
    least_confidence_ = analysis::Confidence::Low;
  else if (confidence_ != "medium")
    problems_.push_back(std::string(kConfidence) + " takes high, medium or low, not '" + confidence_ + "'");

  (void)Options.getLocalOrGlobal(kStore);
  if (const auto entry = given.find(kStore); entry != given.end()) store_ = entry->second.Value;
  if (store_ != "on" && store_ != "off")
    problems_.push_back(std::string(kStore) + " takes on or off, not '" + store_ + "'");

  // The engine runs once for all rules, so each check hands it the options of all.
  for (const analysis::OptionInfo& option : analysis::ruleOptions()) {
    const bool own = option.name.starts_with(rule_ + ".");
    if (own) (void)Options.get(ref(option.name.substr(rule_.size() + 1)));
    const auto entry = given.find(ref(option.name));
    if (entry == given.end()) continue;
    const std::string problem = analysis::setOption(options_, option.name, entry->second.Value);
    if (own && !problem.empty()) problems_.push_back(problem);
  }
}

void RuleCheck::registerMatchers(clang::ast_matchers::MatchFinder* finder) {
  finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
}

void RuleCheck::check(const clang::ast_matchers::MatchFinder::MatchResult& result) {
  for (const std::string& problem : problems_)
    configurationDiag("%0") << problem;
  const SourceManager& sources = result.Context->getSourceManager();
  findings_ = findingsOf(*result.Context, options_, store_ != "off");
  if (!findings_->problem.empty()) configurationDiag("%0") << findings_->problem;
  if (rule_ == report::kSuppressionHygiene) {
    for (const analysis::Finding& finding : suppressionProblems(sources))
      say(finding, nullptr, sources);
    return;
  }
  for (std::size_t i = 0; i < findings_->findings.size(); ++i) {
    const analysis::Finding& finding = findings_->findings[i];
    if (finding.rule == rule_ && finding.confidence <= least_confidence_)
      say(finding, findings_->fixOf(i), sources);
  }
}

void RuleCheck::storeOptions(clang::tidy::ClangTidyOptions::OptionMap& options) {
  options[kConfidence] = clang::tidy::ClangTidyOptions::ClangTidyValue(confidence_);
  options[kStore] = clang::tidy::ClangTidyOptions::ClangTidyValue(store_);
  for (const analysis::OptionInfo& option : analysis::ruleOptions())
    if (option.name.starts_with(rule_ + "."))
      Options.store(options, ref(option.name.substr(rule_.size() + 1)),
                    analysis::optionText(options_, option.name));
}

std::vector<analysis::Finding> RuleCheck::suppressionProblems(const SourceManager& sources) const {
  report::SourceText texts;
  model::Unit files; // the comments of other units' files are not this unit's affair
  files.files = findings_->program.files;
  for (model::File& file : files.files) {
    if (file.system) continue;
    // What the host has read, which in an editor is not what the disk holds.
    const clang::FileID id = frontend::fileAt(sources, file.path);
    if (id.isValid())
      texts.give(file.path, sources.getBufferData(id).str());
    else
      file.system = true;
  }
  report::HygieneQuestion question;
  for (const tool::Rule& rule : tool::rules())
    question.rules.push_back(rule.id);
  // What is silent here may speak when the whole program is looked at.
  question.complete = false;
  question.is_shown = [&](const analysis::Finding& finding) {
    return finding.confidence <= least_confidence_ && context_->isCheckEnabled(finding.rule);
  };
  return report::suppressionProblems(files, findings_->findings, question, texts);
}

void RuleCheck::say(const analysis::Finding& finding, const frontend::Fix* fix,
                    const SourceManager& sources) {
  const Spot spot = mainSpotOf(finding, sources);
  const std::vector<FixItHint> hints = fix ? hintsOf(*fix, sources) : std::vector<FixItHint>();
  {
    // The text is an argument, not the format: it may hold any character.
    auto warning = diag(spot.location, "%0");
    warning << finding.message + spot.says;
    if (fix && fix->safe)
      for (const FixItHint& hint : hints)
        warning << hint;
  }
  for (const analysis::Trace& trace : finding.traces) {
    for (const analysis::TraceStep& step : trace.steps) {
      const Spot at = spotOf(step.place, sources);
      diag(at.says.empty() ? at.location : spot.location, "%0", DiagnosticIDs::Note)
          << (trace.thread + ": " + step.message + " (" + heldText(step.held) + ")" + at.says);
    }
  }
  for (const std::string& note : finding.notes)
    diag(spot.location, "%0", DiagnosticIDs::Note) << note;
  if (hints.empty()) return;
  // A suggestion hangs on its note, where --fix leaves it and --fix-notes and editors find it.
  auto note = diag(spot.location, "%0", DiagnosticIDs::Note);
  note << (fix->safe ? "the fix " : "to be read first: a change that ") + fix->says;
  if (!fix->safe)
    for (const FixItHint& hint : hints)
      note << hint;
}

RuleCheck::Spot RuleCheck::mainSpotOf(const analysis::Finding& finding, const SourceManager& sources) const {
  const Spot own = spotOf(finding.place, sources);
  if (own.says.empty()) return own;
  // Its place lies in another unit. A thread's way through this one is the next best.
  const Spot* best = nullptr;
  std::vector<Spot> spots;
  for (const analysis::Trace& trace : finding.traces)
    for (const analysis::TraceStep& step : trace.steps)
      if (Spot spot = spotOf(step.place, sources); spot.says.empty()) spots.push_back(spot);
  for (const Spot& spot : spots)
    if (!best || (!sources.isInMainFile(best->location) && sources.isInMainFile(spot.location))) best = &spot;
  return best ? Spot{best->location, own.says} : own;
}

RuleCheck::Spot RuleCheck::spotOf(const model::Place& place, const SourceManager& sources) const {
  std::string says;
  if (place.file) {
    const std::string& path = findings_->program[place.file].path;
    const clang::FileID file = frontend::fileAt(sources, path);
    if (file.isValid()) return {sources.translateLineCol(file, place.line, place.column), ""};
    says = " (at " + path + ":" + std::to_string(place.line) + ")";
  }
  return {sources.getLocForStartOfFile(sources.getMainFileID()), says};
}

} // namespace racecourse::tidy
