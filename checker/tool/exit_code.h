// How `racecourse` ends, and the value that stands for "it cannot go on": an exit code and one sentence for stderr.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace racecourse::tool {

enum ExitCode : int {
  kExitClean = 0,
  kExitFindings = 1,    ///< at or above the fail level; beats kExitNotAnalysed
  kExitUsage = 2,       ///< command line or configuration
  kExitNotAnalysed = 3, ///< some unit, even when nothing was found
  kExitToolchain = 4,
  kExitInternal = 5,
};

struct Refusal {
  int exit_code = kExitUsage;
  std::string sentence;
};

/// Either a value or the reason why there is none. Precondition of `*`: it holds a value.
template <typename T> class OrRefusal {
public:
  OrRefusal(T value) : value_(std::move(value)) {}
  OrRefusal(Refusal refusal) : refusal_(std::move(refusal)) {}
  explicit operator bool() const { return value_.has_value(); }
  T& operator*() { return *value_; }
  T* operator->() { return &*value_; }
  const Refusal& refusal() const { return refusal_; }

private:
  std::optional<T> value_;
  Refusal refusal_;
};

} // namespace racecourse::tool
