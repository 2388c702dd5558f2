// Runs code that may crash, so that one bad unit does not take the others with it. On a signal of a crash (also abort
// and running out of stack) the code is left at once: its memory stays allocated and its destructors do not run. That
// price is paid once per crash; the alternative, a process per unit, is paid by every unit of every run.
//
// Crashes while the code holds a lock of the C library or of LLVM could block later units; none has been seen.
// Any number of threads may call it at once.
#pragma once

#include <functional>
#include <optional>

namespace racecourse::tool {

/// Calls `work` on a thread of its own with a large stack. The signal that ended it, or none when it came to its end.
std::optional<int> runGuarded(const std::function<void()>& work);

} // namespace racecourse::tool
