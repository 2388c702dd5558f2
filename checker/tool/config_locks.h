// `locks:` of `.racecourse.yaml`: locks that a program brings along, declared in a line or two. Each declaration means a few
// entries of a models file (docs/models.md) and becomes exactly those, so the checker learns nothing here that it could not
// be told there. Plain values; no file is read here.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace racecourse::tool {

/// In the file: one name, or a list.
struct NameList {
  std::vector<std::string> names;
  bool operator==(const NameList&) const = default;
};

/// One entry of `locks`. With classes the functions are their members; without, they are functions of their own that get the
/// lock as an argument.
struct LockDeclaration {
  NameList classes;
  NameList types;   ///< without classes: what the functions lock; structures and typedefs of C
  std::string kind; ///< mutex, recursive, shared or spin; empty: what the functions suggest
  NameList acquire, release, try_acquire;
  NameList acquire_shared, release_shared, try_shared;
  NameList guards;                  ///< classes that lock in their constructor and unlock in their destructor
  std::optional<unsigned> argument; ///< which one is the lock; without: the first
  std::string success;              ///< what `try` returns when it got the lock: non-zero (without) or zero
  bool operator==(const LockDeclaration&) const = default;
};

/// What is wrong with a declaration, as one sentence; empty: nothing.
std::string complaintAbout(const LockDeclaration& lock);

/// Every name that the declaration says something of, classes and members in full.
std::vector<std::string> declaredNames(const LockDeclaration& lock);

/// The declarations as the text of a models file; empty without any. Precondition: nothing is wrong with them.
std::string lockModels(const std::vector<LockDeclaration>& locks);

} // namespace racecourse::tool
