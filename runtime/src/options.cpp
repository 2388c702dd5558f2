#include "runtime/src/options.h"

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unistd.h>

namespace racecourse::detail {

namespace {

constexpr char help_text[] =
    "RACECOURSE_OPTIONS=key=value:key=value...\n"
    "  record=0|1           record lock operations (default 1)\n"
    "  on_report=log|abort|exit   what follows a report of level possible or happening (default log)\n"
    "  on_deadlock=log|abort|exit what follows a thread that will wait for ever (default as on_report)\n"
    "  exitcode=N           status of on_report=exit, and of a run that ends with reports; 0 leaves it "
    "(default 66)\n"
    "  log_path=FILE        where reports go (default standard error)\n"
    "  level=possible|order lowest level of a cycle that is printed (default possible)\n"
    "  classes=0|1          locks of one name count as one (default 0)\n"
    "  deadlock_ms=N        all threads blocked for N ms is a stall; 0 switches the watch off (default "
    "1000)\n"
    "  hold_budget_ms=N     report locks held longer than N ms; 0 is off (default 0)\n"
    "  memory_mb=N          limit of the bookkeeping, memory_kb=N the same; 0 is none (default 0)\n"
    "  graph=FILE  trace=FILE  stats=FILE   files written at the end; %p is the process's number\n"
    "  symbolizer=FILE      the racecourse program, to name functions and lines in reports\n"
    "  help=1               this text\n";

void complain(std::string_view key, std::string_view value, std::string_view why) {
  char line[256];
  std::size_t length = 0;
  auto append = [&](std::string_view text) {
    std::size_t part = std::min(text.size(), sizeof line - 1 - length);
    memcpy(line + length, text.data(), part);
    length += part;
  };
  append("racecourse: RACECOURSE_OPTIONS: ");
  append(key);
  append("=");
  append(value);
  append(": ");
  append(why);
  line[length++] = '\n';
  [[maybe_unused]] auto written = write(STDERR_FILENO, line, length);
}

bool number(std::string_view text, std::uint64_t limit, std::uint64_t& out) {
  if (text.empty() || text.size() > 12) return false;
  std::uint64_t value = 0;
  for (char digit : text) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  out = value;
  return value <= limit;
}

template <std::size_t Size> bool path(std::string_view text, char (&out)[Size]) {
  if (text.empty() || text.size() >= Size) return false;
  memcpy(out, text.data(), text.size());
  out[text.size()] = 0;
  return true;
}

/// Null when the pair was understood, else the reason why not.
const char* set(std::string_view key, std::string_view value, Options& options) {
  std::uint64_t n = 0;
  auto flag = [&](bool& out) -> const char* {
    if (!number(value, 1, n)) return "is 0 or 1";
    out = n == 1;
    return nullptr;
  };
  auto file = [&](auto& out) { return path(value, out) ? nullptr : "is a file name of at most 511 bytes"; };
  auto milliseconds = [&](std::uint32_t& out) -> const char* {
    if (!number(value, 1u << 30, n)) return "is a number of milliseconds";
    out = static_cast<std::uint32_t>(n);
    return nullptr;
  };
  if (key == "record") return flag(options.record);
  if (key == "classes") return flag(options.classes);
  if (key == "deadlock_ms") return milliseconds(options.deadlock_ms);
  if (key == "hold_budget_ms") return milliseconds(options.hold_budget_ms);
  if (key == "log_path") return file(options.log_path);
  if (key == "graph") return file(options.graph);
  if (key == "trace") return file(options.trace);
  if (key == "stats") return file(options.stats);
  if (key == "symbolizer") return file(options.symbolizer);
  if (key == "exitcode") {
    if (!number(value, 255, n)) return "is a number up to 255";
    options.exitcode = static_cast<int>(n);
    return nullptr;
  }
  if (key == "memory_mb") {
    if (!number(value, 1u << 20, n)) return "is a number of megabytes";
    options.memory_kb = n << 10;
    return nullptr;
  }
  if (key == "memory_kb") {
    if (!number(value, 1u << 30, n)) return "is a number of kilobytes";
    options.memory_kb = n;
    return nullptr;
  }
  if (key == "level") {
    if (value != "possible" && value != "order") return "is possible or order";
    options.show_order = value == "order";
    return nullptr;
  }
  if (key == "on_report" || key == "on_deadlock") {
    OnReport what;
    if (value == "log")
      what = OnReport::Log;
    else if (value == "abort")
      what = OnReport::Abort;
    else if (value == "exit")
      what = OnReport::Exit;
    else
      return "is log, abort or exit";
    if (key == "on_deadlock") {
      options.on_deadlock = what;
      options.on_deadlock_given = true;
    } else {
      options.on_report = what;
    }
    return nullptr;
  }
  if (key == "help") {
    [[maybe_unused]] auto written = write(STDERR_FILENO, help_text, sizeof help_text - 1);
    return nullptr;
  }
  return "no such option (help=1 lists them)";
}

} // namespace

void readOptions(const char* text, Options& options) noexcept {
  std::string_view rest = text ? text : "";
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    std::size_t equals = pair.find('=');
    std::string_view key = pair.substr(0, equals);
    std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (const char* why = set(key, value, options)) complain(key, value, why);
  }
  if (!options.on_deadlock_given) options.on_deadlock = options.on_report;
}

} // namespace racecourse::detail
