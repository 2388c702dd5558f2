// The text form of a unit: for tests, which write small models by hand, and for --dump-model. One thing per line, names
// instead of ids. `//` starts a comment; indentation means nothing; a name that is not an identifier (joined by `::`)
// or that is one of the words below stands in double quotes ("main()::total", with \" \\ \n \t \xHH inside).
//
//   unit "/src/bank.cpp"                        // main file; may be left out
//   type Account
//   field Account::mu lock=mutex                // the class before the last :: is its parent
//   field Account::balance guarded_by=this.mu
//   global total atomic
//   function Account::withdraw exported
//     param amount
//     local lk guard
//     guard lk = acquire this.mu                // no block header: this is block b0
//     %old = read this.balance
//     branch reads=(%old) ? enough : out
//   enough:
//     write this.balance inputs=(%old)
//     update total
//     -> out
//   out:
//     guard_destroy lk
//   function worker
//     param a pointer type=Account
//     call Account::withdraw receiver=a->* args=(copy)
//   function main
//     local acc type=Account
//     local t handle
//     spawn worker handle=t args=(object acc) in_loop
//     join t
//
// Declarations, in any order; a name may be used before its line:
//   KIND NAME [flag…] [key=value…] [@place]     KIND: global static local param field type declare (a function without
//                                               record). `param` and `local` inside a function belong to it; each param
//                                               there is also appended to its parameter list.
//     flags  atomic const thread_local synchroniser guard handle reference pointer volatile private container system
//     keys   lock=mutex|recursive|shared|spin|binary_semaphore|semaphore|unknown   (also sets class=lock)
//            class=plain|atomic|const|thread_local|lock|synchroniser|guard|handle
//            type=T  parent=E  bases=(T,…)  overrides=(F,…)  index=N  guarded_by=PATH  pt_guarded_by=PATH
//            usr="…" (else NAME, or FUNCTION@NAME inside a function)  space="…"  name="…" (else NAME)  spelled="…"
//   function NAME [flag…] [key=value…] [@place] a Function record; also declares its entity, unless `declare` did
//     flags  constructor destructor virtual lambda main (implied by the name) exported private address_taken noexcept
//            before_main analysis_off widened system
//     keys   this_type=T|none (else the parent class)  enclosing=F  parameters=(P,…)  hash=N  end=@place
//            and usr space name spelled type parent overrides of its entity
//   file "PATH" [system] · depends "PATH" · lines N
//   note cap_hit|unsupported_syntax|unresolved_call|unmodelled_primitive "text" [function=F] [@place]
//   A flag can be taken back: main=false. A key that names an entity can say none.
//
// Places: @LINE:COLUMN (same file as the function, or the main file), @FILE:LINE:COLUMN (FILE: a path's end, quoted when odd),
// @none. Left out: the line of this text itself, in the main file.
//
// Paths: a root and its steps, at most kMaxSteps.
//   root   NAME (of the function, its enclosing ones, or the unit) · FUNCTION/NAME · /NAME (of the unit, if hidden)
//          this · this(F) · result(%call) · result(F/%N) · alloc(%fresh) · alloc(F/%N) · unknown · unknown(T)
//          the words global, local, param before a NAME force the root's kind
//   steps  .field · ->field (Deref, then field) · .* (Deref) · ->* (the same) · [3] · [*]
//          field: the last part of its name, when the class on its left or the whole unit has only one; else its full name
//   PATH... at the end marks it as widened.
//
// In a function:
//   requires|acquires|releases|try_acquires|excludes|asserts|returns_lock PATH [shared] [success=false]    (contracts)
//   NAME:                                       starts a block. `unplaced:` holds events which no block lists.
//   -> NAME, …                                  its successors. None: the function is left.
//   branch [not] [locked %E | owns PATH | flag N] [identity] [reads=(%E,…)] ? NAME : NAME      (or: to NAME, …)
//   [%LABEL =] EVENT [@place]                   a LABEL that is a number is the event's id; others count on from the last
//   again %E                                    the block lists that event here too
// Events:
//   read|write|update|address PATH              class and op follow the object's declaration unless class= or op= says
//   acquire|try_acquire|timed_acquire|release|assert_held LOCKS          LOCKS: PATH or (PATH, …)
//   guard PATH = acquire|try_acquire|timed_acquire|adopt|defer LOCKS
//   guard_acquire|guard_release|guard_disown|guard_destroy PATH          guard_acquire also with `try` or `timed`
//   guard_move PATH = PATH                      destination = source
//   call F|?  ·  spawn F|? [handle=PATH]        [receiver=PATH] [args=(ARG,…)] [label="…"] [flag…]
//     ARG     none · object PATH · value PATH · copy [PATH] · callable F [PATH]; any kind may add calls=F
//     flags   call: virtual indirect invokes_arguments stores_arguments may_throw blocking known once container_test
//             no_return ignores_shared; spawn: detached pool joins_at_end, in_loop
//   join PATH [all_elements] · detach PATH · notify PATH · wait PATH [with LOCKS] [value=PATH] [predicate] [in_loop]
//   fresh [PATH]                                without PATH: the object it makes itself, alloc(this event)
//   escape PATH [stored|captured|passed|returned|published] · return [object|value|copy|callable [PATH]] · throw
//   probe "label"
//   every event: shared exclusive try timed initialises in_loop predicate all_elements by_library, inputs=(%E,…),
//   op=none|load|store|update|compare_exchange, class= path= value= value_kind= callee= locks= flags=N how= escape=
//
// write is deterministic and complete: parse(write(u)) equals u up to the numbers of ids, except that strings and paths
// which nothing refers to are not written. Precondition: the unit is well-formed (valid.h). Cost: linear, for both.
#pragma once

#include "checker/model/unit.h"

#include <optional>
#include <string>
#include <string_view>

namespace racecourse::model {

std::string write(const Unit& unit);

struct Parsed {
  std::optional<Unit> unit;
  std::string failure; ///< without unit: one sentence that starts with the line, "line 3: …"
};

/// `main_file` names the unit if no `unit` line does.
Parsed parse(std::string_view text, std::string_view main_file = "/text");

} // namespace racecourse::model
