// Reports as text: noted and composed under Core::lock, printed after it. See report.cpp for why.
//
// Threads: a Told belongs to one thread. Cost: pages are mapped when the first report is written, not before.
#pragma once

#include "runtime/src/core.h"

#include <string_view>

namespace racecourse::detail {

/// Text collected under the lock and printed after it.
class Told {
public:
  Text text;
  bool counts = false;   ///< some report was of level possible or happening
  bool for_ever = false; ///< some report says that a thread will wait for ever
  void flush();          ///< call without Core::lock; does not return when on_report ends the program
};
const char* describeRules(RuleSet rules, Text& text);
void describeThread(Core& core, Text& text, std::uint32_t thread);
void describeLock(Core& core, Text& text, std::uint32_t lock);
void describeStack(Core& core, Text& text, std::uint32_t stack) RACECOURSE_REQUIRES(core.lock);
/// Notes a report and writes its headline. False when one with this fingerprint was made before.
bool openReport(Core& core, Told& told, const ReportInfo& info, std::uint64_t fingerprint)
    RACECOURSE_REQUIRES(core.lock);
void tellCycle(Core& core, Told& told, CycleInfo& cycle) RACECOURSE_REQUIRES(core.lock);
/// A report about one lock and the calling thread's stack.
void tellSimple(ThreadBlock* block, ReportKind kind, Level level, std::uint32_t lock, std::uint32_t thread,
                Site site, std::string_view sentence);

} // namespace racecourse::detail
