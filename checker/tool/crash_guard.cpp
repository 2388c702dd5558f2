// Idea: llvm::CrashRecoveryContext turns a crash signal into a jump back to where the work began. It leaves one case
// open: its handler runs on the stack that has just run out, and then the kernel ends the process. So the handler is
// moved to an alternate stack, which each guarded thread brings along.
#include "checker/tool/crash_guard.h"

#include <llvm/Support/CrashRecoveryContext.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace racecourse::tool {
namespace {

/// Clang recurses over expressions, the frontend does so too; 8 MiB fall short for generated tables of some 10 000
/// operands. Only address space until it is used.
constexpr unsigned kStack_bytes = 64u << 20;
constexpr std::size_t kSignalStack_bytes = 64u << 10;

void installHandlers() {
  llvm::CrashRecoveryContext::Enable();
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP}) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL) {
      action.sa_flags |= SA_ONSTACK;
      sigaction(signal, &action, nullptr);
    }
  }
}

} // namespace

std::optional<int> runGuarded(const std::function<void()>& work) {
  static std::once_flag installed;
  std::call_once(installed, installHandlers);
  // Owned out here: a crash leaves the guarded thread without running destructors.
  const auto signal_stack = std::make_unique<char[]>(kSignalStack_bytes);
  llvm::CrashRecoveryContext context;
  const bool finished = context.RunSafelyOnThread(
      [&] {
        stack_t stack{};
        stack.ss_sp = signal_stack.get();
        stack.ss_size = kSignalStack_bytes;
        sigaltstack(&stack, nullptr);
        work();
        stack.ss_flags = SS_DISABLE;
        sigaltstack(&stack, nullptr);
      },
      kStack_bytes);
  if (finished) return std::nullopt;
  // CrashRecoveryContext follows the shell's way: 128 + signal.
  return context.RetCode > 128 ? context.RetCode - 128 : context.RetCode;
}

} // namespace racecourse::tool
