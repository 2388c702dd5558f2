// Roles that the user's own classes and methods play, read from their bodies and from Clang's thread-safety
// attributes: methods that lock or unlock, and RAII guard classes. Bodies that this unit does not see yield no role here;
// the analysis then finds the effect in the callee's summary. Cached per unit; used by one thread.
#pragma once

#include "checker/frontend/names.h"

#include "clang/AST/ExprCXX.h"

#include <optional>

namespace racecourse::frontend {

enum class MethodRole : std::uint8_t { None, Acquire, TryAcquire, Release };

struct LockMethod {
  MethodRole role = MethodRole::None;
  model::Mode mode = model::Mode::Exclusive;
};

/// A class whose constructor takes a lock and whose destructor gives it back.
struct GuardClass {
  /// The member that remembers the lock (pointer, reference or an inner guard); null when annotated only.
  const clang::FieldDecl* member = nullptr;
  model::Mode mode = model::Mode::Exclusive;
  /// From what the member refers to, down to the lock; empty when that is the lock itself.
  std::vector<const clang::FieldDecl*> inside;
};

class Roles {
public:
  explicit Roles(Names& names) : names_(names) {}

  /// Of a method of a class that is nothing but a lock.
  LockMethod lockMethod(const clang::FunctionDecl* method);
  /// Null when `record` is no guard class of the user's.
  /// Of a class with more in it than a lock: the lock member that its lock() takes; else null.
  const clang::FieldDecl* innerLock(const clang::CXXRecordDecl* record);
  /// The constructor's parameter that a guard class remembers, when it is the owner of the lock; none otherwise.
  std::optional<unsigned> ownerParameter(const GuardClass& guard, const clang::CXXConstructorDecl* ctor);
  const GuardClass* guardClass(const clang::CXXRecordDecl* record);
  /// A mirrored guard: unlocks in its constructor what its destructor locks again.
  bool isUnlocker(const clang::CXXRecordDecl* record);
  /// Of a guard's own methods (Unlock, Lock, Release): what they do with the lock.
  LockMethod guardMethod(const clang::FunctionDecl* method);
  /// The constructor's arguments that are (or point to) the locks it takes.
  std::vector<unsigned> lockParameters(const clang::CXXConstructorDecl* ctor);

  /// Guard by model or by role.
  bool isGuard(clang::QualType type);

private:
  struct Effect {
    LockMethod what;
    const clang::Expr* subject;
  };
  std::vector<Effect> effects(const clang::Stmt* body, unsigned depth = 0);

  Names& names_;
  llvm::DenseMap<const clang::FunctionDecl*, LockMethod> methods_;
  llvm::DenseMap<const clang::CXXRecordDecl*, std::optional<GuardClass>> guards_;
  llvm::DenseMap<const clang::CXXRecordDecl*, bool> unlockers_;
};

/// Clang's thread-safety attributes of a function, if it has any that matter.
bool hasContracts(const clang::FunctionDecl* function);

} // namespace racecourse::frontend
