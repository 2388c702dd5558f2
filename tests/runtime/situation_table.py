"""The ground truth of locks: what is expected, and what Racecourse, ThreadSanitizer and Helgrind say. Writes
docs/runtime-situations.md.

Every situation is one source; ours is built with the runtime, theirs with the plain standard types (plain_types.h).

By hand: tests/runtime/situation_table.py BUILD/bin/situations [OUTPUT]
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, HERE)
import run_situation  # noqa: E402

REAL, SAFE, HANGS, LUCKY, SILENT = "real order", "safe", "hangs", "real, lucky run", "runs through"
# name, what it is, truth
CASES = [
    ("ab_ba_concurrent", "two threads, A then B and B then A", REAL),
    ("three_lock_cycle", "three threads, three locks in a ring", REAL),
    ("try_then_lock", "the first lock is taken by a try", REAL),
    ("read_then_write", "each reads one and writes the other", REAL),
    ("gate_of_readers", "both under a gate that both only read", REAL),
    ("hand_over_hand_three_threads", "hand over hand, and one thread too many", REAL),
    ("joined_in_between", "the first thread is joined before the second begins", SAFE),
    ("one_thread", "both orders in one thread", SAFE),
    ("gate_lock", "both orders under one gate lock", SAFE),
    ("try_lock_closes", "the closing request is a try", SAFE),
    ("scoped_lock_both_ways", "std::scoped_lock(A, B) and (B, A)", SAFE),
    ("timed_lock_closes", "the closing request gives up by itself", SAFE),
    ("readers_only", "four read locks", SAFE),
    ("readers_against_a_writer", "read locks against a read and a write; the lock prefers readers", SAFE),
    ("hand_over_hand_two_threads", "hand over hand, two threads", SAFE),
    ("stack_slot_reuse", "another lock at the same place on the stack", SAFE),
    ("placement_new_reuse", "another lock by placement new", SAFE),
    ("heap_reuse", "another lock at the same place on the heap", SAFE),
    ("deadlock_of_two", "the deadlock happens", HANGS),
    ("deadlock_of_three", "the deadlock of three happens", HANGS),
    ("relock", "a thread locks its own mutex again", HANGS),
    ("wait_while_holding", "a condition wait keeps a lock that the notifier needs", HANGS),
    ("join_under_lock_by_luck", "join under a lock that the thread needs", LUCKY),
    ("result_under_lock_by_luck", "future.get under a lock that the task needs", LUCKY),
    ("recursive_read", "a read lock taken twice by one thread, no writer about", SILENT),
    ("eighty_locks_held", "eighty locks held at once", SILENT),
]
SOURCES = ["situations_main.cpp", "orders.cpp", "waits.cpp", "misuse.cpp"]
PATIENCE = 20  # seconds; what has said nothing by then hangs in silence


def build(folder, name, flags):
    program = os.path.join(folder, name)
    subprocess.run(["clang++-19", "-std=c++20", "-O1", "-gdwarf-4", "-pthread", "-w", "-DSITUATIONS_PLAIN", "-I" + ROOT, *flags,
                    *[os.path.join(HERE, source) for source in SOURCES], "-o", program], check=True)
    return program


def ran(command, environment, patience):
    """Standard error and whether it had to be killed."""
    process = subprocess.Popen(command, env=dict(os.environ, **environment), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, errors="replace")
    try:
        return process.communicate(timeout=patience)[1], False
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[1], True


def told(text, killed, patterns):
    said = [word for pattern, word in patterns if re.search(pattern, text)]
    return " and ".join(said + (["hangs"] if killed else [])) if said else ("hangs in silence" if killed else "nothing")


def thread_sanitizer(program, name):
    text, killed = ran([program, name], {"TSAN_OPTIONS": "detect_deadlocks=1:report_thread_leaks=0"}, PATIENCE)
    return told(text, killed, [("lock-order-inversion", "order"), ("CHECK failed", "crashes"),
                               ("double lock|unlock of an unlocked", "misuse")])


def helgrind(program, name):
    text, killed = ran(["valgrind", "--tool=helgrind", program, name], {}, 3 * PATIENCE)
    # Valgrind gives up on debug information it cannot read, which is no opinion on the program.
    assert "ERROR SUMMARY" in text or (killed and "Command:" in text and "Possibly corrupted" not in text), text
    return told(text, killed, [("lock order \"", "order"), ("unlocked a not-locked|not held by|bad state", "misuse"),
                               ("Exiting thread still holds", "exit holding"), ("pthread_mutex_lock.*EDEADLK", "misuse")])


def ours(program, table, name):
    hangs, expected = table[name]
    problems = run_situation.run(program, name, hangs, expected)
    return ("; ".join(problems)[:200] if problems else expected.removesuffix(" ..."), not problems)


def right(truth, said):
    if truth in (SAFE, SILENT):
        return said == "nothing"
    if truth == HANGS:
        return "silence" not in said
    return "order" in said


def main():
    program = os.path.abspath(sys.argv[1])
    output = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "docs", "runtime-situations.md")
    table = run_situation.table(program)
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        plain, sanitized = pool.map(lambda one: build(folder, *one), [("plain", []), ("tsan", ["-fsanitize=thread"])])
        rows = []
        for name, what, truth in CASES:
            theirs = [pool.submit(thread_sanitizer, sanitized, name), pool.submit(helgrind, plain, name)]
            rows.append((name, what, truth, ours(program, table, name), *[one.result() for one in theirs]))
            print(*rows[-1], sep=" | ", flush=True)
    lines = ["# Situations: what is true, and who says so", "",
             "Written by `tests/runtime/situation_table.py`, which runs every program; the programs are in",
             "[tests/runtime](../tests/runtime). *order* under ThreadSanitizer and Helgrind is a report of a lock order; bold is",
             "wrong. Ours lists every report; one of level *order* is in the graph with its reason and is not printed.", "",
             "| situation | truth | Racecourse | ThreadSanitizer | Helgrind |", "|---|---|---|---|---|"]
    wrong = [0, 0, 0]
    for name, what, truth, (said, ok), *others in rows:
        cells = [said if ok else f"**{said}**"]
        wrong[0] += not ok
        for i, one in enumerate(others, 1):
            good = right(truth, one)
            wrong[i] += not good
            cells.append(one if good else f"**{one}**")
        lines.append(f"| {what} (`{name}`) | {truth} | " + " | ".join(cells) + " |")
    version = subprocess.run(["valgrind", "--version"], capture_output=True, text=True).stdout.strip()
    lines += ["", f"Wrong of {len(rows)}: Racecourse {wrong[0]}, ThreadSanitizer (clang 19) {wrong[1]}, Helgrind ({version}) "
              f"{wrong[2]}."]
    with open(output, "w") as file:
        file.write("\n".join(lines) + "\n")
    print(lines[-1])
    return 1 if wrong[0] else 0


if __name__ == "__main__":
    sys.exit(main())
