#include "checker/tool/profile.h"

#include <llvm/Support/Format.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <ctime>
#include <sys/resource.h>

namespace racecourse::tool {
namespace {

constexpr std::size_t kUnitsShown_count = 20;

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

long peakMemory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Cost now(Stopwatch::Of of) {
  return {seconds(CLOCK_MONOTONIC),
          seconds(of == Stopwatch::Of::Thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID)};
}

} // namespace

Stopwatch::Stopwatch(Of of) : of_(of), start_(now(of)) {}

Cost Stopwatch::elapsed() const {
  const Cost end = now(of_);
  return {end.wall_s - start_.wall_s, end.cpu_s - start_.cpu_s};
}

std::string Profile::table() const {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "phase          wall s     CPU s\n";
  for (const Phase& phase : phases)
    out << llvm::format("%-10s %10.3f %9.3f\n", phase.name.c_str(), phase.cost.wall_s, phase.cost.cpu_s);
  std::vector<const UnitCost*> dearest;
  for (const UnitCost& unit : units)
    dearest.push_back(&unit);
  std::stable_sort(dearest.begin(), dearest.end(),
                   [](const UnitCost* a, const UnitCost* b) { return a->cost.cpu_s > b->cost.cpu_s; });
  if (dearest.size() > kUnitsShown_count) dearest.resize(kUnitsShown_count);
  if (!dearest.empty()) out << "unit           wall s     CPU s\n";
  for (const UnitCost* unit : dearest)
    out << llvm::format("           %10.3f %9.3f  ", unit->cost.wall_s, unit->cost.cpu_s) << unit->file
        << '\n';
  if (units.size() > dearest.size()) out << "           and " << units.size() - dearest.size() << " more\n";
  out << "peak memory: " << peakMemory_kib() / 1024 << " MiB\n";
  return text;
}

std::string Profile::json() const {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, 2);
  const auto write = [&](const char* name_key, const std::string& name, const Cost& cost) {
    json.object([&] {
      json.attribute(name_key, llvm::json::fixUTF8(name));
      json.attribute("wall_s", cost.wall_s);
      json.attribute("cpu_s", cost.cpu_s);
    });
  };
  json.object([&] {
    json.attribute("schema", "racecourse-profile/1");
    json.attributeArray("phases", [&] {
      for (const Phase& phase : phases)
        write("phase", phase.name, phase.cost);
    });
    json.attributeArray("units", [&] {
      for (const UnitCost& unit : units)
        write("file", unit.file, unit.cost);
    });
    json.attribute("peak_memory_kib", static_cast<std::int64_t>(peakMemory_kib()));
  });
  out << '\n';
  return text;
}

} // namespace racecourse::tool
