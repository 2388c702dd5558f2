// Reports as text. They are composed under the lock into pages of our own, with code addresses left as numbers, and
// named and written after the lock is given back: naming takes the loader's lock, which another thread may hold while
// it waits for ours.
//
// Wording: one headline a report, `racecourse: LEVEL: KIND: …`, then one block a thread, then the reason why a cycle is
// only an order. `happening`, `possible` and the names of kinds and rules are what tests and scripts look for.
#include "runtime/src/report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <unistd.h>

namespace racecourse::detail {

const char* nameOf(ReportKind kind) {
  constexpr const char* names[] = {
      "lock-order-cycle",     "self-deadlock",   "deadlock",         "wait-while-holding",
      "join-under-lock",      "stalled-wait",    "unlock-not-owner", "lock-held-at-thread-exit",
      "destroyed-while-held", "hold-over-budget"};
  return names[static_cast<unsigned>(kind)];
}
const char* nameOf(Level level) {
  constexpr const char* names[] = {"order", "possible", "happening"};
  return names[static_cast<unsigned>(level)];
}
const char* nameOf(LockKind kind) {
  constexpr const char* names[] = {
      "mutex",        "timed_mutex",        "recursive_mutex", "recursive_timed_mutex",
      "shared_mutex", "shared_timed_mutex", "spinlock",        "thread",
      "pool"};
  return names[static_cast<unsigned>(kind)];
}
const char* nameOf(Mode mode) {
  return mode == Mode::Shared ? "shared" : "exclusive";
}

const char* describeRules(RuleSet rules, Text& text) {
  struct Named {
    Rule rule;
    const char *name, *meaning;
  };
  constexpr Named named[] = {
      {RuleOneThread, "one-thread", "one thread does two of these steps and cannot wait for itself"},
      {RuleGate, "gate-lock", "another lock, held at two of these steps, lets only one thread in"},
      {RuleOrdered, "create-join-order", "creation and join of threads put one step before the other"},
      {RuleReaders, "readers-only", "a request for reading meets a hold for reading"},
      {RuleTimed, "timed", "a request gives up by itself"},
  };
  const char* meaning = "";
  bool first = true;
  for (const Named& rule : named)
    if (rules & rule.rule) {
      text << (first ? "" : ",") << rule.name;
      if (first) meaning = rule.meaning;
      first = false;
    }
  return meaning;
}

void describeThread(Core& core, Text& text, std::uint32_t number) {
  const ThreadInfo* thread = core.threads.find(number);
  text << "thread " << number;
  if (thread && thread->name[0] != 0) text << " \"" << thread->name << "\"";
}

void describeLock(Core& core, Text& text, std::uint32_t id) {
  const LockInfo* lock = lockById(core, id);
  text << (lock ? nameOf(lock->kind) : "lock") << " ";
  if (lock && lock->name[0] != 0)
    text << "\"" << lock->name << "\"";
  else
    text << "#" << (id & lock_slot_mask);
}

void describeStack(Core& core, Text& text, std::uint32_t number) {
  StackDepot::Stack stack = core.stacks.find(number);
  if (stack.count == 0) text << "    (no stack)\n";
  for (std::uint32_t i = 0; i < stack.count; ++i) {
    text << "    #" << i << " ";
    text.address(stack.frames[i]);
    text << "\n";
  }
}

bool openReport(Core& core, Told& told, const ReportInfo& info, std::uint64_t fingerprint) {
  fingerprint = mix(fingerprint, static_cast<std::uint64_t>(info.kind) + 1);
  auto place = std::lower_bound(core.told.begin(), core.told.end(), fingerprint);
  if (place != core.told.end() && *place == fingerprint) return false;
  core.told.insert(place, fingerprint);
  core.reports.push_back(info);
  if (info.level == Level::Order && !core.options.show_order) return false; // in the files, not in the log
  if (info.level != Level::Order) {
    told.counts = true;
    told.for_ever |= info.kind == ReportKind::Deadlock || info.kind == ReportKind::SelfDeadlock ||
                     info.kind == ReportKind::StalledWait;
    core.report_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.text << "racecourse: " << nameOf(info.level) << ": " << nameOf(info.kind);
  if (info.rules != 0) {
    told.text << " (only an order: ";
    describeRules(info.rules, told.text);
    told.text << ")";
  }
  told.text << "\n";
  return true;
}

void tellCycle(Core& core, Told& told, CycleInfo& cycle) {
  if (cycle.told) return;
  bool through_run = false;
  std::uint64_t fingerprint = cycle.length + 16 * static_cast<std::uint64_t>(cycle.verdict.level);
  ReportInfo info{ReportKind::LockOrderCycle, cycle.verdict.level, cycle.verdict.rules, {}, cycle.length, 0};
  for (std::uint32_t i = 0; i < cycle.length; ++i) {
    info.locks[i] = cycle.locks[i];
    fingerprint = mix(fingerprint, cycle.locks[i]);
    const LockInfo* lock = lockById(core, cycle.locks[i]);
    through_run |= lock && (lock->kind == LockKind::ThreadRun || lock->kind == LockKind::PoolRun);
  }
  if (through_run) info.kind = ReportKind::JoinUnderLock;
  if (cycle.verdict.level != Level::Order) cycle.told = true;
  if (!openReport(core, told, info, fingerprint)) return;
  for (std::uint32_t i = 0; i < cycle.length; ++i) {
    const Witness& witness = *cycle.verdict.chosen[i];
    std::uint32_t wanted = cycle.locks[(i + 1) % cycle.length];
    const LockInfo* held = lockById(core, cycle.locks[i]);
    const LockInfo* want = lockById(core, wanted);
    bool runs = held && (held->kind == LockKind::ThreadRun || held->kind == LockKind::PoolRun);
    bool joins = want && (want->kind == LockKind::ThreadRun || want->kind == LockKind::PoolRun);
    told.text << "  ";
    describeThread(core, told.text, witness.thread);
    if (runs) {
      told.text << (held->kind == LockKind::PoolRun ? ", at work on a task," : ", while it runs,");
    } else {
      told.text << " holds ";
      describeLock(core, told.text, cycle.locks[i]);
      if (witness.hold_mode == Mode::Shared) told.text << " for reading";
      told.text << " and";
    }
    told.text << (joins ? " waits for " : " asks for ");
    describeLock(core, told.text, wanted);
    if (witness.want_mode == Mode::Shared) told.text << " for reading";
    if (witness.patience == Patience::Timed) told.text << " for a limited time";
    told.text << (joins ? " to be done\n  waits at:\n" : "\n  asks at:\n");
    describeStack(core, told.text, witness.want_stack);
    if (!runs) {
      told.text << "  took ";
      describeLock(core, told.text, cycle.locks[i]);
      told.text << " at:\n";
      describeStack(core, told.text, witness.hold_stack);
    }
  }
  if (cycle.verdict.rules != 0) {
    told.text << "  It is only an order, because of ";
    const char* meaning = describeRules(cycle.verdict.rules, told.text);
    told.text << ": " << meaning << ".\n";
  }
}

void tellSimple(ThreadBlock* block, ReportKind kind, Level level, std::uint32_t lock, std::uint32_t thread,
                Site site, std::string_view sentence) {
  bool was_busy = block->busy;
  block->busy = true;
  std::uint32_t stack = captureStack(site);
  Core& the = core();
  Told told;
  try {
    Locked locked(the);
    ReportInfo info{kind, level, 0, {lock}, 1, thread};
    if (openReport(the, told, info, mix(mix(lock, thread), site))) {
      told.text << "  ";
      describeLock(the, told.text, lock);
      told.text << " " << sentence;
      if (thread != 0) {
        told.text << " ";
        describeThread(the, told.text, thread);
      }
      if (thread != block->number) {
        told.text << "\n  done by ";
        describeThread(the, told.text, block->number);
      }
      told.text << "\n  at:\n";
      describeStack(the, told.text, stack);
      if (thread == block->number) {
        if (HeldEntry* held = findHeld(*block, lock)) {
          told.text << "  taken at:\n";
          describeStack(the, told.text, the.contexts.find(held->origin.load(std::memory_order_relaxed)));
        }
      }
    }
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.flush();
  block->busy = was_busy;
}

void Told::flush() {
  if (text.view().empty()) return;
  Core& the = core();
  Text named;
  named.appendResolved(text);
  int file = STDERR_FILENO;
  if (the.options.log_path[0] != 0) {
    file = open(the.options.log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) file = STDERR_FILENO;
  }
  // One write, so that reports of two threads do not mix.
  if (the.options.symbolizer[0] == 0 || !writeSymbolized(the.options.symbolizer, file, named.view()))
    writeAll(file, named.view());
  if (file != STDERR_FILENO) close(file);
  text.clear();
  OnReport then = for_ever ? the.options.on_deadlock : the.options.on_report;
  if (!counts || then == OnReport::Log) return;
  finishFiles(true);
  fflush(nullptr);
  if (then == OnReport::Abort) abort();
  _exit(the.options.exitcode != 0 ? the.options.exitcode : 66);
}

} // namespace racecourse::detail
