#include "checker/tool/config_locks.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace racecourse::tool {

namespace {

/// What one key of a declaration says of its functions.
struct Part {
  const char* key;
  NameList LockDeclaration::* functions;
  const char* role;
  bool shared, may_fail;
  const char* usual; ///< the name that a class of the standard gives it
};

constexpr std::array<Part, 6> kParts = {{
    {"acquire", &LockDeclaration::acquire, "acquire", false, false, "lock"},
    {"release", &LockDeclaration::release, "release", false, false, "unlock"},
    {"try", &LockDeclaration::try_acquire, "acquire", false, true, "try_lock"},
    {"acquire-shared", &LockDeclaration::acquire_shared, "acquire", true, false, "lock_shared"},
    {"release-shared", &LockDeclaration::release_shared, "release", true, false, "unlock_shared"},
    {"try-shared", &LockDeclaration::try_shared, "acquire", true, true, "try_lock_shared"},
}};

constexpr std::array<std::string_view, 4> kKinds = {"mutex", "recursive", "shared", "spin"};

bool isNamed(const LockDeclaration& lock, const Part& part) {
  return !(lock.*part.functions).names.empty();
}

bool namesFunctions(const LockDeclaration& lock) {
  return std::ranges::any_of(kParts, [&](const Part& part) { return isNamed(lock, part); });
}

std::string kindOf(const LockDeclaration& lock) {
  if (!lock.kind.empty()) return lock.kind;
  const bool shares =
      std::ranges::any_of(kParts, [&](const Part& part) { return part.shared && isNamed(lock, part); });
  return shares ? "shared" : "mutex";
}

/// The functions of a part: those that are named, or, of a class that names none, what the standard's locks have.
std::vector<std::string> functionsOf(const LockDeclaration& lock, const Part& part) {
  if (namesFunctions(lock)) return (lock.*part.functions).names;
  if (part.shared && kindOf(lock) != "shared") return {};
  return {part.usual};
}

std::string complaintAboutNames(const LockDeclaration& lock) {
  const auto of = [&](const NameList& list, bool member) -> std::string {
    for (const std::string& name : list.names) {
      const bool odd = std::ranges::any_of(name, [](unsigned char c) {
        return c < ' ' || c == '"' || c == '\'' || c == '\\' || c == '(' || c == ';';
      });
      if (name.empty() || odd) return "'" + name + "' is no name: names stand without arguments and quotes";
      if (member && name.find("::") != std::string::npos)
        return "'" + name + "' is looked for in its class: give the name of the member alone";
    }
    return "";
  };
  std::string problem;
  for (const Part& part : kParts)
    if (problem.empty()) problem = of(lock.*part.functions, !lock.classes.names.empty());
  for (const NameList* list : {&lock.classes, &lock.types, &lock.guards})
    if (problem.empty()) problem = of(*list, false);
  return problem;
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "[\"" : ", \"") + name + "\"";
  return text + "]";
}

std::string functionEntry(const LockDeclaration& lock, const Part& part) {
  const std::vector<std::string> functions = functionsOf(lock, part);
  if (functions.empty()) return "";
  std::string entry =
      lock.classes.names.empty()
          ? "names: " + quoted(functions) + ", subject: " + std::to_string(lock.argument.value_or(0))
          : "of: " + quoted(lock.classes.names) + ", members: " + quoted(functions);
  entry += std::string(", role: ") + part.role;
  if (part.shared) entry += ", mode: shared";
  if (part.may_fail)
    entry += ", flavour: try, success: " + (lock.success.empty() ? std::string("non-zero") : lock.success);
  return "  - {" + entry + "}\n";
}

} // namespace

std::string complaintAbout(const LockDeclaration& lock) {
  const bool of_class = !lock.classes.names.empty();
  if (of_class && !lock.types.names.empty())
    return "'class' has members and 'type' is for functions: only one of them";
  if (!of_class && !namesFunctions(lock))
    return "a lock needs its 'class', or the functions that 'acquire' and 'release' it";
  if (of_class && lock.argument)
    return "'argument' is for functions, and members of a class lock their object";
  if (lock.argument.value_or(0) > 30) return "'argument' counts from 0 and cannot exceed 30";
  if (!lock.kind.empty() && std::ranges::find(kKinds, lock.kind) == kKinds.end())
    return "the kind of a lock is mutex, recursive, shared or spin, not '" + lock.kind + "'";
  if (!lock.success.empty() && lock.success != "zero" && lock.success != "non-zero")
    return "'success' is zero or non-zero, not '" + lock.success + "'";
  if (!lock.success.empty() && lock.try_acquire.names.empty() && lock.try_shared.names.empty())
    return "'success' says what 'try' returns, and there is no 'try'";
  const bool takes = !lock.acquire.names.empty() || !lock.try_acquire.names.empty();
  const bool shares = !lock.acquire_shared.names.empty() || !lock.try_shared.names.empty();
  if (takes && lock.release.names.empty()) return "what is acquired must be released: 'release' is missing";
  if (shares && lock.release.names.empty() && lock.release_shared.names.empty())
    return "what is acquired must be released: 'release-shared' is missing";
  if (!takes && !lock.release.names.empty() && !shares)
    return "what is released must be acquired: 'acquire' is missing";
  if (!shares && !lock.release_shared.names.empty())
    return "what is released must be acquired: 'acquire-shared' is missing";
  if ((shares || !lock.release_shared.names.empty()) && kindOf(lock) != "shared")
    return "only locks of the kind shared can be acquired by several at once";
  return complaintAboutNames(lock);
}

std::vector<std::string> declaredNames(const LockDeclaration& lock) {
  std::vector<std::string> names;
  for (const NameList* list : {&lock.classes, &lock.types, &lock.guards})
    names.insert(names.end(), list->names.begin(), list->names.end());
  for (const Part& part : kParts)
    for (const std::string& function : functionsOf(lock, part)) {
      if (lock.classes.names.empty()) names.push_back(function);
      for (const std::string& scope : lock.classes.names)
        names.push_back(scope + "::" + function);
    }
  return names;
}

std::string lockModels(const std::vector<LockDeclaration>& locks) {
  std::string types, functions;
  for (const LockDeclaration& lock : locks) {
    for (const NameList* list : {&lock.classes, &lock.types})
      if (!list->names.empty())
        types += "  - {names: " + quoted(list->names) + ", class: lock, lock: " + kindOf(lock) + "}\n";
    if (!lock.guards.names.empty()) types += "  - {names: " + quoted(lock.guards.names) + ", class: guard}\n";
    for (const Part& part : kParts)
      functions += functionEntry(lock, part);
  }
  if (!types.empty()) types.insert(0, "types:\n");
  if (!functions.empty()) functions.insert(0, "functions:\n");
  return types + functions;
}

} // namespace racecourse::tool
