// One clang-tidy check per rule: it asks the engine what it found in the unit and says its own share. Holds no analysis
// of its own, so that every door says the same. Made and used by clang-tidy, one per rule and unit.
#pragma once

#include "checker/analysis/rule_options.h"
#include "checker/tidy/unit_findings.h"

#include "clang-tidy/ClangTidyCheck.h"

namespace racecourse::tidy {

class RuleCheck : public clang::tidy::ClangTidyCheck {
public:
  RuleCheck(llvm::StringRef name, clang::tidy::ClangTidyContext* context);

  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override;
  void check(const clang::ast_matchers::MatchFinder::MatchResult& result) override;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap& options) override;

private:
  /// Where to say something. A place in a file that the host does not know is named in words instead.
  struct Spot {
    clang::SourceLocation location;
    std::string says;
  };

  void say(const analysis::Finding& finding, const frontend::Fix* fix, const clang::SourceManager& sources);
  std::vector<analysis::Finding> suppressionProblems(const clang::SourceManager& sources) const;
  Spot spotOf(const model::Place& place, const clang::SourceManager& sources) const;
  /// Where the finding itself is said.
  Spot mainSpotOf(const analysis::Finding& finding, const clang::SourceManager& sources) const;

  std::string rule_;
  clang::tidy::ClangTidyContext* context_; ///< the host's; outlives the check
  std::string confidence_ = "medium";      ///< as given
  std::string store_ = "on";               ///< as given
  analysis::Confidence least_confidence_ = analysis::Confidence::Medium;
  analysis::RuleOptions options_;
  std::vector<std::string> problems_; ///< with the configuration
  std::shared_ptr<const UnitFindings> findings_;
};

} // namespace racecourse::tidy
