// Declarations → entities of the model: keys, names for people, and what kind of thing a type is for concurrency.
// One object per unit, used by one thread; borrows the AST, the models and the unit, owns nothing but caches.
#pragma once

#include "checker/frontend/models.h"
#include "checker/model/unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace racecourse::frontend {

/// What a variable of some type is. `record` is the class reached through pointers, references and arrays.
struct TypeFacts {
  model::TypeClass type_class = model::TypeClass::Plain;
  model::LockKind lock = model::LockKind::None;
  const TypeModel* model = nullptr;
  bool is_pointer = false;
  bool is_container = false;
  const clang::RecordDecl* record = nullptr;
};

class Names {
public:
  Names(clang::ASTContext& context, const Models& models, model::Unit& unit);

  model::EntityId variable(const clang::VarDecl* decl);
  model::EntityId field(const clang::FieldDecl* decl);
  model::EntityId function(const clang::FunctionDecl* decl);
  model::EntityId type(const clang::RecordDecl* decl);
  /// A local of `function` that has no declaration: a temporary, or a lambda's private copy of a capture.
  model::EntityId synthetic(const clang::FunctionDecl* function, const std::string& key, clang::QualType type,
                            clang::SourceLocation where, const std::string& name);

  /// Facts of a type, by its sugar too (pthread_mutex_t is known by its typedef's name).
  TypeFacts facts(clang::QualType type);
  /// The lock inside a class that is nothing but a lock (one lock field, no data of its own): such a class *is* its lock.
  /// Null when `record` is no such class.
  const clang::FieldDecl* pureLockField(const clang::RecordDecl* record);
  /// A library's class with a lock or an atomic of its own was made to be shared; how, only its text says.
  bool madeToBeShared(const clang::CXXRecordDecl* record);
  /// A class with lock() and unlock() and nothing but atomics inside.
  bool spinClass(const clang::RecordDecl* record);

  /// "std::mutex::lock": inline and anonymous namespaces and template arguments left out.
  std::string modelName(const clang::NamedDecl* decl) const;
  const FunctionModel* functionModel(const clang::FunctionDecl* decl, unsigned arguments,
                                     const clang::CXXRecordDecl* receiver = nullptr);

  model::Place place(clang::SourceLocation location);
  bool inSystemHeader(clang::SourceLocation location) const;
  /// Position of a lambda among those of its enclosing function, for stable keys. Set by the prepass.
  void numberLambda(const clang::CXXRecordDecl* closure, const clang::Decl* owner, unsigned ordinal);

  clang::ASTContext& context() { return context_; }
  const Models& models() const { return models_; }
  model::Unit& unit() { return unit_; }

private:
  std::string usr(const clang::Decl* decl);
  std::string prettyName(const clang::NamedDecl* decl);
  model::StringId space(const clang::NamedDecl* decl);
  void fillType(model::Entity& entity, clang::QualType type);
  /// The members that share a memory location with `field`, itself included, in order of declaration: bit-fields side by
  /// side, and the numbers of one union (its pointers are taken for the states of an object, which exclude each other). Empty
  /// when it has its own.
  std::vector<const clang::FieldDecl*> sharing(const clang::FieldDecl* field);
  const TypeModel* typeModel(const clang::NamedDecl* decl);

  clang::ASTContext& context_;
  const Models& models_;
  model::Unit& unit_;
  llvm::DenseMap<const clang::Decl*, model::EntityId> ids_;
  llvm::DenseMap<const clang::Decl*, const TypeModel*> type_models_;
  llvm::DenseMap<const clang::RecordDecl*, const clang::FieldDecl*> pure_locks_;
  llvm::DenseMap<const clang::RecordDecl*, bool> made_to_be_shared_;
  std::map<std::tuple<const clang::Decl*, const clang::Decl*, unsigned>, const FunctionModel*>
      function_models_;
  struct Lambda {
    const clang::Decl* owner;
    unsigned ordinal;
  };
  llvm::DenseMap<const clang::CXXRecordDecl*, Lambda> lambdas_;
  llvm::DenseMap<clang::FileID, model::FileId> files_;
};

} // namespace racecourse::frontend
