// What recording costs, as ratios to std::mutex in the same run. Rounds are interleaved: each measures std::mutex first,
// in the middle and last, and everything else in between; a ratio is taken within its round, and the table shows the
// median of rounds with quartiles. CPU time, because other work may run on the machine.
//
// A second thread is parked all the while: without one glibc takes a shortcut that makes std::mutex twice as fast and
// every ratio wrong.
//
// Run: bin/runtime_bench [ROUNDS]. It runs itself again with recording switched off and, when the library lies where the
// build puts it, with libracecourse_preload.so; these runs measure the same std::mutex for their ratio.
#include "racecourse/mutex.h"
#include "racecourse/shared_mutex.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <shared_mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#ifdef RACECOURSE_BENCH_ABSL
#include <absl/synchronization/mutex.h>
#endif

namespace {

double cpuNs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return double(now.tv_sec) * 1e9 + double(now.tv_nsec);
}

template <class Work> double nsPer(std::size_t count, Work work) {
  double begin = cpuNs(CLOCK_THREAD_CPUTIME_ID);
  for (std::size_t i = 0; i < count; ++i)
    work(i);
  return (cpuNs(CLOCK_THREAD_CPUTIME_ID) - begin) / double(count);
}

long shared_counter = 0;
void keep() {
  asm volatile("" : "+m"(shared_counter));
}

constexpr std::size_t pairs = 200000;

template <class Mutex> double uncontended() {
  static Mutex lock;
  return nsPer(pairs, [](std::size_t) {
    lock.lock();
    keep();
    lock.unlock();
  });
}

template <class Mutex> double nested() {
  static Mutex a, b;
  return nsPer(pairs / 2, [](std::size_t) {
    a.lock();
    b.lock();
    keep();
    b.unlock();
    a.unlock();
  });
}

template <class Mutex> double fourDeep() {
  static Mutex locks[4];
  return nsPer(pairs / 4, [](std::size_t) {
    for (auto& lock : locks)
      lock.lock();
    keep();
    for (int i = 4; i-- > 0;)
      locks[i].unlock();
  });
}

/// One of 256 locks under a gate: 256 known edges.
template <class Mutex> double gateAndMany() {
  static Mutex gate, many[256];
  return nsPer(pairs / 2, [](std::size_t i) {
    gate.lock();
    many[i & 255].lock();
    keep();
    many[i & 255].unlock();
    gate.unlock();
  });
}

/// The first time a pair is seen: two fresh locks each time, their edge, and their end.
template <class Mutex> double newEdge() {
  return nsPer(2000, [](std::size_t) {
    Mutex a, b;
    a.lock();
    b.lock();
    keep();
    b.unlock();
    a.unlock();
  });
}

template <class Mutex> double readers() {
  static Mutex lock;
  return nsPer(pairs, [](std::size_t) {
    lock.lock_shared();
    keep();
    lock.unlock_shared();
  });
}

/// Two threads, one lock, about 0.1 us inside and 0.2 us outside. CPU time of both.
template <class Mutex> double contended() {
  static Mutex lock;
  std::atomic<int> ready{0};
  constexpr std::size_t each = 40000;
  double spent[2];
  auto spin = [](int turns) {
    for (int i = 0; i < turns; ++i)
      asm volatile("" ::: "memory");
  };
  auto work = [&](int self) {
    ++ready;
    while (ready.load() < 2) {
    }
    spent[self] = nsPer(each, [&](std::size_t) {
      lock.lock();
      spin(100);
      keep();
      lock.unlock();
      spin(200);
    });
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  return spent[0] + spent[1];
}

#ifdef RACECOURSE_BENCH_ABSL
struct AbslMutex {
  absl::Mutex native;
  void lock() { native.Lock(); }
  void unlock() { native.Unlock(); }
};
/// Debian builds Abseil with its detector inside; the mode is the program's.
template <absl::OnDeadlockCycle mode, double (*measure)()> double withAbsl() {
  absl::SetMutexDeadlockDetectionMode(mode);
  return measure();
}
constexpr auto detecting = absl::OnDeadlockCycle::kReport, ignoring = absl::OnDeadlockCycle::kIgnore;
#endif

struct Row {
  const char* name;
  double (*plain)();
  double (*recorded)();
  double target; ///< 0: none agreed
};

const Row rows[] = {
    {"uncontended pair", uncontended<std::mutex>, uncontended<racecourse::mutex>, 1.35},
    {"nested, known", nested<std::mutex>, nested<racecourse::mutex>, 1.25},
    {"four deep, known", fourDeep<std::mutex>, fourDeep<racecourse::mutex>, 0},
    {"gate + 1 of 256", gateAndMany<std::mutex>, gateAndMany<racecourse::mutex>, 0},
    {"new locks, new edge", newEdge<std::mutex>, newEdge<racecourse::mutex>, 0},
    {"shared_mutex, readers", readers<std::shared_mutex>, readers<racecourse::shared_mutex>, 0},
    {"shared_mutex, writer", uncontended<std::shared_mutex>, uncontended<racecourse::shared_mutex>, 0},
    {"two threads, one lock", contended<std::mutex>, contended<racecourse::mutex>, 0},
#ifdef RACECOURSE_BENCH_ABSL
    {"absl, pair", uncontended<std::mutex>, withAbsl<ignoring, uncontended<AbslMutex>>, 0},
    {"absl, nested", nested<std::mutex>, withAbsl<ignoring, nested<AbslMutex>>, 0},
    {"absl detecting, pair", uncontended<std::mutex>, withAbsl<detecting, uncontended<AbslMutex>>, 0},
    {"absl detecting, nested", nested<std::mutex>, withAbsl<detecting, nested<AbslMutex>>, 0},
    {"absl detecting, 2 threads", contended<std::mutex>, withAbsl<detecting, contended<AbslMutex>>, 0},
#endif
};

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * double(values.size() - 1) + 0.5)];
}

void table(const char* title, int rounds, double target_scale, bool with_targets) {
  printf("\n%s (%d rounds; ratio to std: median [quartiles])\n", title, rounds);
  printf("  %-24s %9s %9s  %-22s %s\n", "", "std ns", "ours ns", "ratio", "target");
  for (const Row& row : rows) {
    std::vector<double> ratios, plain_ns, ours_ns;
    row.plain(); // warm: the first recorded chains are no steady state
    row.recorded();
    for (int round = 0; round < rounds; ++round) {
      double plain[3], ours[2];
      plain[0] = row.plain();
      ours[0] = row.recorded();
      plain[1] = row.plain();
      ours[1] = row.recorded();
      plain[2] = row.plain();
      std::sort(plain, plain + 3);
      plain_ns.push_back(plain[1]);
      ours_ns.push_back((ours[0] + ours[1]) / 2);
      ratios.push_back(ours_ns.back() / plain[1]);
    }
    char ratio[64], goal[16] = "";
    snprintf(ratio, sizeof ratio, "%.2f [%.2f-%.2f]", quantile(ratios, 0.5), quantile(ratios, 0.25),
             quantile(ratios, 0.75));
    if (with_targets && row.target != 0)
      snprintf(goal, sizeof goal, "%.2f", target_scale != 0 ? target_scale : row.target);
    printf("  %-24s %9.1f %9.1f  %-22s %s\n", row.name, quantile(plain_ns, 0.5), quantile(ours_ns, 0.5),
           ratio, goal);
  }
  fflush(stdout);
}

std::string folderOf(const char* program) {
  std::string path(program);
  auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

/// Prints std::mutex figures alone, one a line, for the preloaded comparison.
void plainOnly(int rounds) {
  for (const Row& row : rows) {
    std::vector<double> values;
    row.plain();
    for (int round = 0; round < rounds; ++round)
      values.push_back(row.plain());
    printf("%.3f\n", quantile(values, 0.5));
  }
}

std::vector<double> readPlain(const std::string& command) {
  std::vector<double> values;
  FILE* pipe = popen(command.c_str(), "r");
  double value;
  while (pipe && fscanf(pipe, "%lf", &value) == 1)
    values.push_back(value);
  if (pipe) pclose(pipe);
  return values;
}

void preloadedTable(const char* program, int rounds) {
  std::string library = folderOf(program) + "/../lib/libracecourse_preload.so";
  if (access(library.c_str(), R_OK) != 0) return;
  std::string plain = std::string(program) + " --plain 5";
  std::string preloaded = "LD_PRELOAD=" + library + " RACECOURSE_OPTIONS=exitcode=0 " + plain;
  constexpr std::size_t row_count = sizeof rows / sizeof *rows;
  std::vector<double> ratios[row_count];
  for (int round = 0; round < rounds; ++round) {
    auto without = readPlain("RACECOURSE_OPTIONS=record=0 " + plain), with = readPlain(preloaded);
    for (std::size_t i = 0; i < row_count && i < without.size() && i < with.size(); ++i)
      ratios[i].push_back(with[i] / without[i]);
  }
  printf("\nstd types under libracecourse_preload.so (%d processes each; ratio to the same without)\n",
         rounds);
  for (std::size_t i = 0; i < row_count && !ratios[i].empty(); ++i)
    if (strncmp(rows[i].name, "absl", 4) != 0 && strncmp(rows[i].name, "new locks", 9) != 0)
      printf("  %-24s %31.2f [%.2f-%.2f]%*s\n", rows[i].name, quantile(ratios[i], 0.5),
             quantile(ratios[i], 0.25), quantile(ratios[i], 0.75), 12, i == 0 ? "1.65" : "");
}

} // namespace

int main(int count, char** arguments) {
  // The parked thread.
  std::mutex mutex;
  std::condition_variable wake;
  bool over = false;
  std::thread parked([&] {
    std::unique_lock lock(mutex);
    wake.wait(lock, [&] { return over; });
  });
  int rounds = count > 1 ? atoi(arguments[count - 1]) : 0;
  if (rounds <= 0) rounds = 12;
  if (count > 1 && strcmp(arguments[1], "--plain") == 0) {
    plainOnly(rounds);
  } else if (count > 1 && strcmp(arguments[1], "--off") == 0) {
    table("recording switched off at run time", rounds, 1.10, true);
  } else {
    table("recording", rounds, 0, true);
    std::string off =
        std::string("RACECOURSE_OPTIONS=record=0 ") + arguments[0] + " --off " + std::to_string(rounds);
    if (system(off.c_str()) != 0) printf("the run with recording off failed\n");
    preloadedTable(arguments[0], std::min(rounds, 5));
  }
  {
    std::lock_guard lock(mutex);
    over = true;
  }
  wake.notify_one();
  parked.join();
  return 0;
}
