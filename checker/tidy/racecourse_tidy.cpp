// racecourse-tidy: LLVM 19's clang-tidy with our checks built in, for tools that only let one choose the program.
#include "llvm/ADT/ArrayRef.h"

namespace clang::tidy {
int clangTidyMain(int argc, const char** argv);
extern volatile int RacecourseModuleAnchorSource;
} // namespace clang::tidy

int main(int argc, const char** argv) {
  clang::tidy::RacecourseModuleAnchorSource = 1; // keeps the module, which nothing else names
  return clang::tidy::clangTidyMain(argc, argv);
}
