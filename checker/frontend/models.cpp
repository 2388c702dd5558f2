// Reading the library models. A file is a list of harmless names, a list of types and a list of functions;
// every entry gives many names one model (docs/models.md). Entries are expanded into hash tables here, once,
// so that the frontend's question for a name is one probe.
//
// Order decides: the compiled-in files by name, then the user's files. A later file replaces what earlier
// ones said of the same name; within one file a second entry for the same name and argument counts is an
// error, since one of the two would be silently dead.

#include "checker/frontend/models.h"

#include "checker/frontend/embedded_models.h"
#include "checker/frontend/llvm_versions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

#include <algorithm>
#include <bitset>

namespace racecourse::frontend {
namespace {

/// Which numbers of arguments an entry speaks about; none set: any number.
using ArgumentCounts = std::bitset<32>;

enum class TypeTrait : std::uint8_t {
  PointerLike,
  Container,
  JoinsAtEnd,
  MustJoin,
  PerThread,
  LocksItself,
  Future,
  MayOwnNothing,
  Unlocks,
  Transparent
};

struct FunctionEntry {
  std::vector<std::string> names;
  std::vector<std::string> of;
  std::vector<std::string> members;
  std::vector<unsigned> arguments;
  std::vector<model::CallFlag> flags;
  std::vector<model::SpawnFlag> spawn;
  FunctionModel model;
};

struct TypeEntry {
  std::vector<std::string> names;
  std::vector<TypeTrait> traits;
  TypeModel model;
};

enum class Linkage : std::uint8_t { Any, C };

struct ModelFile {
  Linkage linkage = Linkage::Any;
  std::vector<std::string> harmless;
  std::vector<TypeEntry> types;
  std::vector<FunctionEntry> functions;
};

/// What the reader of one file remembers to refuse a second entry for the same thing.
struct SeenNames {
  llvm::StringMap<std::vector<ArgumentCounts>> functions;
  llvm::StringSet<> types;
};

ArgumentCounts countsOf(const FunctionEntry& entry) {
  ArgumentCounts counts;
  for (unsigned count : entry.arguments)
    counts.set(count);
  return counts;
}

/// All names of an entry: those given whole, and every member of every class in `of`.
std::vector<std::string> expand(const FunctionEntry& entry) {
  std::vector<std::string> all = entry.names;
  all.reserve(all.size() + entry.of.size() * entry.members.size());
  for (const std::string& scope : entry.of)
    for (const std::string& member : entry.members)
      all.push_back(scope + "::" + member);
  return all;
}

/// One sentence saying what is wrong with an entry that is well-formed YAML, or nothing.
std::string complaint(const FunctionEntry& entry) {
  const FunctionModel& model = entry.model;
  if (entry.of.empty() != entry.members.empty()) return "'of' and 'members' need each other";
  if (entry.names.empty() && entry.of.empty()) return "an entry needs 'names', or 'of' and 'members'";
  for (unsigned count : entry.arguments)
    if (count >= ArgumentCounts().size()) return "'arguments' cannot exceed 31";
  const bool has_entry = model.entry_argument >= 0 || !model.entry_method.empty();
  if (model.role == Role::Spawn && !has_entry)
    return "a spawn needs an 'entry' argument or an 'entry-method'";
  if (model.role != Role::Spawn && (has_entry || !entry.spawn.empty()))
    return "'entry', 'entry-method' and 'spawn' mean something only with role 'spawn'";
  if (model.role != Role::Wait && (model.lock_argument != -1 || model.predicate_argument >= 0 || model.timed))
    return "'lock', 'predicate' and 'timed' mean something only with role 'wait'";
  if (model.role != Role::LockInit && model.role != Role::Spawn && model.kind_argument >= 0)
    return "'kind-argument' means something only with role 'lock-init' or 'spawn'";
  if (model.role != Role::LockInit && model.permits_argument >= 0)
    return "'permits-argument' means something only with role 'lock-init'";
  const bool has_text = model.sql == Sql::Open || model.sql == Sql::Prepare || model.sql == Sql::Run;
  const bool has_statement = model.sql != Sql::None && model.sql != Sql::Run;
  if (has_text != (model.sql_text >= 0)) return "'sql-text' belongs to 'sql: open', 'sql: prepare' and 'sql: run'";
  if (has_statement != (model.sql_statement >= 0))
    return "'sql-statement' belongs to 'sql: open', 'sql: prepare', 'sql: step' and 'sql: column'";
  if (model.sql_answer >= 0 && model.sql != Sql::Run) return "'sql-answer' belongs to 'sql: run'";
  if (model.open_flags_argument < 0 && (model.unlocked_bits != 0 || model.locked_bits != 0))
    return "'unlocked-bits' and 'locked-bits' need 'open-flags'";
  if (model.role == Role::Acquire && model.flavour != model::Flavour::Blocking &&
      model.success == Success::Always)
    return "an acquisition that may fail needs 'success'";
  if (model.success != Success::Always && model.role != Role::Acquire)
    return "'success' means something only with role 'acquire'";
  if (model.grows && model.role != Role::ContainerWrite)
    return "'grows' means something only with role 'container-write'";
  if (model.role == Role::Probe && model.subject >= 0) return "a probe has no subject";
  return {};
}

std::string complaint(const TypeEntry& entry) {
  if (entry.names.empty()) return "an entry needs 'names'";
  if ((entry.model.type_class == model::TypeClass::Lock) != (entry.model.lock != model::LockKind::None))
    return "class 'lock' and a 'lock' kind need each other";
  if (entry.model.type_class != model::TypeClass::Guard &&
      (entry.model.guard_unlocks || entry.model.guard_may_own_nothing))
    return "traits 'unlocks' and 'may-own-nothing' mean something only with class 'guard'";
  return {};
}

std::string remember(SeenNames& seen, const FunctionEntry& entry) {
  const ArgumentCounts counts = countsOf(entry);
  for (const std::string& name : expand(entry)) {
    std::vector<ArgumentCounts>& before = seen.functions[name];
    for (ArgumentCounts other : before)
      if ((counts & other).any() || (counts.none() && other.none()))
        return "'" + name + "' already has an entry for this number of arguments";
    before.push_back(counts);
  }
  return {};
}

std::string remember(SeenNames& seen, const TypeEntry& entry) {
  for (const std::string& name : entry.names)
    if (!seen.types.insert(name).second) return "'" + name + "' already has an entry";
  return {};
}

} // namespace
} // namespace racecourse::frontend

LLVM_YAML_IS_SEQUENCE_VECTOR(racecourse::frontend::FunctionEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(racecourse::frontend::TypeEntry)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(racecourse::frontend::TypeTrait)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(racecourse::model::CallFlag)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(racecourse::model::SpawnFlag)

namespace llvm::yaml {

using namespace racecourse;
using namespace racecourse::frontend;

template <> struct ScalarEnumerationTraits<Role> {
  static void enumeration(IO& io, Role& value) {
    io.enumCase(value, "none", Role::None);
    io.enumCase(value, "acquire", Role::Acquire);
    io.enumCase(value, "release", Role::Release);
    io.enumCase(value, "assert-held", Role::AssertHeld);
    io.enumCase(value, "wait", Role::Wait);
    io.enumCase(value, "notify", Role::Notify);
    io.enumCase(value, "spawn", Role::Spawn);
    io.enumCase(value, "join", Role::Join);
    io.enumCase(value, "detach", Role::Detach);
    io.enumCase(value, "lock-init", Role::LockInit);
    io.enumCase(value, "lock-destroy", Role::LockDestroy);
    io.enumCase(value, "once", Role::Once);
    io.enumCase(value, "container-read", Role::ContainerRead);
    io.enumCase(value, "container-test", Role::ContainerTest);
    io.enumCase(value, "container-write", Role::ContainerWrite);
    io.enumCase(value, "dereference", Role::Dereference);
    io.enumCase(value, "forward", Role::Forward);
    io.enumCase(value, "make-object", Role::MakeObject);
    io.enumCase(value, "atomic-load", Role::AtomicLoad);
    io.enumCase(value, "atomic-store", Role::AtomicStore);
    io.enumCase(value, "atomic-update", Role::AtomicUpdate);
    io.enumCase(value, "atomic-compare-exchange", Role::AtomicCompareExchange);
    io.enumCase(value, "guard-owns", Role::GuardOwns);
    io.enumCase(value, "guard-disown", Role::GuardDisown);
    io.enumCase(value, "guard-swap", Role::GuardSwap);
    io.enumCase(value, "throw-only", Role::ThrowOnly);
    io.enumCase(value, "probe", Role::Probe);
  }
};

template <> struct ScalarEnumerationTraits<Success> {
  static void enumeration(IO& io, Success& value) {
    io.enumCase(value, "always", Success::Always);
    io.enumCase(value, "non-zero", Success::NonZero);
    io.enumCase(value, "zero", Success::Zero);
    io.enumCase(value, "minus-one", Success::MinusOne);
  }
};

template <> struct ScalarEnumerationTraits<Sql> {
  static void enumeration(IO& io, Sql& value) {
    io.enumCase(value, "none", Sql::None);
    io.enumCase(value, "open", Sql::Open);
    io.enumCase(value, "prepare", Sql::Prepare);
    io.enumCase(value, "run", Sql::Run);
    io.enumCase(value, "step", Sql::Step);
    io.enumCase(value, "column", Sql::Column);
  }
};

template <> struct ScalarEnumerationTraits<GuardTag> {
  static void enumeration(IO& io, GuardTag& value) {
    io.enumCase(value, "adopt", GuardTag::Adopt);
    io.enumCase(value, "defer", GuardTag::Defer);
    io.enumCase(value, "try", GuardTag::Try);
  }
};

template <> struct ScalarEnumerationTraits<Linkage> {
  static void enumeration(IO& io, Linkage& value) {
    io.enumCase(value, "any", Linkage::Any);
    io.enumCase(value, "c", Linkage::C);
  }
};

template <> struct ScalarEnumerationTraits<TypeTrait> {
  static void enumeration(IO& io, TypeTrait& value) {
    io.enumCase(value, "pointer-like", TypeTrait::PointerLike);
    io.enumCase(value, "container", TypeTrait::Container);
    io.enumCase(value, "joins-at-end", TypeTrait::JoinsAtEnd);
    io.enumCase(value, "must-join", TypeTrait::MustJoin);
    io.enumCase(value, "per-thread", TypeTrait::PerThread);
    io.enumCase(value, "locks-itself", TypeTrait::LocksItself);
    io.enumCase(value, "future", TypeTrait::Future);
    io.enumCase(value, "may-own-nothing", TypeTrait::MayOwnNothing);
    io.enumCase(value, "unlocks", TypeTrait::Unlocks);
    io.enumCase(value, "transparent", TypeTrait::Transparent);
  }
};

template <> struct ScalarEnumerationTraits<model::Mode> {
  static void enumeration(IO& io, model::Mode& value) {
    io.enumCase(value, "exclusive", model::Mode::Exclusive);
    io.enumCase(value, "shared", model::Mode::Shared);
  }
};

template <> struct ScalarEnumerationTraits<model::Flavour> {
  static void enumeration(IO& io, model::Flavour& value) {
    io.enumCase(value, "blocking", model::Flavour::Blocking);
    io.enumCase(value, "try", model::Flavour::Try);
    io.enumCase(value, "timed", model::Flavour::Timed);
  }
};

template <> struct ScalarEnumerationTraits<model::TypeClass> {
  static void enumeration(IO& io, model::TypeClass& value) {
    io.enumCase(value, "plain", model::TypeClass::Plain);
    io.enumCase(value, "atomic", model::TypeClass::Atomic);
    io.enumCase(value, "const", model::TypeClass::Const);
    io.enumCase(value, "thread-local", model::TypeClass::ThreadLocal);
    io.enumCase(value, "lock", model::TypeClass::Lock);
    io.enumCase(value, "synchroniser", model::TypeClass::Synchroniser);
    io.enumCase(value, "guard", model::TypeClass::Guard);
    io.enumCase(value, "handle", model::TypeClass::Handle);
  }
};

template <> struct ScalarEnumerationTraits<model::LockKind> {
  static void enumeration(IO& io, model::LockKind& value) {
    io.enumCase(value, "mutex", model::LockKind::Mutex);
    io.enumCase(value, "recursive", model::LockKind::Recursive);
    io.enumCase(value, "shared", model::LockKind::Shared);
    io.enumCase(value, "spin", model::LockKind::Spin);
    io.enumCase(value, "binary-semaphore", model::LockKind::BinarySemaphore);
    io.enumCase(value, "semaphore", model::LockKind::Semaphore);
    io.enumCase(value, "unknown", model::LockKind::Unknown);
  }
};

// Virtual and Known are not for files: the frontend sees the first itself, and the second is what an entry
// means.
template <> struct ScalarEnumerationTraits<model::CallFlag> {
  static void enumeration(IO& io, model::CallFlag& value) {
    io.enumCase(value, "indirect", model::kCallIndirect);
    io.enumCase(value, "invokes", model::kCallInvokesArguments);
    io.enumCase(value, "stores", model::kCallStoresArguments);
    io.enumCase(value, "may-throw", model::kCallMayThrow);
    io.enumCase(value, "blocking", model::kCallBlocking);
    io.enumCase(value, "once", model::kCallOnce);
    io.enumCase(value, "no-return", model::kCallNoReturn);
    io.enumCase(value, "ignores-shared", model::kCallIgnoresShared);
    io.enumCase(value, "io", model::kCallIo);
    io.enumCase(value, "makes-pool", model::kCallMakesPool);
    io.enumCase(value, "forks", model::kCallForks);
  }
};

template <> struct ScalarEnumerationTraits<model::SpawnFlag> {
  static void enumeration(IO& io, model::SpawnFlag& value) {
    io.enumCase(value, "detached", model::kSpawnDetached);
    io.enumCase(value, "pool", model::kSpawnPool);
    io.enumCase(value, "joins-at-end", model::kSpawnJoinsAtEnd);
    io.enumCase(value, "carries-exceptions", model::kSpawnCarriesExceptions);
    io.enumCase(value, "must-join", model::kSpawnMustJoin);
    io.enumCase(value, "keeps-resources", model::kSpawnKeepsResources);
  }
};

template <> struct MappingTraits<FunctionEntry> {
  static void mapping(IO& io, FunctionEntry& entry) {
    FunctionModel& model = entry.model;
    io.mapOptional("names", entry.names);
    io.mapOptional("of", entry.of);
    io.mapOptional("members", entry.members);
    io.mapOptional("arguments", entry.arguments);
    io.mapOptional("role", model.role);
    io.mapOptional("mode", model.mode);
    io.mapOptional("flavour", model.flavour);
    io.mapOptional("success", model.success);
    io.mapOptional("subject", model.subject);
    io.mapOptional("lock", model.lock_argument);
    io.mapOptional("predicate", model.predicate_argument);
    io.mapOptional("entry", model.entry_argument);
    io.mapOptional("entry-method", model.entry_method);
    io.mapOptional("bound", model.first_bound_argument);
    io.mapOptional("handle", model.handle_argument);
    io.mapOptional("kind-argument", model.kind_argument);
    io.mapOptional("permits-argument", model.permits_argument);
    io.mapOptional("variadic", model.variadic);
    io.mapOptional("timed", model.timed);
    io.mapOptional("element", model.element);
    io.mapOptional("grows", model.grows);
    io.mapOptional("capacity", model.capacity_argument);
    io.mapOptional("open-flags", model.open_flags_argument);
    io.mapOptional("unlocked-bits", model.unlocked_bits);
    io.mapOptional("locked-bits", model.locked_bits);
    io.mapOptional("sql", model.sql);
    io.mapOptional("sql-text", model.sql_text);
    io.mapOptional("sql-statement", model.sql_statement);
    io.mapOptional("sql-answer", model.sql_answer);
    io.mapOptional("flags", entry.flags);
    io.mapOptional("spawn", entry.spawn);
  }
  static std::string validate(IO& io, FunctionEntry& entry) {
    std::string sentence = complaint(entry);
    return sentence.empty() ? remember(*static_cast<SeenNames*>(io.getContext()), entry) : sentence;
  }
};

template <> struct MappingTraits<TypeEntry> {
  static void mapping(IO& io, TypeEntry& entry) {
    io.mapOptional("names", entry.names);
    io.mapOptional("class", entry.model.type_class);
    io.mapOptional("lock", entry.model.lock);
    io.mapOptional("guard-mode", entry.model.guard_mode);
    io.mapOptional("tag", entry.model.guard_tag);
    io.mapOptional("traits", entry.traits);
  }
  static std::string validate(IO& io, TypeEntry& entry) {
    std::string sentence = complaint(entry);
    return sentence.empty() ? remember(*static_cast<SeenNames*>(io.getContext()), entry) : sentence;
  }
};

template <> struct MappingTraits<ModelFile> {
  static void mapping(IO& io, ModelFile& file) {
    io.mapOptional("linkage", file.linkage);
    io.mapOptional("harmless", file.harmless);
    io.mapOptional("types", file.types);
    io.mapOptional("functions", file.functions);
  }
};

} // namespace llvm::yaml

namespace racecourse::frontend {

struct Models::Tables {
  struct Overload {
    ArgumentCounts counts;
    unsigned file = 0;
    FunctionModel model;
  };
  using Overloads = std::vector<Overload>;

  llvm::StringMap<Overloads> functions;
  llvm::StringMap<Overloads> wildcards; ///< by scope: "std::vector" for "std::vector::*"
  llvm::StringMap<TypeModel> types;
  llvm::StringSet<> harmless_names;
  std::vector<std::string> harmless_prefixes; ///< sorted, none the beginning of another
  std::uint64_t digest = 0;

  void add(const ModelFile& file, unsigned file_index);
  void addFunction(llvm::StringRef name, const Overload& overload);
  const FunctionModel* function(llvm::StringRef name, unsigned argument_count) const;
};

namespace {

llvm::StringRef ref(std::string_view text) {
  return {text.data(), text.size()};
}

/// Remembers the first message the reader has.
void keepFirst(const llvm::SMDiagnostic& diagnostic, void* sink) {
  std::string& error = *static_cast<std::string*>(sink);
  if (!error.empty() || diagnostic.getKind() != llvm::SourceMgr::DK_Error) return;
  error = (diagnostic.getFilename() + ":" + llvm::Twine(std::max(diagnostic.getLineNo(), 1)) + ": " +
           diagnostic.getMessage())
              .str();
}

bool read(llvm::StringRef text, llvm::StringRef name, ModelFile& file, std::string& error) {
  SeenNames seen;
  llvm::yaml::Input input(llvm::MemoryBufferRef(text, name), &seen, keepFirst, &error);
  input >> file;
  if (input.error() && error.empty()) error = (name + ":1: " + input.error().message()).str();
  return error.empty();
}

/// "operator int", "operator unsigned long", but not "operator new" or "operator==".
bool isConversion(llvm::StringRef member) {
  if (!member.consume_front("operator ") || member.empty() || !(llvm::isAlpha(member[0]) || member[0] == '_'))
    return false;
  return !member.starts_with("new") && !member.starts_with("delete") && member != "co_await";
}

} // namespace

void Models::Tables::addFunction(llvm::StringRef name, const Overload& overload) {
  const bool is_wildcard = name.consume_back("::*");
  Overloads& overloads = (is_wildcard ? wildcards : functions)[name];
  // An entry for any number of arguments says all there is to say; one for some numbers replaces its equals
  // only.
  std::erase_if(overloads, [&](const Overload& old) {
    return old.file < overload.file && (overload.counts.none() || (old.counts & overload.counts).any());
  });
  overloads.push_back(overload);
}

void Models::Tables::add(const ModelFile& file, unsigned file_index) {
  for (const FunctionEntry& entry : file.functions) {
    Overload overload{countsOf(entry), file_index, entry.model};
    for (model::CallFlag flag : entry.flags)
      overload.model.flags |= flag;
    for (model::SpawnFlag flag : entry.spawn)
      overload.model.spawn_flags |= flag;
    if (entry.model.role == Role::ContainerTest) overload.model.flags |= model::kCallContainerTest;
    // What is called through a stored callable is somebody else's code: modelled, but not known.
    if (!(overload.model.flags & model::kCallIndirect)) overload.model.flags |= model::kCallKnown;
    for (const std::string& name : expand(entry)) {
      overload.model.c_linkage = file.linkage == Linkage::C && name.find("::") == std::string::npos;
      addFunction(name, overload);
    }
  }
  for (const TypeEntry& entry : file.types) {
    TypeModel type = entry.model;
    for (TypeTrait trait : entry.traits)
      switch (trait) {
      case TypeTrait::PointerLike: type.pointer_like = true; break;
      case TypeTrait::Container: type.container = true; break;
      case TypeTrait::JoinsAtEnd: type.joins_at_end = true; break;
      case TypeTrait::Future: type.future = true; break;
      case TypeTrait::MayOwnNothing: type.guard_may_own_nothing = true; break;
      case TypeTrait::Unlocks: type.guard_unlocks = true; break;
      case TypeTrait::MustJoin: type.must_join = true; break;
      case TypeTrait::LocksItself: type.locks_itself = true; break;
      case TypeTrait::PerThread: type.per_thread = true; break;
      case TypeTrait::Transparent: type.transparent_wrapper = true; break;
      }
    for (const std::string& name : entry.names) {
      type.c_linkage = file.linkage == Linkage::C && name.find("::") == std::string::npos;
      types[name] = type;
    }
  }
  for (llvm::StringRef name : file.harmless)
    if (name.ends_with("::"))
      harmless_prefixes.push_back(name.str());
    else if (name.consume_back("*"))
      harmless_prefixes.push_back(name.str());
    else
      harmless_names.insert(name);
}

const FunctionModel* Models::Tables::function(llvm::StringRef name, unsigned argument_count) const {
  const auto pick = [&](const llvm::StringMap<Overloads>& map, llvm::StringRef key) -> const FunctionModel* {
    const auto found = map.find(key);
    if (found == map.end()) return nullptr;
    const FunctionModel* general = nullptr;
    for (const Overload& overload : found->second) {
      if (argument_count < overload.counts.size() && overload.counts.test(argument_count))
        return &overload.model;
      if (overload.counts.none() || (argument_count == 0xff && !general)) general = &overload.model;
    }
    return general;
  };
  if (const FunctionModel* exact = pick(functions, name)) return exact;
  const std::size_t split = name.rfind("::");
  if (split == llvm::StringRef::npos) return nullptr;
  const llvm::StringRef scope = name.substr(0, split);
  if (isConversion(name.substr(split + 2)))
    if (const FunctionModel* conversion = pick(functions, (scope + "::operator T").str())) return conversion;
  return pick(wildcards, scope);
}

std::shared_ptr<const Models> Models::load(const std::vector<std::string>& files, std::string& error,
                                           const std::string& last) {
  error.clear();
  auto tables = std::make_shared<Tables>();
  unsigned file_index = 0;
  std::string digest_input;
  const auto load_text = [&](llvm::StringRef text, llvm::StringRef name) {
    ModelFile file;
    if (!read(text, name, file, error)) return false;
    tables->add(file, file_index++);
    digest_input += std::to_string(hashOf(text)) + ";";
    return true;
  };
  for (const EmbeddedModel& model : embeddedModels())
    if (!load_text(ref(model.text), ref(model.name))) return nullptr;
  for (const std::string& path : files) {
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
    if (!buffer) {
      error = path + ": cannot be read: " + buffer.getError().message();
      return nullptr;
    }
    if (!load_text((*buffer)->getBuffer(), path)) return nullptr;
  }
  if (!last.empty() && !load_text(last, "declared locks")) return nullptr;
  std::vector<std::string>& prefixes = tables->harmless_prefixes;
  std::sort(prefixes.begin(), prefixes.end());
  // With these gone the only prefix that can match a name is the last one not after it.
  prefixes.erase(
      std::unique(prefixes.begin(), prefixes.end(),
                  [](llvm::StringRef kept, llvm::StringRef next) { return next.starts_with(kept); }),
      prefixes.end());
  tables->digest = hashOf(digest_input);
  auto models = std::make_shared<Models>();
  models->tables_ = std::move(tables);
  return models;
}

const FunctionModel* Models::function(std::string_view qualified_name, unsigned argument_count) const {
  return tables_->function(ref(qualified_name), argument_count);
}

const TypeModel* Models::type(std::string_view qualified_name) const {
  const llvm::StringMap<TypeModel>& types = tables_->types;
  auto found = types.find(ref(qualified_name));
  if (found == types.end() && qualified_name.ends_with('>'))
    found = types.find(ref(qualified_name.substr(0, qualified_name.find('<'))));
  return found == types.end() ? nullptr : &found->second;
}

bool Models::harmless(std::string_view qualified_name) const {
  if (tables_->harmless_names.contains(ref(qualified_name))) return true;
  const std::vector<std::string>& prefixes = tables_->harmless_prefixes;
  auto after = std::upper_bound(prefixes.begin(), prefixes.end(), qualified_name);
  return after != prefixes.begin() && qualified_name.starts_with(*std::prev(after));
}

std::uint64_t Models::digest() const {
  return tables_->digest;
}

} // namespace racecourse::frontend
