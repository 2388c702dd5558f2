// Many threads nest many locks at random, and each writes down by itself which lock it asked for under which. In the end
// the recorded graph must hold exactly these edges: nothing lost, nothing invented. The comparison is made by
// run_hostile.py from the two files.
//
// `soak THREADS LOCKS ROUNDS FILE`: nests go up in the order of the locks, so nobody hangs; when all threads are joined,
// main makes some that go down.
#include "racecourse/mutex.h"
#include "racecourse/thread.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

int main(int count, char** arguments) {
  if (count != 5) return 2;
  int threads = atoi(arguments[1]), locks = atoi(arguments[2]), rounds = atoi(arguments[3]);
  // Alive at the end: of dead locks only some thousands are kept for the export.
  static auto& table = *new std::vector<std::unique_ptr<racecourse::mutex>>;
  for (int i = 0; i < locks; ++i)
    table.push_back(std::make_unique<racecourse::mutex>(std::to_string(i).c_str()));
  std::vector<std::vector<std::pair<int, int>>> asked(static_cast<std::size_t>(threads));
  std::vector<racecourse::thread> workers;
  for (int self = 0; self < threads; ++self)
    workers.emplace_back([&, self] {
      std::mt19937 random(static_cast<unsigned>(self) + 1);
      auto& mine = asked[static_cast<std::size_t>(self)];
      for (int round = 0; round < rounds; ++round) {
        std::vector<int> nest;
        for (unsigned i = 0, depth = 1 + random() % 6; i < depth; ++i)
          nest.push_back(static_cast<int>(random() % static_cast<unsigned>(locks)));
        std::sort(nest.begin(), nest.end());
        nest.erase(std::unique(nest.begin(), nest.end()), nest.end());
        for (std::size_t i = 0; i < nest.size(); ++i) {
          table[static_cast<std::size_t>(nest[i])]->lock();
          for (std::size_t below = 0; below < i; ++below)
            mine.emplace_back(nest[below], nest[i]);
        }
        // Let go of in another order than taken.
        std::shuffle(nest.begin(), nest.end(), random);
        for (int lock : nest)
          table[static_cast<std::size_t>(lock)]->unlock();
      }
    });
  for (auto& worker : workers)
    worker.join();
  // Against the order, when nobody else runs: cycles in the graph, none that could happen.
  std::mt19937 random(99);
  for (int i = 0; i < std::max(1, rounds / 10); ++i) {
    int high = 1 + static_cast<int>(random() % static_cast<unsigned>(locks - 1));
    int low = static_cast<int>(random() % static_cast<unsigned>(high));
    table[static_cast<std::size_t>(high)]->lock();
    table[static_cast<std::size_t>(low)]->lock();
    asked[0].emplace_back(high, low);
    table[static_cast<std::size_t>(low)]->unlock();
    table[static_cast<std::size_t>(high)]->unlock();
  }
  FILE* file = fopen(arguments[4], "w");
  if (!file) return 2;
  for (auto& mine : asked)
    for (auto [from, to] : mine)
      fprintf(file, "%d %d\n", from, to);
  fclose(file);
  return 0;
}
