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
#include <ctime>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace racecourse::detail {

namespace {

constinit std::atomic<bool> finished{false};
timespec began{}; ///< when recording began

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

/// Copies memory of our own that may be gone meanwhile; in a signal handler too.
bool peek(std::uintptr_t from, void* to, std::size_t size) {
  iovec local{to, size}, remote{reinterpret_cast<void*>(from), size};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

/// The build-id of the module whose first page is at `begin`, as JSON; nothing when it has none.
void writeBuildId(Text& text, std::uintptr_t begin, std::uintptr_t end) {
  ElfW(Ehdr) header;
  if (begin == 0 || !peek(begin, &header, sizeof header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return;
  std::uintptr_t bias = begin;
  for (unsigned i = 0; i < header.e_phnum && i < 64; ++i) {
    ElfW(Phdr) segment;
    if (!peek(begin + header.e_phoff + i * sizeof segment, &segment, sizeof segment)) return;
    if (segment.p_type == PT_LOAD && segment.p_offset == 0) bias = begin - segment.p_vaddr;
  }
  for (unsigned i = 0; i < header.e_phnum && i < 64; ++i) {
    ElfW(Phdr) segment;
    if (!peek(begin + header.e_phoff + i * sizeof segment, &segment, sizeof segment)) return;
    if (segment.p_type != PT_NOTE) continue;
    std::uintptr_t at = bias + segment.p_vaddr, stop = at + segment.p_memsz;
    struct {
      ElfW(Nhdr) note;
      char name[4];
      unsigned char id[32];
    } found;
    while (at >= begin && at + sizeof found.note + 4 < stop && stop <= end) {
      constexpr std::size_t before_id = sizeof found.note + 4;
      std::size_t size = std::min(sizeof found, stop - at);
      if (!peek(at, &found, size)) return;
      if (found.note.n_type == NT_GNU_BUILD_ID && found.note.n_namesz == 4 &&
          memcmp(found.name, "GNU", 4) == 0 && found.note.n_descsz <= sizeof found.id &&
          before_id + found.note.n_descsz <= size) {
        text << ", \"build_id\": \"";
        for (unsigned k = 0; k < found.note.n_descsz; ++k) {
          const char digits[] = {"0123456789abcdef"[found.id[k] >> 4], "0123456789abcdef"[found.id[k] & 15]};
          text << std::string_view(digits, 2);
        }
        text << "\"";
        return;
      }
      auto padded = [](std::uintptr_t bytes) { return (bytes + 3) & ~std::uintptr_t{3}; };
      at += sizeof found.note + padded(found.note.n_namesz) + padded(found.note.n_descsz);
    }
  }
}

/// Of decimal digits too it makes a number that no other digits have, which is all that inodes need.
std::uintptr_t hexNumber(std::string_view digits) {
  std::uintptr_t value = 0;
  for (char digit : digits)
    value = value * 16 + static_cast<std::uintptr_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  return value;
}

void writeModules(Text& text) {
  // /proc/self/maps: "begin-end perms offset dev inode path"; one entry per executable mapping of a file.
  int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  text << "  \"modules\": [";
  bool first = true;
  char buffer[4096];
  std::size_t used = 0;
  std::uintptr_t head = 0, head_end = 0; ///< the last mapping that shows the beginning of a file
  std::uint64_t head_inode = 0;
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
      if (slash == std::string_view::npos || space + 3 >= line.size()) continue;
      std::size_t offset_begin = line.find(' ', space + 1) + 1;
      std::string_view offset = line.substr(offset_begin, line.find(' ', offset_begin) - offset_begin);
      std::size_t inode_begin = line.find(' ', line.find(' ', offset_begin) + 1) + 1;
      std::uint64_t inode = hexNumber(line.substr(inode_begin, line.find(' ', inode_begin) - inode_begin));
      if (hexNumber(offset) == 0 && line[space + 1] == 'r') {
        head = hexNumber(line.substr(0, dash));
        head_end = hexNumber(line.substr(dash + 1, space - dash - 1));
        head_inode = inode;
      }
      if (line[space + 3] != 'x') continue;
      text << (first ? "\n" : ",\n") << "    {\"begin\": \"0x" << line.substr(0, dash) << "\", \"end\": \"0x"
           << line.substr(dash + 1, space - dash - 1) << "\", \"offset\": \"0x" << offset << "\", \"path\": ";
      text.json(line.substr(slash));
      if (head_inode == inode) writeBuildId(text, head, head_end);
      text << "}";
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

bool writtenSinceTheStart(const char* path) {
  struct stat status;
  return stat(path, &status) == 0 &&
         (status.st_mtim.tv_sec > began.tv_sec ||
          (status.st_mtim.tv_sec == began.tv_sec && status.st_mtim.tv_nsec >= began.tv_nsec));
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
  // A shell or `timeout` around the program ends after it and took no lock: the file that is there says more.
  bool took_none = core().locks.size() == 0;
  auto complain = [](const char* path) {
    Text text;
    text << "racecourse: " << path << " was not written\n";
    writeAll(STDERR_FILENO, text.view());
  };
  auto wanted = [&](const char* path) { return path[0] != 0 && !(took_none && writtenSinceTheStart(path)); };
  if (wanted(options.graph) && !writeGraphFile(options.graph, may_wait)) complain(options.graph);
  if (wanted(options.stats) && !writeStatsFile(options.stats, may_wait)) complain(options.stats);
  if (wanted(options.trace) && !finishTrace(may_wait)) complain(options.trace);
  if (current_block) current_block->busy = was_busy;
}

void catchSignals() noexcept {
  // Times of files are taken from the coarse clock, which is behind the fine one.
  clock_gettime(CLOCK_REALTIME_COARSE, &began);
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
