// The module "racecourse": every rule as a check of its own name. Loaded as a plugin, linked into racecourse-tidy, or
// into racecourse-clangd.
#include "checker/tidy/rule_check.h"
#include "checker/tool/rules.h"

#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"

namespace racecourse::tidy {

namespace {

class Module : public clang::tidy::ClangTidyModule {
public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    for (const tool::Rule& rule : tool::rules())
      factories.registerCheck<RuleCheck>(llvm::StringRef(rule.id.data(), rule.id.size()));
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<Module> kAdded("racecourse",
                                                               "Finds concurrency bugs without annotations.");

} // namespace

} // namespace racecourse::tidy

namespace clang::tidy {
/// Named by whoever links the module from an archive, so that the linker keeps it.
volatile int RacecourseModuleAnchorSource = 0; // NOLINT(misc-use-internal-linkage)
} // namespace clang::tidy
