"""What happens to the files and the books when things go wrong, and the soak.

By hand: tests/runtime/run_hostile.py BUILD/bin CASE; the full soak: … BUILD/bin soak 64 10000 300
"""
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run_situation import check_graph, validator  # noqa: E402


def start(programs, arguments, folder, options):
    environment = dict(os.environ, RACECOURSE_TEST_SIGNAL="1",
                       RACECOURSE_OPTIONS=f"graph={folder}/graph.json:trace={folder}/trace.json:exitcode=0" + options)
    environment["TSAN_OPTIONS"] = "detect_deadlocks=0"
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
                            text=True)


def check_files(folder):
    graph = json.load(open(f"{folder}/graph.json"))
    check_graph(graph)
    lines = [json.loads(line) for line in open(f"{folder}/trace.json")]
    schema = validator("trace")
    for line in lines:
        schema.validate(line)
    assert "schema" in lines[0] and [line["seq"] for line in lines[1:]] == list(range(1, len(lines)))
    assert not [name for name in os.listdir(folder) if name.endswith(".part")]
    return graph, lines


def killed(programs, folder, number):
    process = start(programs, [f"{programs}/situations", "waits_for_a_signal"], folder, "")
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == -number, process.returncode
    graph, lines = check_files(folder)
    assert len(graph["edges"]) == 1


def terminated(programs, folder):
    killed(programs, folder, signal.SIGTERM)


def interrupted(programs, folder):
    killed(programs, folder, signal.SIGINT)


def aborted(programs, folder):
    process = start(programs, [f"{programs}/situations", "aborts"], folder, "")
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGABRT, process.returncode
    graph, lines = check_files(folder)
    assert len(graph["edges"]) == 1
    assert [line["op"] for line in lines[1:]].count("acquire") == 2


def unwritable(programs, folder):
    process = start(programs, [f"{programs}/situations", "ab_ba_concurrent"], folder, ":graph=/nowhere/graph.json")
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and "racecourse: /nowhere/graph.json was not written" in err, err


def out_of_memory(programs, folder):
    """With two megabytes for half a million edges: it runs through, and the loss is counted."""
    process = start(programs, [f"{programs}/situations", "a_thousand_locks_held"], folder, f":memory_mb=2:stats={folder}/stats.json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (process.returncode, err)
    stats = json.load(open(f"{folder}/stats.json"))
    assert stats["lost"] > 0 and stats["bookkeeping_bytes"] <= 2 << 20, stats


def out_of_memory_anywhere(programs, folder):
    """Memory ends at another place each time: the program runs through, and either nothing was lost or it says so."""
    lossy = 0
    for name in ("a_thousand_locks_held", "many_short_threads", "ab_ba_concurrent", "result_without_lock", "gate_lock"):
        for kilobytes in [*range(4, 100, 12), 128, 200, 400, 800, 1600]:
            process = start(programs, [f"{programs}/situations", name], folder,
                            f":memory_kb={kilobytes}:stats={folder}/stats.json:log_path={folder}/log")
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, (name, kilobytes, process.returncode, err)
            lossy += json.load(open(f"{folder}/stats.json"))["lost"] > 0
    assert lossy > 20, lossy


def bad_options(programs, folder):
    process = start(programs, [f"{programs}/situations", "one_thread"], folder, ":nonsense=1:deadlock_ms=soon:level=order")
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "nonsense=1: no such option" in err and "deadlock_ms=soon: is a number of milliseconds" in err, err
    assert "racecourse: order: lock-order-cycle (only an order: one-thread)" in err, err


def classes(programs, folder):
    """Two accounts in both orders, never the same two: an inversion of the class only."""
    for setting, expected in ((0, []), (1, ["lock-order-cycle"])):
        process = start(programs, [f"{programs}/situations", "two_classes_both_orders"], folder, f":classes={setting}")
        process.communicate(timeout=30)
        graph, lines = check_files(folder)
        assert [one["kind"] for one in graph["reports"]] == expected, graph["reports"]


def hold_budget(programs, folder):
    for setting, expected in ((1, ["hold-over-budget"]), (600000, [])):
        process = start(programs, [f"{programs}/situations", "holds_for_a_while"], folder, f":hold_budget_ms={setting}")
        process.communicate(timeout=30)
        graph, lines = check_files(folder)
        assert [one["kind"] for one in graph["reports"]] == expected, graph["reports"]


def soak(programs, folder, threads="8", locks="500", rounds="60"):
    environment = dict(os.environ, RACECOURSE_OPTIONS=f"graph={folder}/graph.json:exitcode=0:stats={folder}/stats.json",
                       TSAN_OPTIONS="detect_deadlocks=0")
    subprocess.run([f"{programs}/soak", threads, locks, rounds, f"{folder}/asked"], env=environment, check=True,
                   timeout=1000)
    graph = json.load(open(f"{folder}/graph.json"))
    check_graph(graph)
    names = {lock["id"]: lock["name"] for lock in graph["locks"]}
    recorded = {(names[edge["from"]], names[edge["to"]]) for edge in graph["edges"]}
    asked = {tuple(line.split()) for line in open(f"{folder}/asked")}
    assert recorded == asked, (f"lost {len(asked - recorded)}: {sorted(asked - recorded)[:20]}, "
                               f"invented {len(recorded - asked)}: {sorted(recorded - asked)[:5]}")
    loud = [one for one in graph["reports"] if one["level"] != "order"]
    assert not loud, loud[:3]
    assert graph["cycles"], "the soak made no cycle at all"
    stats = json.load(open(f"{folder}/stats.json"))
    print(f"{len(asked)} edges, {len(graph['cycles'])} cycles, {stats['bookkeeping_bytes'] >> 20} MiB, "
          f"{len(stats['contention'])} contended locks")


def main():
    programs, case = os.path.abspath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        globals()[case](programs, folder, *sys.argv[3:])
    print(f"{case}: ok")


if __name__ == "__main__":
    main()
