// Link, facts and the whole solve over sizes. The target is 1 s for link + solve of 100 000 functions and near-linear
// growth; `functions/s` over the sizes shows the curve.
#include "checker/analysis/facts.h"
#include "checker/analysis/link.h"
#include "checker/analysis/solve.h"
#include "tests/bench/analysis/synthetic_program.h"

#include <benchmark/benchmark.h>

namespace {

using namespace racecourse;

bench::Shape shapeOf(const benchmark::State& state) {
  bench::Shape shape;
  shape.functions = static_cast<std::size_t>(state.range(0));
  shape.threads = static_cast<std::size_t>(state.range(1));
  return shape;
}

void perFunction(benchmark::State& state) {
  state.counters["functions/s"] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}

void BM_Link(benchmark::State& state) {
  auto units = bench::syntheticProgram(shapeOf(state));
  for (auto _ : state) {
    state.PauseTiming();
    auto copy = units;
    state.ResumeTiming();
    model::Unit program = analysis::link(std::move(copy));
    benchmark::DoNotOptimize(program);
  }
  perFunction(state);
}

void BM_Facts(benchmark::State& state) {
  model::Unit program = analysis::link(bench::syntheticProgram(shapeOf(state)));
  std::size_t contexts = 0;
  for (auto _ : state) {
    analysis::Facts facts = analysis::Facts::build(program, {});
    contexts = facts.contextCount();
  }
  state.counters["contexts"] = static_cast<double>(contexts);
  perFunction(state);
}

void BM_Solve(benchmark::State& state) {
  model::Unit program = analysis::link(bench::syntheticProgram(shapeOf(state)));
  std::size_t findings = 0;
  for (auto _ : state)
    findings = analysis::solve(program).findings.size();
  state.counters["findings"] = static_cast<double>(findings);
  perFunction(state);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (int functions : {1000, 10000, 100000})
    for (int threads : {0, 8})
      benchmark->Args({functions, threads});
  benchmark->Unit(benchmark::kMillisecond);
}

BENCHMARK(BM_Link)->Apply(sizes);
BENCHMARK(BM_Facts)->Apply(sizes);
BENCHMARK(BM_Solve)->Apply(sizes);

} // namespace
