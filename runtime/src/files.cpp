// racecourse-graph/1 and the statistics, and when they are written: at the end of the program, when a report ends it,
// and when a signal does. Composed in mapped pages, written beside the wanted file and renamed: whole or not at all.
//
// Stacks are addresses; the list of modules says what they mean, and symbols are found off-line. That keeps the loader
// and malloc out of signal handlers.
#include "runtime/src/report.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace racecourse::detail {

namespace {

constinit std::atomic<bool> finished{false};

bool writeWhole(const char* path, const Text& text) noexcept {
  char part[520];
  if (!text.complete() || snprintf(part, sizeof part, "%s.part", path) >= static_cast<int>(sizeof part))
    return false;
  int file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return false;
  bool written = writeAll(file, text.view());
  written &= close(file) == 0;
  if (written && rename(part, path) == 0) return true;
  unlink(part);
  return false;
}

void writeModules(Text& text) {
  // /proc/self/maps: "begin-end perms offset dev inode path"; one entry per executable mapping of a file.
  int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  text << "  \"modules\": [";
  bool first = true;
  char buffer[4096];
  std::size_t used = 0;
  while (file >= 0) {
    ssize_t got = read(file, buffer + used, sizeof buffer - used);
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) used += static_cast<std::size_t>(got);
    if (used == 0) break;
    std::string_view lines(buffer, used);
    std::size_t end;
    while ((end = lines.find('\n')) != std::string_view::npos) {
      std::string_view line = lines.substr(0, end);
      lines.remove_prefix(end + 1);
      std::size_t dash = line.find('-'), space = line.find(' '), slash = line.find('/');
      if (slash == std::string_view::npos || space + 3 >= line.size() || line[space + 3] != 'x') continue;
      std::size_t offset_begin = line.find(' ', space + 1) + 1;
      std::string_view offset = line.substr(offset_begin, line.find(' ', offset_begin) - offset_begin);
      text << (first ? "\n" : ",\n") << "    {\"begin\": \"0x" << line.substr(0, dash) << "\", \"end\": \"0x"
           << line.substr(dash + 1, space - dash - 1) << "\", \"offset\": \"0x" << offset << "\", \"path\": ";
      text.json(line.substr(slash)) << "}";
      first = false;
    }
    if (got <= 0) break;
    if (lines.size() == sizeof buffer) lines = {}; // a line longer than any path can be
    memmove(buffer, lines.data(), lines.size());
    used = lines.size();
  }
  if (file >= 0) close(file);
  text << (first ? "],\n" : "\n  ],\n");
}

/// Every stack once; everything else names them by number.
void writeStacks(Core& core, Text& text) RACECOURSE_REQUIRES(core.lock) {
  text << "  \"stacks\": [";
  for (std::uint32_t number = 1; number <= core.stacks.size(); ++number) {
    StackDepot::Stack stack = core.stacks.find(number);
    text << (number == 1 ? "\n" : ",\n") << "    {\"id\": " << number << ", \"frames\": [";
    for (std::uint32_t i = 0; i < stack.count; ++i) {
      text << (i == 0 ? "\"" : ", \"");
      text.hex(stack.frames[i]);
      text << "\"";
    }
    text << "]}";
  }
  text << "\n  ],\n";
}

void writeRules(Text& text, RuleSet rules) {
  text << "[";
  bool first = true;
  for (unsigned bit = 1; bit < (1u << rule_count); bit <<= 1) {
    if (!(rules & bit)) continue;
    text << (first ? "\"" : ", \"");
    describeRules(static_cast<RuleSet>(bit), text);
    text << "\"";
    first = false;
  }
  text << "]";
}

void writeIds(Text& text, const std::uint32_t* ids, std::uint32_t count) {
  text << "[";
  for (std::uint32_t i = 0; i < count; ++i)
    text << (i == 0 ? "" : ", ") << ids[i];
  text << "]";
}

/// The sets of locks held at the requests, each once: a thousand locks held at once are half a million edges.
void writeHeldSets(Core& core, Text& text) RACECOURSE_REQUIRES(core.lock) {
  for (const EdgeInfo& edge : core.edges)
    for (const Witness* witness = edge.witnesses; witness; witness = witness->next)
      witness->all->number = 0;
  text << "  \"held_sets\": [";
  std::uint32_t last = 0;
  auto write = [&](HeldSet& set) {
    if (set.number != 0) return;
    set.number = ++last;
    text << (last == 1 ? "\n" : ",\n") << "    {\"id\": " << last;
    for (Mode mode : {Mode::Exclusive, Mode::Shared}) {
      text << ", \"" << nameOf(mode) << "\": [";
      bool first = true;
      for (std::uint32_t i = 0; i < set.count; ++i) {
        if (set.held[i].mode != mode) continue;
        text << (first ? "" : ", ") << set.held[i].lock;
        first = false;
      }
      text << "]";
    }
    text << "}";
  };
  for (const EdgeInfo& edge : core.edges)
    for (const Witness* witness = edge.witnesses; witness; witness = witness->next)
      write(*witness->all);
  text << "\n  ],\n";
}

void writeGraph(Core& core, Text& text) RACECOURSE_REQUIRES(core.lock) {
  text << "{\n  \"schema\": \"racecourse-graph/1\",\n  \"origin\": \"runtime\",\n  \"threads\": [";
  for (std::uint32_t number = 1; number <= core.threads.size(); ++number) {
    const ThreadInfo& thread = *core.threads.find(number);
    text << (number == 1 ? "\n" : ",\n") << "    {\"id\": " << number << ", \"name\": ";
    text.json(thread.name) << ", \"parent\": " << thread.parent << "}";
  }
  text << "\n  ],\n  \"locks\": [";
  bool first = true;
  for (std::uint32_t slot = 1; slot <= core.locks.size(); ++slot) {
    const LockInfo& lock = *core.locks.find(slot);
    bool free_place =
        !lock.retired && !lock.object && lock.kind != LockKind::ThreadRun && lock.kind != LockKind::PoolRun;
    if (lock.id == 0 || free_place) continue;
    text << (first ? "\n" : ",\n") << "    {\"id\": " << lock.id << ", \"name\": ";
    text.json(lock.name) << ", \"kind\": \"" << nameOf(lock.kind)
                         << "\", \"alive\": " << (lock.retired ? "false" : "true")
                         << ", \"contended\": " << lock.contended_count.load(std::memory_order_relaxed)
                         << ", \"first_stack\": " << lock.first_stack << "}";
    first = false;
  }
  text << "\n  ],\n";
  writeHeldSets(core, text);
  text << "  \"edges\": [";
  first = true;
  for (const EdgeInfo& edge : core.edges) {
    if (edge.from == 0) continue;
    text << (first ? "\n" : ",\n") << "    {\"from\": " << edge.from << ", \"to\": " << edge.to
         << ", \"count\": " << edge.count << ", \"dropped_witnesses\": " << edge.dropped_witnesses
         << ", \"witnesses\": [";
    first = false;
    for (const Witness* witness = edge.witnesses; witness; witness = witness->next) {
      text << (witness == edge.witnesses ? "\n" : ",\n") << "      {\"thread\": " << witness->thread
           << ", \"segment\": " << witness->segment << ", \"hold_mode\": \"" << nameOf(witness->hold_mode)
           << "\", \"want_mode\": \"" << nameOf(witness->want_mode)
           << "\", \"timed\": " << (witness->patience == Patience::Timed ? "true" : "false")
           << ", \"held\": " << witness->all->number << ", \"hold_stack\": " << witness->hold_stack
           << ", \"want_stack\": " << witness->want_stack << "}";
    }
    text << "]}";
  }
  text << "\n  ],\n  \"cycles\": [";
  first = true;
  for (const CycleInfo& cycle : core.cycles) {
    text << (first ? "\n" : ",\n") << "    {\"locks\": ";
    writeIds(text, cycle.locks, cycle.length);
    text << ", \"level\": \"" << nameOf(cycle.verdict.level) << "\", \"rules\": ";
    writeRules(text, cycle.verdict.rules);
    text << "}";
    first = false;
  }
  text << "\n  ],\n  \"cycles_complete\": " << (core.cycles_cut ? "false" : "true") << ",\n  \"reports\": [";
  first = true;
  for (const ReportInfo& report : core.reports) {
    text << (first ? "\n" : ",\n") << "    {\"kind\": \"" << nameOf(report.kind) << "\", \"level\": \""
         << nameOf(report.level) << "\", \"rules\": ";
    writeRules(text, report.rules);
    text << ", \"locks\": ";
    writeIds(text, report.locks, report.lock_count);
    text << ", \"thread\": " << report.thread << "}";
    first = false;
  }
  text << "\n  ],\n";
  writeStacks(core, text);
  writeModules(text);
  text << "  \"lost\": " << core.lost_count.load(std::memory_order_relaxed) << "\n}\n";
}

void writeStats(Core& core, Text& text) RACECOURSE_REQUIRES(core.lock) {
  constexpr const char* gauges[] = {"queue-size", "semaphore-units", "pool-threads", "pool-pending"};
  text << "{\n  \"schema\": \"racecourse-stats/1\",\n  \"threads\": " << core.threads.size()
       << ",\n  \"threads_high_water\": " << core.thread_high_water
       << ",\n  \"bookkeeping_bytes\": " << std::uint64_t{core.arena.usedBytes()}
       << ",\n  \"stacks\": " << core.stacks.size()
       << ",\n  \"edges\": " << std::uint64_t{core.edges.size() - core.free_edges.size()}
       << ",\n  \"lost\": " << core.lost_count.load(std::memory_order_relaxed)
       << ",\n  \"reentered\": " << core.reentered_count.load(std::memory_order_relaxed)
       << ",\n  \"contention\": [";
  bool first = true;
  for (std::uint32_t slot = 1; slot <= core.locks.size(); ++slot) {
    const LockInfo& lock = *core.locks.find(slot);
    std::uint64_t count = lock.contended_count.load(std::memory_order_relaxed);
    if (lock.id == 0 || count == 0) continue;
    text << (first ? "\n" : ",\n") << "    {\"id\": " << lock.id << ", \"name\": ";
    text.json(lock.name) << ", \"waits\": " << count
                         << ", \"wait_ns\": " << lock.wait_ns.load(std::memory_order_relaxed) << "}";
    first = false;
  }
  text << "\n  ],\n  \"high_water\": [";
  first = true;
  for (const GaugeInfo& gauge : core.gauges) {
    text << (first ? "\n" : ",\n") << "    {\"what\": \"" << gauges[static_cast<unsigned>(gauge.gauge)]
         << "\", \"name\": ";
    text.json(gauge.name) << ", \"highest\": " << gauge.highest << "}";
    first = false;
  }
  text << "\n  ]\n}\n";
}

bool compose(const char* path, bool may_wait, void (*write)(Core&, Text&))
    RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
  Core& the = core();
  // A signal may have stopped the very thread that holds the lock; a million yields are some seconds.
  if (!the.lock.tryLock(may_wait ? 1000000 : 2000)) return false;
  Text text;
  write(the, text);
  the.lock.unlock();
  return writeWhole(path, text);
}

void endBySignal(int signal) {
  int error = errno;
  finishFiles(false);
  errno = error;
  // The disposition was reset when this handler was entered (SA_RESETHAND); the signal now does what it meant.
  raise(signal);
}

} // namespace

bool writeGraphFile(const char* path, bool may_wait) noexcept
    RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
  return compose(path, may_wait, writeGraph);
}
bool writeStatsFile(const char* path, bool may_wait) noexcept
    RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
  return compose(path, may_wait, writeStats);
}

void finishFiles(bool may_wait) noexcept {
  if (finished.exchange(true)) return;
  const Options& options = core().options;
  bool was_busy = current_block && current_block->busy;
  if (current_block) current_block->busy = true;
  auto complain = [](const char* path) {
    Text text;
    text << "racecourse: " << path << " was not written\n";
    writeAll(STDERR_FILENO, text.view());
  };
  if (options.graph[0] != 0 && !writeGraphFile(options.graph, may_wait)) complain(options.graph);
  if (options.stats[0] != 0 && !writeStatsFile(options.stats, may_wait)) complain(options.stats);
  if (options.trace[0] != 0 && !finishTrace(may_wait)) complain(options.trace);
  if (current_block) current_block->busy = was_busy;
}

void catchSignals() noexcept {
  for (int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM, SIGINT, SIGHUP}) {
    struct sigaction now;
    if (sigaction(signal, nullptr, &now) != 0 || now.sa_handler != SIG_DFL)
      continue; // the program's own stays
    struct sigaction ours{};
    ours.sa_handler = endBySignal;
    ours.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&ours.sa_mask);
    sigaction(signal, &ours, nullptr);
  }
}

void useNewFilesAfterFork(Core& core) noexcept {
  // The child tells its own story under its own names; the parent's files are the parent's.
  finished.store(false, std::memory_order_relaxed);
  auto rename = [](char(&path)[512]) {
    std::size_t length = strlen(path);
    if (length != 0 && length + 12 < sizeof path)
      snprintf(path + length, sizeof path - length, ".%d", getpid());
  };
  rename(core.options.graph);
  rename(core.options.stats);
  core.options.trace[0] = 0; // half of a trace is none: the child is not traced
  state.fetch_and(~unsigned{state_traced});
}

} // namespace racecourse::detail
