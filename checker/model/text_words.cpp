#include "checker/model/text_words.h"

namespace racecourse::model::text {
namespace {

using Words = std::string_view;

constexpr Words kEntityKinds[] = {"global", "static", "local", "param", "field", "declare", "type"};
constexpr Words kTypeClasses[] = {"plain", "atomic",       "const", "thread_local",
                                  "lock",  "synchroniser", "guard", "handle"};
constexpr Words kLockKinds[] = {"none",      "mutex",  "recursive", "shared", "spin", "binary_semaphore",
                                "semaphore", "unknown"};
constexpr Words kAccessKinds[] = {"read", "write", "update", "address"};
constexpr Words kModes[] = {"exclusive", "shared"};
constexpr Words kFlavours[] = {"blocking", "try", "timed"};
constexpr Words kGuardHows[] = {"acquire", "adopt", "defer"};
constexpr Words kEscapeHows[] = {"stored", "captured", "passed", "returned", "published"};
constexpr Words kValueKinds[] = {"none", "object", "value", "copy", "callable"};
constexpr Words kAtomicOps[] = {"none", "load", "store", "update", "compare_exchange"};
constexpr Words kContracts[] = {"requires", "acquires", "releases",    "try_acquires",
                                "excludes", "asserts",  "returns_lock"};
constexpr Words kNotes[] = {"cap_hit", "unsupported_syntax", "unresolved_call", "unmodelled_primitive",
                            "differing_bodies"};

constexpr Flag<Entity> kEntityFlags[] = {
    {"reference", &Entity::is_reference}, {"pointer", &Entity::is_pointer},
    {"volatile", &Entity::is_volatile},   {"private", &Entity::is_private},
    {"container", &Entity::is_container}, {"system", &Entity::in_system_header},
};
constexpr Flag<Function> kFunctionFlags[] = {
    {"constructor", &Function::is_constructor},
    {"destructor", &Function::is_destructor},
    {"virtual", &Function::is_virtual},
    {"lambda", &Function::is_lambda},
    {"main", &Function::is_main},
    {"exported", &Function::is_exported},
    {"private", &Function::is_private},
    {"address_taken", &Function::address_taken},
    {"noexcept", &Function::is_noexcept},
    {"before_main", &Function::runs_before_main},
    {"analysis_off", &Function::analysis_off},
    {"system", &Function::in_system_header},
    {"widened", &Function::widened},
};
constexpr Flag<Event> kEventFlags[] = {
    {"initialises", &Event::initialises}, {"in_loop", &Event::in_loop},
    {"predicate", &Event::has_predicate}, {"all_elements", &Event::all_elements},
    {"by_library", &Event::by_library},
};
constexpr Bit kCallBits[] = {
    {"virtual", kCallVirtual},
    {"indirect", kCallIndirect},
    {"invokes_arguments", kCallInvokesArguments},
    {"stores_arguments", kCallStoresArguments},
    {"may_throw", kCallMayThrow},
    {"blocking", kCallBlocking},
    {"known", kCallKnown},
    {"once", kCallOnce},
    {"container_test", kCallContainerTest},
    {"no_return", kCallNoReturn},
    {"ignores_shared", kCallIgnoresShared},
    {"io", kCallIo},
    {"drops_future", kCallDropsFuture},
    {"unbounded", kCallUnbounded},
    {"makes_pool", kCallMakesPool},
    {"forks", kCallForks},
};
constexpr Bit kSpawnBits[] = {
    {"detached", kSpawnDetached},
    {"pool", kSpawnPool},
    {"joins_at_end", kSpawnJoinsAtEnd},
    {"drops_future", kSpawnDropsFuture},
    {"maybe_detached", kSpawnMaybeDetached},
    {"carries_exceptions", kSpawnCarriesExceptions},
    {"must_join", kSpawnMustJoin},
    {"keeps_resources", kSpawnKeepsResources},
};
constexpr Bit kAccessBits[] = {{"grows", kAccessGrows},
                               {"unlocked", kAccessUnlocked},
                               {"own_lock", kAccessLocked},
                               {"relaxed", kAccessRelaxed}};
constexpr Bit kLockBits[] = {{"by_member", kLockByMember}};
// Besides the flags above. `try`, `timed` and the like may follow an optional path.
constexpr Words kReserved[] = {
    "this",      "result",   "alloc",     "unknown",  "global", "local", "param",    "none",   "shared",
    "exclusive", "try",      "timed",     "blocking", "with",   "to",    "not",      "locked", "owns",
    "child",     "flag",     "identity",  "object",   "value",  "copy",  "callable", "stored", "captured",
    "passed",    "returned", "published", "unplaced", "true",   "false",
};

} // namespace

template <> std::span<const Words> wordsOf<EntityKind>() {
  return kEntityKinds;
}
template <> std::span<const Words> wordsOf<TypeClass>() {
  return kTypeClasses;
}
template <> std::span<const Words> wordsOf<LockKind>() {
  return kLockKinds;
}
template <> std::span<const Words> wordsOf<AccessKind>() {
  return kAccessKinds;
}
template <> std::span<const Words> wordsOf<Mode>() {
  return kModes;
}
template <> std::span<const Words> wordsOf<Flavour>() {
  return kFlavours;
}
template <> std::span<const Words> wordsOf<GuardHow>() {
  return kGuardHows;
}
template <> std::span<const Words> wordsOf<EscapeHow>() {
  return kEscapeHows;
}
template <> std::span<const Words> wordsOf<ValueKind>() {
  return kValueKinds;
}
template <> std::span<const Words> wordsOf<AtomicOp>() {
  return kAtomicOps;
}
template <> std::span<const Words> wordsOf<Contract::Kind>() {
  return kContracts;
}
template <> std::span<const Words> wordsOf<Note::Kind>() {
  return kNotes;
}

std::span<const Flag<Entity>> entityFlags() {
  return kEntityFlags;
}
std::span<const Flag<Function>> functionFlags() {
  return kFunctionFlags;
}
std::span<const Flag<Event>> eventFlags() {
  return kEventFlags;
}
std::span<const Bit> callBits() {
  return kCallBits;
}
std::span<const Bit> spawnBits() {
  return kSpawnBits;
}

std::span<const Bit> bitsOf(EventKind kind) {
  switch (kind) {
  case EventKind::Call: return kCallBits;
  case EventKind::Spawn: return kSpawnBits;
  case EventKind::Access: return kAccessBits;
  case EventKind::Acquire:
  case EventKind::Release: return kLockBits;
  default: return {};
  }
}

bool isReserved(std::string_view word) {
  for (const Words& reserved : kReserved)
    if (reserved == word) return true;
  for (const auto& flag : kEventFlags)
    if (flag.word == word) return true;
  for (const auto bits : {callBits(), spawnBits(), bitsOf(EventKind::Access), bitsOf(EventKind::Acquire)})
    for (const Bit& bit : bits)
      if (bit.word == word) return true;
  return false;
}

std::string_view lastComponent(std::string_view name) {
  const std::size_t at = name.rfind("::");
  return at == std::string_view::npos ? name : name.substr(at + 2);
}

std::string_view ownerOf(std::string_view name) {
  const std::size_t at = name.rfind("::");
  return at == std::string_view::npos ? std::string_view() : name.substr(0, at);
}

TypeClass classOfObject(const Unit& unit, PathId id) {
  if (!id) return TypeClass::Plain;
  const Path& path = unit[id];
  EntityId declared = path.root == RootKind::This || path.root == RootKind::Unknown ||
                              path.root == RootKind::Result || path.root == RootKind::Alloc
                          ? EntityId()
                          : path.entity;
  for (const Step& step : path.steps) {
    if (step.kind == StepKind::Field) declared = step.field;
    if (step.kind == StepKind::Deref) declared = {};
  }
  return declared ? unit[declared].type_class : TypeClass::Plain;
}

AtomicOp usualOp(TypeClass type_class, AccessKind access) {
  if (type_class != TypeClass::Atomic) return AtomicOp::None;
  switch (access) {
  case AccessKind::Read: return AtomicOp::Load;
  case AccessKind::Write: return AtomicOp::Store;
  case AccessKind::ReadWrite: return AtomicOp::Update;
  case AccessKind::AddressTaken: return AtomicOp::None;
  }
  return AtomicOp::None;
}

EntityId methodAround(const Unit& unit, const std::unordered_map<EntityId, FunctionId>& records,
                      EntityId function) {
  for (int i = 0; i < kMaxNesting && function; ++i) {
    const auto record = records.find(function);
    if (record == records.end()) return function;
    const Function& inner = unit[record->second];
    if (!inner.is_lambda || !inner.enclosing) return function;
    function = inner.enclosing;
  }
  return function;
}

} // namespace racecourse::model::text
