// The text form of a unit: for tests, which write small models by hand, and for --dump-model. One thing per
// line, names instead of ids. `//` starts a comment; indentation means nothing; a name that is no identifier
// (several joined by `::` are one), or that is one of the words below, stands in double quotes:
// "main()::total", with
// \" \\ \n \t \xHH inside.
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
//   KIND NAME [flag…] [key=value…] [@place]
//     KIND   global static local param field type declare (a function without record)
//            param, local and static inside a function belong to it; each param there is also appended to its
//            parameter list
//     flags  atomic const thread_local synchroniser guard handle
//            reference pointer volatile private container system
//     keys   lock=mutex|recursive|shared|spin|binary_semaphore|semaphore|unknown (also sets class=lock)
//            class=plain|atomic|const|thread_local|lock|synchroniser|guard|handle
//            type=T parent=E bases=(T,…) overrides=(F,…) index=N guarded_by=PATH pt_guarded_by=PATH
//            usr="…" (else NAME, or FUNCTION@NAME inside a function) space="…"
//            name="…" (else NAME) spelled="…"
//   function NAME [flag…] [key=value…] [@place]
//     a Function record; it declares its entity too, unless a `declare` line does. What follows belongs to it
//     flags  constructor destructor virtual lambda main exported private address_taken noexcept before_main
//            analysis_off widened system; again (one more record). The name main implies main
//     keys   this_type=T|none (else the parent class) enclosing=F parameters=(P,…) hash=N end=@place
//            and usr space name spelled type parent overrides of its entity
//   file "PATH" [system] · depends "PATH" · lines N
//   note KIND "text" [function=F] [@place]
//     KIND   cap_hit unsupported_syntax unresolved_call unmodelled_primitive differing_bodies
//   A function's flag can be taken back: main=false. A key that names an entity can say none.
//
// Places: @LINE:COLUMN (file of the function, or the main file), @FILE:LINE:COLUMN (FILE: the end of a path,
// quoted when odd), @none. Left out: the line of this text itself.
//
// Paths: a root and its steps, at most kMaxSteps.
//   root   NAME (of the function, of those around it, or of the unit) · FUNCTION/NAME · /NAME (of the unit)
//          this · this(F) · result(%call) · result(F/%N) · alloc(%fresh) · alloc(F/%N) · unknown · unknown(T)
//          The words global, local, param before a NAME force the root's kind.
//   steps  .field · ->field (Deref, then field) · .* and ->* (Deref) · [3] · [*] · [**] (the same elements in every thread)
//          A field goes by the last part of its name when the class on its left, or else the whole unit, has
//          only one such field; otherwise by its full name: p->Account::mu.
//   PATH... is marked as widened.
//
// In a function:
//   requires|acquires|releases|try_acquires|excludes|asserts|returns_lock PATH [shared] [success=false]
//   NAME:                starts a block (`unplaced:` holds events that no block lists)
//   -> NAME, …           its successors; without this line the block leaves the function
//   branch [not] [locked %E | owns PATH | child %E | flag N] [identity] [reads=(%E,…)] ? NAME : NAME   (or: to NAME, …)
//   [%LABEL =] EVENT [@place]      a LABEL that is a number is the event's id; others count on, past the taken
//   again %E             the block lists that event here too
// Events:
//   read|write|update|address PATH     class and op follow the object's declaration unless class= or op= says
//   acquire|try_acquire|timed_acquire|release|assert_held LOCKS        LOCKS: PATH or (PATH, …)
//   guard PATH = acquire|try_acquire|timed_acquire|adopt|defer LOCKS
//   guard_acquire PATH [try|timed] · guard_release|guard_disown|guard_destroy PATH
//   guard_move PATH = PATH             destination = source
//   call F [receiver=PATH] [args=(ARG,…)] [label="…"] [flag…]          also `call ?`: callee unknown
//     ARG    none · object PATH · value PATH · copy [PATH] · callable F [at PATH]; calls=F may follow the others
//     flags  virtual indirect invokes_arguments stores_arguments may_throw blocking known once container_test
//            no_return ignores_shared io drops_future unbounded makes_pool forks
//   spawn F [handle=PATH], then as call; flags detached pool joins_at_end drops_future maybe_detached
//            carries_exceptions must_join keeps_resources in_loop
//   rounds=N|items of a call or spawn; grows of a read, write or update; by_member of an acquire or release
//   join PATH [all_elements] · detach PATH · notify PATH
//   wait PATH [with LOCKS] [value=PATH] [predicate] [in_loop] [timed]
//   handle_move PATH|? value=PATH       the thread of the second belongs to the first (or to somebody) now
//   end PATH                           a local dies
//   fresh [PATH]                       without PATH: the object it makes itself, alloc(this event)
//   escape PATH [stored|captured|passed|returned|published]
//   set_flag PATH = true|false|unknown  and then: branch flag path=PATH
//   return [object|value|copy|callable [PATH]] · throw · probe "label"
//   all    shared exclusive try timed initialises in_loop predicate all_elements by_library inputs=(%E,…)
//          op=none|load|store|update|compare_exchange class= path= value= value_kind= callee= locks= access=
//          flavour= how= escape= label= flags=N
//
// write is deterministic and complete: parse(write(u)) equals u up to the numbers of ids, except that strings
// and paths which nothing refers to are not written. Precondition: the unit is well-formed (well_formed.h).
// Cost: linear, for both.
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
