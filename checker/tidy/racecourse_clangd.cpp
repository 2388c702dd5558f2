// racecourse-clangd: LLVM 19's clangd with our checks built in, for editors that speak to a language server. Shared remote
// indexes are left out: they alone would bring gRPC.
#include "llvm/ADT/StringRef.h"

#include <memory>

namespace clang::tidy {
extern volatile int RacecourseModuleAnchorSource;
} // namespace clang::tidy

namespace clang::clangd {

int clangdMain(int argc, char* argv[]);

/// clangd's own class; only its destructor matters here, and that is defined there.
class SymbolIndex {
public:
  virtual ~SymbolIndex();
};

namespace remote {

/// Asked by clangd when a configuration names a remote index; null means that there is none.
std::unique_ptr<SymbolIndex> getClient(llvm::StringRef, llvm::StringRef) {
  return nullptr;
}

} // namespace remote

} // namespace clang::clangd

int main(int argc, char* argv[]) {
  clang::tidy::RacecourseModuleAnchorSource = 1; // keeps the module, which nothing else names
  return clang::clangd::clangdMain(argc, argv);
}
