"""Two recorded graphs with named locks, left before right and right before left, made of a real one: RUN FIRST SECOND."""
import copy
import json
import sys

graph = json.load(open(sys.argv[1]))
pairs = {(edge["from"], edge["to"]): edge for edge in graph["edges"]}
there, back = next((edge, pairs[to, start]) for (start, to), edge in pairs.items() if (to, start) in pairs)
for file, edge in zip(sys.argv[2:], (there, back)):
    half = copy.deepcopy(graph)
    half.update(edges=[edge], cycles=[], reports=[])
    half["locks"] = [dict(lock, name="left" if lock["id"] == there["from"] else "right")
                     for lock in graph["locks"] if lock["id"] in (there["from"], there["to"])]
    used = edge["witnesses"][0]["held"]
    half["held_sets"] = [one for one in graph["held_sets"]
                         if set(one["exclusive"] + one["shared"]) <= {there["from"], there["to"]}]
    assert any(one["id"] == used for one in half["held_sets"])
    json.dump(half, open(file, "w"))
