#include "checker/analysis/wording.h"

#include <algorithm>

namespace racecourse::analysis {

using model::AccessKind;

std::string quoted(std::string_view name) {
  return "`" + std::string(name) + "`";
}

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : many);
}

std::string entityName(const Facts& facts, model::EntityId entity) {
  if (!entity) return "unnamed";
  const model::Unit& program = facts.program();
  std::string_view name = program.text(program[entity].name);
  return name.empty() ? "unnamed" : std::string(name);
}

std::string functionName(const Facts& facts, model::FunctionId function) {
  return entityName(facts, facts.program()[function].entity);
}

std::string threadPhrase(const Facts& facts, ContextId context) {
  std::string name = facts.threadName(context);
  const std::size_t place = name.find(" spawned at ");
  if (place != std::string::npos) name.resize(place);
  if (name == "main thread") name = "the main thread";
  return name;
}

std::string otherThreadPhrase(const Facts& facts, ContextId first, ContextId second) {
  const ThreadId a = facts.context(first).thread;
  const ThreadId b = facts.context(second).thread;
  const std::string name = threadPhrase(facts, second);
  if (a != b && name != threadPhrase(facts, first)) return name;
  switch (facts.thread(b).kind) {
  case ThreadRoot::Kind::Spawned: return "another " + name;
  case ThreadRoot::Kind::Intent: return "another thread in the same class";
  case ThreadRoot::Kind::Main:
  case ThreadRoot::Kind::Unknown: break;
  }
  return "another thread";
}

std::string_view accessVerb(AccessKind kind) {
  switch (kind) {
  case AccessKind::Read: return "reads";
  case AccessKind::Write: return "writes";
  case AccessKind::ReadWrite: return "updates";
  case AccessKind::AddressTaken: break;
  }
  return "takes the address of";
}

std::string_view accessParticiple(AccessKind kind) {
  switch (kind) {
  case AccessKind::Read: return "read";
  case AccessKind::Write: return "written";
  case AccessKind::ReadWrite: return "updated";
  case AccessKind::AddressTaken: break;
  }
  return "shared";
}

std::string heldPhrase(const Facts& facts, Point point) {
  std::vector<std::string> names;
  for (const HeldLock& lock : facts.lockset(facts.state(point).may)) {
    names.push_back(quoted(facts.lockName(point.context, lock)));
  }
  if (names.empty()) return "without a lock";
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return "holding only " + listed(names);
}

Confidence weaker(Confidence a, Confidence b) {
  return std::max(a, b);
}

bool addImprecision(const Facts& facts, const std::vector<ContextId>& contexts,
                    std::vector<std::string>& notes) {
  std::vector<std::string> found;
  for (ContextId context : contexts) {
    std::vector<std::string> more = facts.notes(context);
    found.insert(found.end(), more.begin(), more.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  for (std::string& note : found) {
    notes.push_back("imprecise: " + note);
  }
  return !found.empty();
}

} // namespace racecourse::analysis
