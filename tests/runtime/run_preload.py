"""The preloaded runtime under programs that know nothing of it: same output, right reports, whole graph.

By hand: tests/runtime/run_preload.py BUILD/lib/libracecourse_preload.so BUILD/bin CASE
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run_situation import EXIT_CODE, check_graph  # noqa: E402


def preloaded(library, command, folder, extra="", stdin=None):
    graph = os.path.join(folder, "graph.%p")
    options = f"graph={graph}:log_path={folder}/log:exitcode={EXIT_CODE}:deadlock_ms=200{extra}"
    result = subprocess.run(command, env=dict(os.environ, LD_PRELOAD=library, RACECOURSE_OPTIONS=options),
                            capture_output=True, timeout=100, input=stdin)
    graphs = []
    for name in sorted(os.listdir(folder)):
        assert not name.endswith(".part"), name
        if name.startswith("graph."):
            graphs.append(json.load(open(os.path.join(folder, name))))
            check_graph(graphs[-1])
    log = os.path.join(folder, "log")
    return result, graphs, open(log).read() if os.path.exists(log) else ""


def reports(graphs):
    return sorted(f"{one['kind']} {one['level']}" for graph in graphs for one in graph["reports"])


def philosophers_hang(library, programs, folder):
    result, graphs, log = preloaded(library, [f"{programs}/philosophers", "3", "hang"], folder, ":on_deadlock=exit")
    assert result.returncode == EXIT_CODE, result
    assert reports(graphs) == ["deadlock happening", "lock-order-cycle possible"], reports(graphs)
    assert log.count("took it at:") == 3 and "/philosophers+0x" in log, log


def philosophers_eat(library, programs, folder):
    result, graphs, log = preloaded(library, [f"{programs}/philosophers", "5", "eat"], folder)
    assert (result.returncode, result.stdout, log) == (0, b"everybody ate\n", ""), (result, log)
    assert len(graphs[0]["edges"]) == 5 and not graphs[0]["reports"], graphs


def inversion(library, programs, folder):
    result, graphs, log = preloaded(library, [f"{programs}/plain_threads", "inversion"], folder)
    assert (result.returncode, result.stdout) == (EXIT_CODE, b"done\n"), result
    assert reports(graphs) == ["lock-order-cycle possible"], reports(graphs)


def calm(library, programs, folder):
    result, graphs, log = preloaded(library, [f"{programs}/plain_threads", "calm"], folder)
    assert (result.returncode, result.stdout, log) == (0, b"done\n", ""), (result, log)
    assert {lock["kind"] for lock in graphs[0]["locks"]} >= {"mutex", "recursive_mutex", "shared_mutex"}, graphs


def malloc_interposer(library, programs, folder):
    """Whichever of the two comes first: the allocator's locks are recorded, ours never wait for them."""
    interposer = os.path.join(os.path.dirname(library), "liblocking_malloc.so")
    for order in (f"{library}:{interposer}", f"{interposer}:{library}"):
        for arguments, status, wanted in ((["plain_threads", "calm"], 0, []),
                                          (["plain_threads", "inversion"], EXIT_CODE, ["lock-order-cycle possible"])):
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))
            result, graphs, log = preloaded(order, [f"{programs}/{arguments[0]}", *arguments[1:]], folder)
            assert (result.returncode, result.stdout) == (status, b"done\n"), result
            assert reports(graphs) == wanted, reports(graphs)
            assert len(graphs[0]["edges"]) >= 1, "the allocator's own locks are missing"


def malloc_interposer_linked(library, programs, folder):
    """The same under a program that has the runtime inside."""
    interposer = os.path.join(os.path.dirname(library), "liblocking_malloc.so")
    for name, wanted in (("ab_ba_concurrent", ["lock-order-cycle possible"]), ("result_without_lock", []),
                         ("many_short_threads", []), ("fork_in_the_middle", []), ("signal_handler_locks", [])):
        for old in os.listdir(folder):
            os.unlink(os.path.join(folder, old))
        result, graphs, log = preloaded(interposer, [f"{programs}/situations", name], folder)
        assert reports(graphs) == wanted, (name, reports(graphs), log)


def real_program(library, programs, folder):
    """xz with two threads: packed and unpacked again, the bytes are those of a run without us."""
    xz = shutil.which("xz")
    if not xz:
        print("no xz here: nothing to run")
        return
    data = b"".join(hashlib.sha256(str(i).encode()).digest() * 8 for i in range(8000))
    pack = [xz, "-T2", "--block-size=262144", "-1", "-c"]
    plain = subprocess.run(pack, input=data, capture_output=True, check=True).stdout
    packed, graphs, log = preloaded(library, pack, folder, stdin=data)
    assert packed.returncode == 0 and packed.stdout == plain, packed.stderr
    assert not reports(graphs), reports(graphs)
    assert subprocess.run([xz, "-dc"], input=plain, capture_output=True, check=True).stdout == data


def main():
    library, programs, case = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        globals()[case](library, programs, folder)
    print(f"{case}: ok")


if __name__ == "__main__":
    main()
