// Where LLVM 16 and 19 spell one thing differently: the frontend is built against both. Nothing else asks for a version.
#pragma once

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/xxhash.h"

namespace racecourse::frontend {

inline std::uint64_t hashOf(llvm::StringRef text) {
#if LLVM_VERSION_MAJOR >= 17
  return llvm::xxh3_64bits(text);
#else
  return llvm::xxHash64(text);
#endif
}

/// Whether a constructor builds a whole object, not a base of one.
inline bool buildsWholeObject(const clang::CXXConstructExpr* construct) {
#if LLVM_VERSION_MAJOR >= 18
  return construct->getConstructionKind() == clang::CXXConstructionKind::Complete;
#else
  return construct->getConstructionKind() == clang::CXXConstructExpr::CK_Complete;
#endif
}

/// The name of an entry of SourceManager's table of files.
template <typename Entry> llvm::StringRef fileName(const Entry& entry) {
#if LLVM_VERSION_MAJOR >= 18
  return entry.first.getName();
#else
  return entry.first->getName();
#endif
}

/// The file at `path` as this source manager knows it; invalid when it was not read.
inline clang::FileID fileAt(const clang::SourceManager& sources, llvm::StringRef path) {
#if LLVM_VERSION_MAJOR >= 18
  const clang::OptionalFileEntryRef entry = sources.getFileManager().getOptionalFileRef(path);
#else
  const auto entry = sources.getFileManager().getFile(path);
#endif
  return entry ? sources.translateFile(*entry) : clang::FileID();
}

} // namespace racecourse::frontend
