"""A racecourse-graph/1 file of any origin in a few lines, by names."""
import json
import sys

graph = json.load(sys.stdin if sys.argv[1] == "-" else open(sys.argv[1]))
name = {lock["id"]: lock["name"] for lock in graph["locks"]}
print("locks:", *sorted(name.values()))
for edge in graph["edges"]:
    gates = sorted({name[gate["lock"]] for witness in edge["witnesses"] for gate in witness.get("gates", [])})
    seen = " " + edge["seen"] if "seen" in edge else ""
    print(f"edge {name[edge['from']]} -> {name[edge['to']]}{seen}" + (" gates: " + " ".join(gates) if gates else ""))
for cycle in graph["cycles"]:
    verdicts = "".join(f"; {graph['sources'][one['source']]['origin']} {one['level']}" for one in sorted(cycle.get("verdicts", []), key=lambda one: graph["sources"][one["source"]]["origin"], reverse=True))
    print(f"cycle {' '.join(name[lock] for lock in cycle['locks'])}: {' '.join([cycle['level'], *cycle['rules']])}{verdicts}")
