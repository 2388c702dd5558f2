// Reports with functions and lines, by a symbolizer in a process of its own, while the program waits in the report.
//
// The program must notice nothing: no SIGCHLD and no strange child to wait for, so the symbolizer is a grandchild whose
// parent has ended without a signal; no handlers for forks run, no pages are copied (CLONE_VM with CLONE_VFORK, as
// posix_spawn does, which cannot do this twice). Text goes in and out through files in memory, so that neither side can
// block the other; the end of a pipe says that it is over.
#include "runtime/src/text.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace racecourse::detail {

namespace {

constexpr std::size_t stack_bytes = std::size_t{1} << 16;
constexpr int patience_ms = 20000; // a first run reads all debug information from a cold disk

struct Start {
  const char* program;
  int in, out, over;
  char* stack;      ///< of the grandchild
  char** variables; ///< the environment without what concerns this program
};

/// The grandchild: becomes the symbolizer.
int become(void* memory) {
  const Start& start = *static_cast<Start*>(memory);
  // Handlers are the program's; a blocked signal would stay blocked.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (dup2(start.in, STDIN_FILENO) < 0 || dup2(start.out, STDOUT_FILENO) < 0) _exit(127);
  fcntl(start.over, F_SETFD, 0); // kept open over exec: its end is the symbolizer's
  char verb[] = "symbolize", name[] = "racecourse";
  char* words[] = {name, verb, nullptr};
  execve(start.program, words, start.variables);
  _exit(127);
}

/// The child: makes the grandchild and ends without a signal to the parent.
int makeOrphan(void* memory) {
  auto& start = *static_cast<Start*>(memory);
  clone(become, start.stack + stack_bytes, CLONE_VM | CLONE_VFORK, &start);
  _exit(0);
}

/// Waits until the last holder of the pipe's other end is gone.
bool awaitEnd(int over) {
  pollfd end{over, POLLIN, 0};
  int code;
  do
    code = poll(&end, 1, patience_ms);
  while (code < 0 && errno == EINTR);
  return code == 1;
}

bool copyOut(int from, int to) {
  struct stat status;
  if (fstat(from, &status) != 0 || status.st_size == 0) return false;
  auto size = static_cast<std::size_t>(status.st_size);
  void* text = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, from, 0);
  if (text == MAP_FAILED) return false;
  writeAll(to, {static_cast<const char*>(text), size});
  munmap(text, size);
  return true;
}

} // namespace

bool writeSymbolized(const char* program, int file, std::string_view text) noexcept {
  if (access(program, X_OK) != 0) return false;
  constexpr std::size_t most_variables = 4096;
  char* variables[most_variables];
  std::size_t count = 0;
  for (char** one = environ; one && *one && count + 1 < most_variables; ++one)
    if (strncmp(*one, "LD_PRELOAD=", 11) != 0 && strncmp(*one, "RACECOURSE_", 11) != 0)
      variables[count++] = *one;
  variables[count] = nullptr;

  int in = memfd_create("racecourse-report", MFD_CLOEXEC),
      out = memfd_create("racecourse-named", MFD_CLOEXEC);
  int over[2] = {-1, -1};
  auto* stacks = static_cast<char*>(
      mmap(nullptr, 2 * stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  bool written = false;
  if (in >= 0 && out >= 0 && pipe2(over, O_CLOEXEC) == 0 && stacks != MAP_FAILED && writeAll(in, text) &&
      lseek(in, 0, SEEK_SET) == 0) {
    Start start{program, in, out, over[1], stacks, variables};
    // Signals must not run the program's handlers in a process that shares its memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = clone(makeOrphan, stacks + 2 * stack_bytes, CLONE_VM | CLONE_VFORK, &start);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child > 0) {
      while (waitpid(child, nullptr, __WCLONE) < 0 && errno == EINTR) {
      }
      close(over[1]);
      over[1] = -1;
      written = awaitEnd(over[0]) && copyOut(out, file);
    }
  }
  if (stacks != MAP_FAILED) munmap(stacks, 2 * stack_bytes);
  for (int one : {in, out, over[0], over[1]})
    if (one >= 0) close(one);
  return written;
}

} // namespace racecourse::detail
