#include "checker/tool/extraction_run.h"

#include "checker/tool/crash_guard.h"
#include "checker/tool/run_store.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/ThreadPool.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>

namespace racecourse::tool {
namespace {

/// One line on a terminal, written over again and again and gone at the end.
class Progress {
public:
  Progress(bool enabled, std::size_t total) : enabled_(enabled), total_(total) {}
  ~Progress() {
    if (enabled_) std::fprintf(stderr, "\r\x1b[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void finished(const std::string& file) {
    if (!enabled_) return;
    const std::lock_guard lock(mutex_);
    ++done_;
    // The end of a path says more than its beginning; 60 columns leave room for the numbers on a narrow terminal.
    const char* shown = file.size() > 60 ? file.c_str() + (file.size() - 60) : file.c_str();
    std::fprintf(stderr, "\r\x1b[K[%zu/%zu] %s", done_, total_, shown);
    std::fflush(stderr);
  }

private:
  const bool enabled_;
  const std::size_t total_;
  std::mutex mutex_;
  std::size_t done_ = 0;
};

/// What the work leaves behind. On the heap, and shared: after a crash nobody knows in which state it is, so it is
/// abandoned instead of destroyed.
struct Desk {
  frontend::Extraction extraction;
  frontend::FileAnswers answers;
  Cost cost;
  std::string exception;
};

UnitOutcome extractOne(const frontend::CompileCommand& command, const frontend::Models& models,
                       RunStore& kept) {
  UnitOutcome outcome;
  outcome.file = command.file;
  const Stopwatch search(Stopwatch::Of::Thread);
  if (kept.find(command, outcome.extraction)) {
    outcome.cost = search.elapsed();
    return outcome;
  }
  if (!llvm::sys::fs::exists(command.file)) {
    outcome.extraction.failure = "the file does not exist.";
    kept.keep(command, outcome.extraction, {});
    return outcome;
  }
  auto desk = std::make_unique<Desk>();
  const std::optional<int> signal = runGuarded([&] {
    const Stopwatch watch(Stopwatch::Of::Thread);
    try {
      desk->extraction = frontend::extract(command, models, kept.isOn() ? &desk->answers : nullptr);
    } catch (const std::exception& error) {
      desk->exception = error.what();
    }
    desk->cost = watch.elapsed();
  });
  if (signal) {
    outcome.extraction.failure = std::string("the compiler crashed on it (") + strsignal(*signal) + ").";
    static_cast<void>(desk.release());
    kept.keep(command, outcome.extraction, {});
    return outcome;
  }
  outcome.cost = desk->cost;
  if (desk->exception.empty()) {
    outcome.extraction = std::move(desk->extraction);
  } else {
    outcome.extraction.failure = "it could not be analysed: " + desk->exception + ".";
    desk->answers.complete = false;
  }
  kept.keep(command, outcome.extraction, desk->answers);
  return outcome;
}

} // namespace

std::vector<UnitOutcome> extractAll(const std::vector<frontend::CompileCommand>& commands,
                                    const frontend::Models& models, RunStore& kept, unsigned thread_count,
                                    bool progress) {
  std::vector<UnitOutcome> outcomes(commands.size());
  Progress line(progress, commands.size());
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(thread_count));
  for (std::size_t i = 0; i < commands.size(); ++i) {
    pool.async([&, i] {
      outcomes[i] = extractOne(commands[i], models, kept);
      line.finished(commands[i].file);
    });
  }
  pool.wait();
  return outcomes;
}

} // namespace racecourse::tool
