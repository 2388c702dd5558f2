#include "checker/frontend/names.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace racecourse::frontend {

using namespace clang;
using model::Entity;
using model::EntityId;
using model::EntityKind;
using model::LockKind;
using model::TypeClass;

Names::Names(ASTContext& context, const Models& models, model::Unit& unit)
    : context_(context), models_(models), unit_(unit) {}

// ---- names and keys ---------------------------------------------------------------------------------------------

static void appendContext(const DeclContext* dc, std::string& out) {
  if (!dc || dc->isTranslationUnit()) return;
  if (const auto* ns = dyn_cast<NamespaceDecl>(dc)) {
    appendContext(dc->getParent(), out);
    if (ns->isInline() || ns->isAnonymousNamespace()) return;
    out += ns->getName();
    out += "::";
    return;
  }
  if (const auto* record = dyn_cast<RecordDecl>(dc)) {
    appendContext(dc->getParent(), out);
    if (record->getDeclName())
      out += record->getName();
    else if (const TypedefNameDecl* alias = record->getTypedefNameForAnonDecl())
      out += alias->getName();
    else
      return;
    out += "::";
    return;
  }
  if (isa<LinkageSpecDecl, EnumDecl, ExportDecl, FunctionDecl>(dc))
    return appendContext(dc->getParent(), out);
}

static std::string lastName(const NamedDecl* decl) {
  if (const auto* ctor = dyn_cast<CXXConstructorDecl>(decl)) return ctor->getParent()->getNameAsString();
  if (const auto* dtor = dyn_cast<CXXDestructorDecl>(decl)) return "~" + dtor->getParent()->getNameAsString();
  if (isa<CXXConversionDecl>(decl)) {
    const auto* conversion = cast<CXXConversionDecl>(decl);
    return conversion->getConversionType()->isBooleanType() ? "operator bool" : "operator conversion";
  }
  if (decl->getDeclName()) return decl->getNameAsString();
  if (const auto* record = dyn_cast<RecordDecl>(decl))
    if (const TypedefNameDecl* alias = record->getTypedefNameForAnonDecl()) return alias->getNameAsString();
  return {};
}

std::string Names::modelName(const NamedDecl* decl) const {
  std::string out;
  appendContext(decl->getDeclContext(), out);
  return out + lastName(decl);
}

std::string Names::prettyName(const NamedDecl* decl) {
  if (const auto* function = dyn_cast<FunctionDecl>(decl)) {
    if (const auto* method = dyn_cast<CXXMethodDecl>(function))
      if (method->getParent()->isLambda()) {
        auto it = lambdas_.find(method->getParent());
        const auto* owner = it == lambdas_.end() ? nullptr : dyn_cast_or_null<NamedDecl>(it->second.owner);
        return owner ? "lambda in " + prettyName(owner) : std::string("lambda");
      }
    return modelName(decl);
  }
  if (const auto* variable = dyn_cast<VarDecl>(decl))
    if (variable->isLocalVarDeclOrParm())
      if (const auto* owner = dyn_cast<FunctionDecl>(variable->getDeclContext()))
        return prettyName(owner) + "()::" + decl->getNameAsString();
  std::string name = modelName(decl);
  if (!name.empty()) return name;
  if (isa<RecordDecl>(decl)) return "(unnamed)";
  return "(unnamed)";
}

std::string Names::usr(const Decl* decl) {
  if (const auto* method = dyn_cast<CXXMethodDecl>(decl); method && method->getParent()->isLambda()) {
    auto it = lambdas_.find(method->getParent());
    if (it != lambdas_.end()) {
      std::string key = usr(it->second.owner) + "@lambda" + std::to_string(it->second.ordinal);
      if (const auto* args = method->getTemplateSpecializationArgs())
        for (const TemplateArgument& arg : args->asArray()) {
          std::string text;
          llvm::raw_string_ostream os(text);
          arg.print(context_.getPrintingPolicy(), os, true);
          key += "<" + text;
        }
      return key;
    }
  }
  if (const auto* record = dyn_cast<CXXRecordDecl>(decl); record && record->isLambda()) {
    auto it = lambdas_.find(record);
    if (it != lambdas_.end()) return usr(it->second.owner) + "@closure" + std::to_string(it->second.ordinal);
  }
  if (const auto* variable = dyn_cast<VarDecl>(decl); variable && variable->isLocalVarDeclOrParm())
    if (const auto* owner = dyn_cast<FunctionDecl>(variable->getDeclContext())) {
      if (const auto* parm = dyn_cast<ParmVarDecl>(variable))
        return usr(owner) + "@param" + std::to_string(parm->getFunctionScopeIndex());
      const SourceManager& sm = context_.getSourceManager();
      // Offset from the function's start: stable when the file changes elsewhere.
      unsigned offset = sm.getFileOffset(sm.getExpansionLoc(variable->getLocation())) -
                        sm.getFileOffset(sm.getExpansionLoc(owner->getLocation()));
      return usr(owner) + "@" + variable->getNameAsString() + "@" + std::to_string(offset);
    }
  llvm::SmallString<128> buffer;
  if (!index::generateUSRForDecl(decl, buffer)) return std::string(buffer);
  const SourceManager& sm = context_.getSourceManager();
  SourceLocation where = sm.getExpansionLoc(decl->getLocation());
  return "c:?" + sm.getFilename(where).str() + "@" + std::to_string(sm.getFileOffset(where));
}

model::StringId Names::space(const NamedDecl* decl) {
  // A compile database holds several programs as a rule (server, client, tests), and each has its own main: linking must
  // not take them for one function.
  const auto isOwn = [](const FunctionDecl* function) {
    return !function->isExternallyVisible() || function->isMain();
  };
  // C has no linkage for types and no rule of one definition: a tag from a header is one type in all units, a tag from a
  // source file is that file's own, whatever others call theirs.
  const auto isOwnRecord = [&](const RecordDecl* record) {
    if (context_.getLangOpts().CPlusPlus) return !record->isExternallyVisible();
    const RecordDecl* definition = record->getDefinition();
    const SourceManager& sm = context_.getSourceManager();
    return definition && sm.isInMainFile(sm.getExpansionLoc(definition->getLocation()));
  };
  bool internal = false;
  if (const auto* variable = dyn_cast<VarDecl>(decl); variable && variable->isLocalVarDeclOrParm()) {
    const auto* owner = dyn_cast<FunctionDecl>(variable->getDeclContext());
    internal = owner && isOwn(owner);
  } else if (const auto* field = dyn_cast<FieldDecl>(decl)) {
    internal = isOwnRecord(field->getParent());
  } else if (const auto* record = dyn_cast<RecordDecl>(decl)) {
    internal = isOwnRecord(record);
  } else if (const auto* function = dyn_cast<FunctionDecl>(decl)) {
    internal = isOwn(function);
  } else {
    internal = !decl->isExternallyVisible();
  }
  return internal ? unit_.intern(unit_.main_file) : model::StringId();
}

// ---- places -----------------------------------------------------------------------------------------------------

bool Names::inSystemHeader(SourceLocation location) const {
  const SourceManager& sm = context_.getSourceManager();
  return location.isInvalid() || sm.isInSystemHeader(sm.getExpansionLoc(location));
}

model::Place Names::place(SourceLocation location) {
  model::Place result;
  if (location.isInvalid()) return result;
  const SourceManager& sm = context_.getSourceManager();
  auto [file, offset] = sm.getDecomposedExpansionLoc(location);
  auto it = files_.find(file);
  if (it == files_.end()) {
    model::File entry;
    if (OptionalFileEntryRef ref = sm.getFileEntryRefForID(file)) {
      llvm::SmallString<256> path(ref->getName());
      sm.getFileManager().makeAbsolutePath(path);
      // Toolchain paths run through symbolic links (/lib/gcc/../../include), where dots cannot be removed by name.
      StringRef real = ref->getFileEntry().tryGetRealPathName();
      if (path.str().contains("/../") && !real.empty())
        path = real;
      else
        llvm::sys::path::remove_dots(path, true);
      entry.path = std::string(path);
    } else {
      entry.path = sm.getBufferName(sm.getLocForStartOfFile(file)).str();
    }
    entry.system = sm.isInSystemHeader(sm.getLocForStartOfFile(file));
    it = files_.insert({file, unit_.intern(entry)}).first;
  }
  result.file = it->second;
  result.line = sm.getLineNumber(file, offset);
  result.column = sm.getColumnNumber(file, offset);
  return result;
}

void Names::numberLambda(const CXXRecordDecl* closure, const Decl* owner, unsigned ordinal) {
  lambdas_[closure] = {owner, ordinal};
}

// ---- types ------------------------------------------------------------------------------------------------------

const TypeModel* Names::typeModel(const NamedDecl* decl) {
  auto it = type_models_.find(decl);
  if (it != type_models_.end()) return it->second;
  const TypeModel* found = models_.type(modelName(decl));
  // A C++ program's own `class mutex` is not the kernel's.
  if (found && found->c_linkage && context_.getLangOpts().CPlusPlus && isa<CXXRecordDecl>(decl) &&
      !decl->getDeclContext()->isExternCContext() && !inSystemHeader(decl->getLocation()))
    found = nullptr;
  return type_models_[decl] = found;
}

static bool isLockClass(TypeClass c) {
  return c == TypeClass::Lock;
}

/// Methods that lock or unlock the field, as far as their bodies are visible here. A declaration in a class with
/// Clang's capability attribute is enough.
const FieldDecl* Names::pureLockField(const RecordDecl* record) {
  if (!record) return nullptr;
  record = record->getDefinition();
  if (!record || inSystemHeader(record->getLocation())) return nullptr;
  auto it = pure_locks_.find(record);
  if (it != pure_locks_.end()) return it->second;
  pure_locks_[record] = nullptr; // recursive types
  if (typeModel(record)) return nullptr;
  const FieldDecl* lock = nullptr;
  unsigned locks = 0, others = 0;
  for (const FieldDecl* field : record->fields()) {
    TypeFacts f = facts(field->getType());
    if (isLockClass(f.type_class) && !f.is_pointer) {
      lock = field;
      ++locks;
    } else {
      ++others;
    }
  }
  bool annotated = record->hasAttr<CapabilityAttr>();
  bool pure = locks == 1 && (annotated || others == 0);
  // A struct around one mutex in C is a container of it, and so is a class whose methods only use the mutex. The bodies may
  // be elsewhere, so what its methods are called says whether it is one.
  if (pure && !annotated) {
    const auto* cxx = dyn_cast<CXXRecordDecl>(record);
    pure = cxx && llvm::any_of(cxx->methods(), [](const CXXMethodDecl* method) {
             if (method->isImplicit() || isa<CXXConstructorDecl, CXXDestructorDecl>(method) ||
                 method->isStatic() || !method->getDeclName().isIdentifier())
               return false;
             const std::string name = method->getName().lower();
             return llvm::any_of(std::initializer_list<const char*>{"lock", "acquire", "release", "enter",
                                                                    "leave", "take", "give"},
                                 [&](const char* word) { return llvm::StringRef(name).contains(word); });
           });
  }
  return pure_locks_[record] = pure ? lock : nullptr;
}

bool Names::spinClass(const RecordDecl* record) {
  const auto* cxx = dyn_cast_or_null<CXXRecordDecl>(record ? record->getDefinition() : nullptr);
  if (!cxx || cxx->isLambda() || cxx->field_empty() || inSystemHeader(cxx->getLocation())) return false;
  bool locks = false, unlocks = false;
  for (const CXXMethodDecl* method : cxx->methods()) {
    if (method->isStatic() || method->getNumParams() != 0 || !method->getDeclName().isIdentifier()) continue;
    locks |= method->getName() == "lock";
    unlocks |= method->getName() == "unlock";
  }
  return locks && unlocks && llvm::all_of(cxx->fields(), [&](const FieldDecl* field) {
           return facts(field->getType()).type_class == TypeClass::Atomic;
         });
}

/// Only what lies inside counts: a class that refers to another may be referred to by it.
bool Names::madeToBeShared(const CXXRecordDecl* record) {
  if (!record->hasDefinition() || record->isInStdNamespace() || !inSystemHeader(record->getLocation()))
    return false;
  if (const auto known = made_to_be_shared_.find(record); known != made_to_be_shared_.end())
    return known->second;
  made_to_be_shared_[record] = false;
  const bool made = llvm::any_of(record->fields(), [&](const FieldDecl* field) {
    if (field->getType()->isReferenceType()) return false;
    const TypeFacts own = facts(field->getType());
    return own.type_class == TypeClass::Lock || own.type_class == TypeClass::Atomic;
  });
  return made_to_be_shared_[record] = made;
}

TypeFacts Names::facts(QualType type) {
  TypeFacts result;
  if (type.isNull()) return result;
  type = type.getNonReferenceType();
  while (const ArrayType* array = context_.getAsArrayType(type))
    type = array->getElementType();
  if (type->isAtomicType()) {
    result.type_class = TypeClass::Atomic;
    return result;
  }
  // Typedef names first: pthread_mutex_t, pthread_t, atomic_int are known by them.
  for (QualType t = type; !t.isNull();) {
    if (const auto* alias = dyn_cast<TypedefType>(t.getTypePtr())) {
      if (const TypeModel* m = typeModel(alias->getDecl())) {
        result.model = m;
        result.type_class = m->type_class;
        result.lock = m->lock;
        if (const auto* record = type->getAsRecordDecl()) result.record = record;
        return result;
      }
    }
    QualType next = t.getSingleStepDesugaredType(context_);
    if (next == t) break;
    t = next;
  }
  if (type->isAnyPointerType() || type->isMemberPointerType()) {
    result.is_pointer = true;
    QualType pointee = type->getPointeeType();
    if (!pointee.isNull()) result.record = pointee->getAsRecordDecl();
    return result;
  }
  const RecordDecl* record = type->getAsRecordDecl();
  if (!record) return result;
  result.record = record;
  if (const RecordDecl* definition = record->getDefinition()) result.record = record = definition;
  if (const TypeModel* m = typeModel(record)) {
    result.model = m;
    result.type_class = m->type_class;
    result.lock = m->lock;
    result.is_pointer = m->pointer_like;
    result.is_container = m->container;
    if (m->pointer_like || m->container || m->type_class == TypeClass::Atomic)
      if (const auto* special = dyn_cast<ClassTemplateSpecializationDecl>(record)) {
        const TemplateArgumentList& args = special->getTemplateArgs();
        if (args.size() > 0 && args[0].getKind() == TemplateArgument::Type) {
          QualType element = args[0].getAsType();
          // Maps: the mapped type is what people lock and share.
          if (m->container && args.size() > 1 && args[1].getKind() == TemplateArgument::Type &&
              record->getName().contains("map"))
            element = args[1].getAsType();
          if (element->isAnyPointerType()) element = element->getPointeeType();
          if (const RecordDecl* inner = element->getAsRecordDecl()) result.record = inner;
        }
      }
    return result;
  }
  if (const FieldDecl* inner = pureLockField(record)) {
    TypeFacts f = facts(inner->getType());
    result.type_class = TypeClass::Lock;
    result.lock = f.lock;
    return result;
  }
  if (spinClass(record)) {
    result.type_class = TypeClass::Lock;
    result.lock = LockKind::Spin;
    return result;
  }
  if (const auto* cxx = dyn_cast<CXXRecordDecl>(record); cxx && cxx->hasAttr<CapabilityAttr>()) {
    result.type_class = TypeClass::Lock;
    result.lock = LockKind::Unknown;
    return result;
  }
  // Derived from a known class (class Queue : std::queue, class MyMutex : std::mutex).
  if (const auto* cxx = dyn_cast<CXXRecordDecl>(record); cxx && cxx->hasDefinition())
    for (const CXXBaseSpecifier& base : cxx->bases()) {
      const CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl();
      if (!parent) continue;
      const TypeModel* m = typeModel(parent);
      if (m && (m->type_class != TypeClass::Plain || m->pointer_like)) {
        result.model = m;
        result.type_class = m->type_class;
        result.lock = m->lock;
        result.is_pointer = m->pointer_like;
        break;
      }
    }
  if (const auto* cxx = dyn_cast<CXXRecordDecl>(record); cxx && madeToBeShared(cxx))
    result.type_class = TypeClass::Synchroniser;
  return result;
}

void Names::fillType(Entity& entity, QualType type) {
  TypeFacts f = facts(type);
  entity.type_class = f.type_class;
  entity.lock = f.lock;
  entity.is_reference = type->isReferenceType();
  entity.is_pointer = f.is_pointer;
  entity.is_container = f.is_container;
  QualType value = type.getNonReferenceType();
  entity.is_volatile = value.isVolatileQualified();
  QualType element = context_.getBaseElementType(value);
  if (entity.type_class == TypeClass::Plain && element.isConstQualified() && !type->isReferenceType())
    entity.type_class = TypeClass::Const;
  if (entity.is_pointer && entity.type_class == TypeClass::Plain && type->isReferenceType())
    entity.is_pointer = true;
  entity.type_name = unit_.intern(value.getAsString(context_.getPrintingPolicy()));
  if (f.record) entity.type = this->type(f.record);
}

// ---- entities ---------------------------------------------------------------------------------------------------

EntityId Names::variable(const VarDecl* decl) {
  decl = decl->getCanonicalDecl();
  auto it = ids_.find(decl);
  if (it != ids_.end()) return it->second;
  Entity entity;
  if (isa<ParmVarDecl>(decl))
    entity.kind = EntityKind::Parameter;
  else if (decl->isStaticLocal())
    entity.kind = EntityKind::StaticLocal;
  else if (decl->isLocalVarDecl())
    entity.kind = EntityKind::Local;
  else
    entity.kind = EntityKind::Global;
  entity.usr = unit_.intern(usr(decl));
  entity.space = space(decl);
  entity.name = unit_.intern(prettyName(decl));
  entity.in_system_header = inSystemHeader(decl->getLocation());
  entity.place = place(decl->getLocation());
  fillType(entity, decl->getType());
  if (entity.type_class == TypeClass::Plain && decl->isConstexpr()) entity.type_class = TypeClass::Const;
  if (decl->getTLSKind() != VarDecl::TLS_None) entity.type_class = TypeClass::ThreadLocal;
  if (const auto* parm = dyn_cast<ParmVarDecl>(decl)) entity.index = parm->getFunctionScopeIndex();
  if (const auto* owner = dyn_cast<FunctionDecl>(decl->getDeclContext());
      owner && decl->isLocalVarDeclOrParm())
    entity.parent = function(owner);
  if (const auto* owner = dyn_cast<RecordDecl>(decl->getDeclContext())) entity.parent = type(owner);
  return ids_[decl] = unit_.intern(entity);
}

EntityId Names::synthetic(const FunctionDecl* owner, const std::string& key, QualType type,
                          SourceLocation where, const std::string& name) {
  Entity entity;
  entity.kind = EntityKind::Local;
  entity.usr = unit_.intern((owner ? usr(owner) : std::string("c:")) + "@" + key);
  if (owner) {
    entity.space = space(owner);
    entity.parent = function(owner);
  }
  entity.name = unit_.intern(name);
  entity.place = place(where);
  fillType(entity, type);
  return unit_.intern(entity);
}

std::vector<const FieldDecl*> Names::sharing(const FieldDecl* field) {
  const RecordDecl* record = field->getParent()->getDefinition();
  std::vector<const FieldDecl*> group;
  if (!record || inSystemHeader(field->getLocation())) return group;
  if (record->isUnion()) {
    for (const FieldDecl* member : record->fields())
      if (context_.getBaseElementType(member->getType())->isArithmeticType()) group.push_back(member);
  } else if (field->isBitField()) {
    bool here = false;
    for (const FieldDecl* member : record->fields()) {
      if (!member->isBitField() || member->getBitWidthValue(context_) == 0) {
        if (here) break;
        group.clear();
        continue;
      }
      here |= member->getCanonicalDecl() == field;
      if (member->getDeclName()) group.push_back(member);
    }
  }
  const bool mine = std::any_of(group.begin(), group.end(),
                                [&](const FieldDecl* member) { return member->getCanonicalDecl() == field; });
  const bool apart = std::any_of(group.begin(), group.end(), [&](const FieldDecl* member) {
    return facts(member->getType()).type_class != TypeClass::Plain || member->hasAttr<GuardedByAttr>() ||
           member->hasAttr<PtGuardedByAttr>();
  });
  if (group.size() < 2 || !mine || apart) group.clear();
  return group;
}

EntityId Names::field(const FieldDecl* decl) {
  decl = cast<FieldDecl>(decl->getCanonicalDecl());
  auto it = ids_.find(decl);
  if (it != ids_.end()) return it->second;
  const std::vector<const FieldDecl*> group = sharing(decl);
  if (!group.empty() && cast<FieldDecl>(group.front()->getCanonicalDecl()) != decl)
    return ids_[decl] = field(group.front());
  Entity entity;
  entity.kind = EntityKind::Field;
  entity.usr = unit_.intern(usr(decl));
  entity.space = space(decl);
  entity.name = unit_.intern(prettyName(decl));
  entity.parent = type(decl->getParent());
  entity.index = decl->getFieldIndex();
  entity.is_private = decl->getAccess() == AS_private || decl->getAccess() == AS_protected;
  entity.in_system_header = inSystemHeader(decl->getLocation());
  entity.place = place(decl->getLocation());
  fillType(entity, decl->getType());
  if (decl->isMutable() && entity.type_class == TypeClass::Const) entity.type_class = TypeClass::Plain;
  if (!group.empty()) {
    constexpr std::size_t kNamed = 3;
    std::string names;
    for (std::size_t i = 0; i < group.size() && i <= kNamed; ++i) {
      if (i > 0) names += ", ";
      names += i == kNamed ? "…" : group[i]->getNameAsString();
      entity.is_pointer |= facts(group[i]->getType()).is_pointer;
    }
    std::string name = prettyName(decl);
    name.resize(name.size() - decl->getName().size());
    entity.name = unit_.intern(name + "{" + names + "}");
  }
  return ids_[decl] = unit_.intern(entity);
}

EntityId Names::type(const RecordDecl* decl) {
  if (const RecordDecl* definition = decl->getDefinition()) decl = definition;
  auto it = ids_.find(decl);
  if (it != ids_.end()) return it->second;
  Entity entity;
  entity.kind = EntityKind::Type;
  entity.usr = unit_.intern(usr(decl));
  entity.space = space(decl);
  entity.name = unit_.intern(prettyName(decl));
  entity.in_system_header = inSystemHeader(decl->getLocation());
  entity.place = place(decl->getLocation());
  EntityId id = ids_[decl] = unit_.intern(entity);
  if (const auto* cxx = dyn_cast<CXXRecordDecl>(decl); cxx && cxx->hasDefinition()) {
    std::vector<EntityId> bases;
    for (const CXXBaseSpecifier& base : cxx->bases())
      if (const CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl()) bases.push_back(type(parent));
    unit_[id].bases = std::move(bases);
  }
  if (!entity.in_system_header && pureLockField(decl)) {
    TypeFacts f = facts(pureLockField(decl)->getType());
    unit_[id].type_class = TypeClass::Lock;
    unit_[id].lock = f.lock;
  }
  return id;
}

EntityId Names::function(const FunctionDecl* decl) {
  decl = decl->getCanonicalDecl();
  auto it = ids_.find(decl);
  if (it != ids_.end()) return it->second;
  Entity entity;
  entity.kind = EntityKind::Function;
  entity.usr = unit_.intern(usr(decl));
  entity.space = space(decl);
  entity.name = unit_.intern(prettyName(decl));
  entity.in_system_header = inSystemHeader(decl->getLocation());
  entity.place = place(decl->getLocation());
  const auto* method = dyn_cast<CXXMethodDecl>(decl);
  if (method) entity.is_private = method->getAccess() == AS_private || method->getAccess() == AS_protected;
  EntityId id = ids_[decl] = unit_.intern(entity);
  if (method && !method->getParent()->isLambda()) {
    EntityId parent = type(method->getParent());
    std::vector<EntityId> overrides;
    for (const CXXMethodDecl* base : method->overridden_methods())
      overrides.push_back(function(base));
    unit_[id].parent = parent;
    unit_[id].overrides = std::move(overrides);
  }
  return id;
}

// ---- models -----------------------------------------------------------------------------------------------------

const FunctionModel* Names::functionModel(const FunctionDecl* decl, unsigned arguments,
                                          const CXXRecordDecl* receiver) {
  std::tuple<const Decl*, const Decl*, unsigned> slot{decl, receiver, arguments};
  auto it = function_models_.find(slot);
  if (it != function_models_.end()) return it->second;
  const FunctionModel* found = nullptr;
  std::string last = lastName(decl);
  if (const auto* method = dyn_cast<CXXMethodDecl>(decl)) {
    // The class named in the model may be the declaring class, the receiver's, or any base in between.
    llvm::SmallVector<const CXXRecordDecl*, 8> work;
    if (receiver) work.push_back(receiver);
    work.push_back(method->getParent());
    for (unsigned i = 0; i < work.size() && !found && i < 32; ++i) {
      std::string name = modelName(work[i]);
      if (isa<CXXConstructorDecl>(decl) || isa<CXXDestructorDecl>(decl)) {
        if (i > 0 && work[i] != method->getParent()) continue;
      }
      found = models_.function(name + "::" + last, arguments);
      if (!found && work[i]->hasDefinition())
        for (const CXXBaseSpecifier& base : work[i]->bases())
          if (const CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl()) work.push_back(parent);
    }
  } else {
    found = models_.function(modelName(decl), arguments);
    // A program's own `raise(Gauge&)` is not libc's.
    const FunctionDecl* definition = nullptr;
    if (found && found->c_linkage && !decl->getBuiltinID() &&
        !inSystemHeader(decl->getCanonicalDecl()->getLocation()) &&
        (!decl->isExternC() || decl->isDefined(definition)))
      found = nullptr;
  }
  return function_models_[slot] = found;
}

} // namespace racecourse::frontend
