// One more bit beside AccessFlag (event.h) in Event::flags of an Access, for those who look at memory orders.
#pragma once

#include <cstdint>

namespace racecourse::model {

/// An atomic operation with memory_order_relaxed, in a unit without fences: it hands nothing over. Its own value is safe;
/// what was written before the store need not be seen after the load ([atomics.order] in the C++ standard).
inline constexpr std::uint16_t kAccessRelaxed = 1 << 3;

} // namespace racecourse::model
