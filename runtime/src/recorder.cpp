// From "this thread asks for this lock while it holds those" to edges, witnesses and judged cycles.
//
// The idea. A request is worth recording once per thread and chain of held locks; the caller's cache sees to that.
// Each held lock gives one edge to the wanted one (not only the last: when that dies the others still order), and each
// edge keeps a few witnesses, chosen so that the rules of verdict.h can be answered: other threads, other modes, other
// sets of held locks, first and latest segment. An edge is stored before its thread blocks, so a deadlock that happens
// at the first meeting is still known.
//
// A try adds no edge, for it cannot wait. A timed request adds one that the verdict lowers.
//
// Join, result and pool waits: "thread T runs" is a lock that T holds for life. Edges from it are made only when
// somebody asks for it while holding a lock; until then each thread merely remembers which locks it ever asked for.
#include "runtime/src/report.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace racecourse::detail {

namespace {

// Limits, so that a long run's memory is bounded; each has a count or a flag in the statistics.
constexpr std::size_t max_edges = 1u << 20, max_listed_cycles = 512;
constexpr std::uint32_t max_frozen =
    4096; // dead locks kept for the export; about 400 bytes each with their edges
constexpr std::uint32_t max_frames = 24;
constexpr std::uint32_t witnesses_per_thread = 3; // alike but for the segment: the first two and the latest

bool holdsAlike(const Witness& a, const Witness& b) {
  if (a.all->count != b.all->count || a.hold_mode != b.hold_mode || a.want_mode != b.want_mode ||
      a.patience != b.patience)
    return false;
  for (std::uint32_t i = 0; i < a.all->count; ++i)
    if (a.all->held[i].lock != b.all->held[i].lock || a.all->held[i].mode != b.all->held[i].mode)
      return false;
  return true;
}

constexpr std::size_t bytesOf(std::uint32_t held_count) {
  return sizeof(HeldSet) + held_count * sizeof(Held);
}

/// Its first user is whoever makes it.
HeldSet* newHeldSet(Core& core, std::uint32_t count) RACECOURSE_REQUIRES(core.lock) {
  void* memory = core.arena.tryAllocate(bytesOf(count));
  if (!memory) throw std::bad_alloc();
  auto* set = new (memory) HeldSet();
  set->count = count;
  set->users = 1;
  return set;
}

void leaveHeldSet(Core& core, HeldSet* set) RACECOURSE_REQUIRES(core.lock) {
  if (--set->users == 0) core.arena.release(set, bytesOf(set->count));
}

/// False when the witness tells nothing new.
bool addWitness(Core& core, EdgeInfo& edge, const Witness& witness) RACECOURSE_REQUIRES(core.lock) {
  std::uint32_t alike = 0;
  Witness* latest = nullptr;
  for (Witness* old = edge.witnesses; old; old = old->next) {
    if (old->thread != witness.thread || !holdsAlike(*old, witness)) continue;
    if (old->segment == witness.segment) return false;
    ++alike;
    if (!latest || old->segment > latest->segment) latest = old;
  }
  if (alike >= witnesses_per_thread) {
    latest->segment = witness.segment;
    return true;
  }
  if (edge.witness_count == max_witnesses) {
    ++edge.dropped_witnesses;
    return false;
  }
  void* memory = core.arena.tryAllocate(sizeof(Witness));
  if (!memory) throw std::bad_alloc();
  auto* added = new (memory) Witness(witness);
  ++added->all->users;
  // Appended, so that the first that showed the edge is the first tried in a verdict, and the one shown.
  Witness** end = &edge.witnesses;
  while (*end)
    end = &(*end)->next;
  added->next = nullptr;
  *end = added;
  ++edge.witness_count;
  return true;
}

/// The record that stands for this lock in the graph: itself, or with classes=1 the first lock of its name.
LockInfo& representative(Core& core, LockInfo& lock) RACECOURSE_REQUIRES(core.lock) {
  if (!core.options.classes || lock.name[0] == 0) return lock;
  if (lock.class_of == 0) {
    for (std::uint32_t slot = 1; slot <= core.locks.size() && lock.class_of == 0; ++slot) {
      LockInfo& other = *core.locks.find(slot);
      if (other.id != 0 && other.class_of == other.id && strcmp(other.name, lock.name) == 0)
        lock.class_of = other.id;
    }
    if (lock.class_of == 0) lock.class_of = lock.id;
  }
  LockInfo* found = lockById(core, lock.class_of);
  return found ? *found : lock;
}

void ensureNode(Core& core, LockInfo& lock) RACECOURSE_REQUIRES(core.lock) {
  if (lock.has_node) return;
  lock.node = core.graph.addNode();
  lock.has_node = true;
}

void considerCycle(Core& core, Told& told, const std::pmr::vector<lockorder::NodeId>& nodes)
    RACECOURSE_REQUIRES(core.lock) {
  if (nodes.size() > max_cycle_length) return;
  const Witness* steps[max_cycle_length];
  CycleInfo cycle;
  cycle.length = static_cast<std::uint32_t>(nodes.size());
  std::uint32_t smallest = 0;
  for (std::uint32_t i = 0; i < cycle.length; ++i) {
    auto edge = core.graph.findEdge(nodes[i], nodes[(i + 1) % cycle.length]);
    const EdgeInfo& info = core.edges[static_cast<std::uint32_t>(edge->witness)];
    if (!info.witnesses) return; // its memory could not be had
    steps[i] = info.witnesses;
    cycle.locks[i] = info.from;
    if (cycle.locks[i] < cycle.locks[smallest]) smallest = i;
  }
  std::rotate(cycle.locks, cycle.locks + smallest, cycle.locks + cycle.length);
  std::rotate(steps, steps + smallest, steps + cycle.length);

  CycleInfo* known = nullptr;
  for (CycleInfo& other : core.cycles)
    if (other.length == cycle.length && std::equal(cycle.locks, cycle.locks + cycle.length, other.locks))
      known = &other;
  if (known && known->verdict.level != Level::Order) return;
  cycle.verdict = judge({steps, cycle.length}, orderedBefore);
  if (!known) {
    core.cycles.push_back(cycle);
    known = &core.cycles.back();
  } else {
    known->verdict = cycle.verdict;
  }
  tellCycle(core, told, *known);
}

/// One thread asked for `to` while it held `from`.
void recordEdge(Core& core, Told& told, LockInfo& from_lock, LockInfo& to_lock, const Witness& witness)
    RACECOURSE_REQUIRES(core.lock) {
  LockInfo &from = representative(core, from_lock), &to = representative(core, to_lock);
  if (&from == &to) return; // two locks of one class: the class says nothing about their order
  ensureNode(core, from);
  ensureNode(core, to);
  std::uint32_t index;
  auto known = core.graph.findEdge(from.node, to.node);
  if (known) {
    index = static_cast<std::uint32_t>(known->witness);
  } else {
    if (core.free_edges.empty()) {
      if (core.edges.size() >= max_edges) throw std::bad_alloc();
      core.edges.emplace_back();
      core.free_edges.reserve(core.edges.capacity()); // so that giving a record back never allocates
      core.free_edges.push_back(static_cast<std::uint32_t>(core.edges.size() - 1));
    }
    index = core.free_edges.back();
    core.graph.insertEdge(from.node, to.node, lockorder::WitnessId{index});
    core.free_edges.pop_back();
    core.edges[index] = EdgeInfo{};
    core.edges[index].from = from.id;
    core.edges[index].to = to.id;
  }
  EdgeInfo& edge = core.edges[index];
  ++edge.count;
  if (!addWitness(core, edge, witness)) return;

  if (core.graph.closingCount() == 0) return;
  if (core.cycles.size() >= max_listed_cycles) {
    core.cycles_cut = true;
    return;
  }
  // Every new witness can turn an innocent cycle into a possible one, so all cycles through its edge are judged again.
  lockorder::Cycles found = core.graph.cyclesThrough(
      from.node, to.node, {.max_length = max_cycle_length, .max_count = 32, .max_steps = 4000});
  for (const auto& cycle : found.cycles)
    considerCycle(core, told, cycle);
  if (!found.complete) core.cycles_cut = true;
}

bool readersShare(LockKind kind) {
  // glibc's rwlock lets readers in past a waiting writer unless asked otherwise, and all shared kinds are made of it.
  return kind == LockKind::SharedMutex || kind == LockKind::SharedTimedMutex;
}

/// Leaves a set at the end of a scope, also when memory runs out inside.
struct SharedSet {
  Core& core;
  HeldSet* set;
  ~SharedSet() RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) { leaveHeldSet(core, set); }
};

/// "`run` is held by the thread that asked for this lock."
void recordUnderRun(Core& core, Told& told, LockInfo& run, const Touched& touched)
    RACECOURSE_REQUIRES(core.lock) {
  LockInfo* lock = lockById(core, touched.lock);
  if (!lock || lock->retired || lock == &run) return;
  Witness witness;
  witness.all = newHeldSet(core, 1);
  witness.all->held[0] = {run.id, Mode::Exclusive};
  witness.thread = touched.thread;
  witness.segment = touched.segment;
  witness.want_stack = touched.stack;
  witness.edge_from = run.id;
  witness.want_mode = touched.mode;
  if (!touched.for_ever) witness.patience = Patience::Timed;
  witness.readers_share = touched.readers_share;
  SharedSet user{core, witness.all};
  recordEdge(core, told, run, *lock, witness);
}

/// The thread asks for `wanted` with all it holds.
void recordHeld(Core& core, Told& told, ThreadBlock& block, LockInfo& wanted, Mode mode, Patience patience,
                std::uint32_t stack) RACECOURSE_REQUIRES(core.lock) {
  std::uint32_t count = block.held_count.load(std::memory_order_relaxed);
  if (count == 0 || patience == Patience::Try) return;
  ThreadInfo* thread = core.threads.find(block.number);
  HeldSet* all = newHeldSet(core, count);
  SharedSet user{core, all};
  HeldEntry* entries = block.held.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < count; ++i)
    all->held[i] = {entries[i].lock.load(std::memory_order_relaxed),
                    entries[i].mode.load(std::memory_order_relaxed)};
  for (std::uint32_t i = 0; i < count; ++i) {
    LockInfo* from = lockById(core, entries[i].lock.load(std::memory_order_relaxed));
    if (!from || from == &wanted || from->retired) continue;
    // Somebody else unlocked it for this thread: told when it happened, and no longer held.
    if (entries[i].mode.load(std::memory_order_relaxed) == Mode::Exclusive && from->object &&
        from->object->owner.load(std::memory_order_relaxed) != block.number)
      continue;
    Witness witness;
    witness.thread = block.number;
    witness.segment = thread->segment;
    witness.hold_stack = core.contexts.find(entries[i].origin.load(std::memory_order_relaxed));
    witness.want_stack = stack;
    witness.edge_from = from->id;
    witness.hold_mode = entries[i].mode.load(std::memory_order_relaxed);
    witness.want_mode = mode;
    witness.patience = patience;
    witness.readers_share = readersShare(wanted.kind);
    witness.all = all;
    recordEdge(core, told, *from, wanted, witness);
  }
}

} // namespace

// --- locks -------------------------------------------------------------------------------------------------------

LockInfo* lockById(Core& core, std::uint32_t id) {
  LockInfo* lock = core.locks.find(id & lock_slot_mask);
  return lock && lock->id == id ? lock : nullptr;
}

void setName(LockInfo& lock, const char* name) {
  std::size_t length = 0;
  // Control characters would end up in terminals; a name is for people.
  for (; name && name[length] != 0 && length + 1 < sizeof lock.name; ++length)
    lock.name[length] = static_cast<unsigned char>(name[length]) < 0x20 ? '?' : name[length];
  lock.name[length] = 0;
}

LockInfo* newLock(Core& core, LockKind kind) {
  LockInfo* lock;
  std::uint32_t id = core.free_lock;
  if (id != 0) {
    lock = core.locks.find(id & lock_slot_mask);
    core.free_lock = lock->next_free;
  } else {
    lock = core.locks.add(core.arena, id);
    if (!lock) return nullptr;
  }
  lock->~LockInfo();
  new (lock) LockInfo();
  lock->id = id;
  lock->kind = kind;
  return lock;
}

LockInfo* lockFor(Core& core, LockWord& word, LockKind kind) {
  if (std::uint32_t id = word.id.load(std::memory_order_relaxed)) return lockById(core, id);
  LockInfo* lock = newLock(core, kind);
  if (!lock) return nullptr;
  lock->object = &word;
  word.id.store(lock->id, std::memory_order_relaxed);
  return lock;
}

namespace {
/// All edges at a lock in the graph.
std::pmr::vector<std::uint32_t> edgesAt(Core& core, const LockInfo& lock) RACECOURSE_REQUIRES(core.lock) {
  std::pmr::vector<std::uint32_t> indices(&core.arena);
  for (lockorder::NodeId next : core.graph.successors(lock.node))
    indices.push_back(static_cast<std::uint32_t>(core.graph.findEdge(lock.node, next)->witness));
  for (lockorder::NodeId previous : core.graph.predecessors(lock.node))
    indices.push_back(static_cast<std::uint32_t>(core.graph.findEdge(previous, lock.node)->witness));
  return indices;
}
} // namespace

void nameLock(LockWord& word, LockKind kind, const char* name) noexcept {
  if (!name || switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  if (LockInfo* lock = lockFor(the, word, kind)) setName(*lock, name);
}

void retireLock(LockWord& word, LockKind) noexcept {
  std::uint32_t id = word.id.load(std::memory_order_relaxed);
  if (id == 0 || switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  std::uint32_t owner = word.owner.load(std::memory_order_relaxed);
  if (block && !block->busy && owner != 0 && owner != unrecorded_owner)
    tellSimple(block, ReportKind::DestroyedWhileHeld, Level::Happening, id, owner,
               reinterpret_cast<Site>(__builtin_return_address(0)), "is destroyed while it is held by");
  bool was_busy = block && block->busy;
  if (block) block->busy = true;
  {
    Core& the = core();
    Locked locked(the);
    LockInfo* lock = was_busy ? nullptr : lockById(the, id);
    if (lock && !lock->retired) {
      if (block)
        if (HeldEntry* held = findHeld(*block, id)) held->lock.store(0, std::memory_order_relaxed);
      lock->object = nullptr;
      lock->retired = true;
      forgetTouched(the, lock->touched);
      bool stands_for_class = lock->class_of == id;
      bool keep = stands_for_class || (lock->has_node && the.frozen_count < max_frozen);
      for (const CycleInfo& cycle : the.cycles)
        for (std::uint32_t i = 0; i < cycle.length; ++i)
          keep |= cycle.locks[i] == id;
      keep |= lock->has_frozen_edge;
      if (lock->has_node && !stands_for_class) {
        try {
          for (std::uint32_t index : edgesAt(the, *lock)) {
            EdgeInfo& edge = the.edges[index];
            if (keep) {
              if (LockInfo* other = lockById(the, edge.from == id ? edge.to : edge.from))
                other->has_frozen_edge = true;
              continue;
            }
            while (Witness* witness = edge.witnesses) {
              edge.witnesses = witness->next;
              leaveHeldSet(the, witness->all);
              the.arena.release(witness, sizeof(Witness));
            }
            edge = EdgeInfo{};
            the.free_edges.push_back(index); // never grows: recordEdge reserved a place per edge
          }
        } catch (const std::bad_alloc&) {
          keep = true; // the list of edges could not be had: nothing was dropped
        }
        the.graph.removeNode(lock->node);
        lock->has_node = false;
      }
      if (keep) {
        ++the.frozen_count;
      } else if (std::uint32_t next_life = id + (1u << lock_slot_bits); next_life > id) {
        lock->id = next_life;
        lock->retired = false; // nobody has this number yet
        lock->next_free = the.free_lock;
        the.free_lock = next_life;
      }
    }
  }
  word.id.store(0, std::memory_order_relaxed);
  word.owner.store(0, std::memory_order_relaxed);
  if (block) block->busy = was_busy;
}

// --- requests ----------------------------------------------------------------------------------------------------

void touch(Core& core, TouchedSet& set, const Touched& touched) {
  auto place = [](Touched* slots, std::uint32_t capacity, std::uint32_t lock) {
    std::uint32_t slot = static_cast<std::uint32_t>(mix(lock, 0)) & (capacity - 1);
    while (slots[slot].lock != 0 && slots[slot].lock != lock)
      slot = (slot + 1) & (capacity - 1);
    return slots + slot;
  };
  if ((set.count + 1) * 2 > set.capacity) {
    std::uint32_t capacity = set.capacity ? set.capacity * 2 : 8;
    auto* slots = static_cast<Touched*>(core.arena.tryAllocate(capacity * sizeof(Touched)));
    if (!slots) throw std::bad_alloc();
    for (std::uint32_t i = 0; i < capacity; ++i)
      new (slots + i) Touched();
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < set.capacity; ++i) {
      LockInfo* lock = set.slots[i].lock ? lockById(core, set.slots[i].lock) : nullptr;
      if (!lock || lock->retired) continue; // dead locks leave when the set grows
      *place(slots, capacity, set.slots[i].lock) = set.slots[i];
      ++kept;
    }
    if (set.slots) core.arena.release(set.slots, set.capacity * sizeof(Touched));
    set = {slots, capacity, kept};
  }
  Touched* slot = place(set.slots, set.capacity, touched.lock);
  if (slot->lock == 0) {
    *slot = touched;
    ++set.count;
  } else {
    if (touched.mode == Mode::Exclusive) slot->mode = Mode::Exclusive;
    slot->for_ever |= touched.for_ever;
  }
}

void forgetTouched(Core& core, TouchedSet& set) {
  if (set.slots) core.arena.release(set.slots, set.capacity * sizeof(Touched));
  set = {};
}

void recordRequest(ThreadBlock& block, LockWord& word, LockKind kind, Mode mode, Patience patience, Site site,
                   std::uint64_t key) {
  Core& the = core();
  std::uint32_t stack = 0;
  {
    Locked locked(the);
    stack = the.contexts.find(key);
  }
  Site frames[max_frames];
  std::uint32_t frame_count = stack == 0 ? captureFrames(site, frames, max_frames) : 0;

  Told told;
  try {
    Locked locked(the);
    if (stack == 0) {
      stack = the.stacks.intern(frames, frame_count);
      the.contexts.add(key, stack);
    }
    LockInfo* lock = lockFor(the, word, kind);
    if (!lock) throw std::bad_alloc();
    if (lock->first_thread == 0) {
      lock->first_thread = block.number;
      lock->first_stack = stack;
    }
    if (patience != Patience::Try) {
      ThreadInfo& thread = *the.threads.find(block.number);
      Touched touched{lock->id,     stack,         mode, readersShare(kind), patience == Patience::Blocking,
                      block.number, thread.segment};
      touch(the, thread.touched, touched);
      if (LockInfo* run = lockById(the, thread.run_lock)) recordUnderRun(the, told, *run, touched);
      if (LockInfo* pool = lockById(the, block.pool_lock)) {
        touch(the, pool->touched, touched);
        if (pool->has_node) recordUnderRun(the, told, *pool, touched);
      }
    }
    recordHeld(the, told, block, *lock, mode, patience, stack);
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  rememberChain(block, key);
  told.flush();
}

// --- waiting for threads and pools -------------------------------------------------------------------------------

namespace {

/// Whoever runs under `run` asked for all of `set`; the caller asks for `run` with what it holds.
void recordRunWait(Core& core, Told& told, ThreadBlock& block, LockInfo& run, const TouchedSet& set,
                   std::uint32_t stack) RACECOURSE_REQUIRES(core.lock) {
  ensureNode(core, run);
  for (std::uint32_t i = 0; i < set.capacity; ++i)
    if (set.slots[i].lock != 0) recordUnderRun(core, told, run, set.slots[i]);
  recordHeld(core, told, block, run, Mode::Exclusive, Patience::Blocking, stack);
}

} // namespace

void askJoin(std::uint32_t thread_number) noexcept {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy || block->held_count.load(std::memory_order_relaxed) == 0) return;
  Busy busy(*block);
  std::uint32_t stack = captureStack(reinterpret_cast<Site>(__builtin_return_address(0)));
  Core& the = core();
  Told told;
  try {
    Locked locked(the);
    ThreadInfo* thread = the.threads.find(thread_number);
    if (thread) {
      LockInfo* run = lockById(the, thread->run_lock);
      if (!run) {
        run = newLock(the, LockKind::ThreadRun);
        if (!run) throw std::bad_alloc();
        run->pseudo_of = thread_number;
        setName(*run, thread->name);
        thread->run_lock = run->id;
      }
      recordRunWait(the, told, *block, *run, thread->touched, stack);
    }
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.flush();
}

void askPool(LockWord& pool, const char* name) noexcept {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Site site = reinterpret_cast<Site>(__builtin_return_address(0));
  bool inside = block->pool_lock != 0 && block->pool_lock == pool.id.load(std::memory_order_relaxed);
  if (inside)
    tellSimple(
        block, ReportKind::JoinUnderLock, Level::Possible, block->pool_lock, block->number, site,
        "is waited for by one of its own tasks: when all its workers do so, nobody is left to work; thread");
  if (block->held_count.load(std::memory_order_relaxed) == 0) return;
  Busy busy(*block);
  std::uint32_t stack = captureStack(site);
  Core& the = core();
  Told told;
  try {
    Locked locked(the);
    LockInfo* run = lockFor(the, pool, LockKind::PoolRun);
    if (!run) throw std::bad_alloc();
    if (run->name[0] == 0) setName(*run, name);
    recordRunWait(the, told, *block, *run, run->touched, stack);
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.flush();
}

// --- creation and join order -------------------------------------------------------------------------------------

bool orderedBefore(const Witness& first, const Witness& second) {
  // Time flows from a thread that is over to whoever joined it, and from a thread to those it creates. Follow joins up
  // from the first and creations up from the second; they are ordered when both ways meet in one thread, the first's
  // no later. Ways that first go down into a child and then up into a stranger who joined it are not looked for, which
  // errs towards telling.
  Core& the = core();
  constexpr unsigned max_depth = 64;
  std::uint32_t up = first.thread, up_segment = first.segment;
  for (unsigned i = 0; i < max_depth && up != 0; ++i) {
    std::uint32_t down = second.thread, down_segment = second.segment;
    for (unsigned j = 0; j < max_depth && down != 0; ++j) {
      if (up == down) {
        if (up_segment <= down_segment && (i != 0 || j != 0)) return true;
        break; // further up the segments only get smaller
      }
      const ThreadInfo& child = *the.threads.find(down);
      down = child.parent;
      down_segment = child.parent_segment;
    }
    const ThreadInfo& over = *the.threads.find(up);
    up = over.joined_by;
    up_segment = over.joined_segment;
  }
  return false;
}

} // namespace racecourse::detail
