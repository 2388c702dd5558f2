"""Feeds `racecourse graph` what is no graph: RACECOURSE GOOD. Status 2 and one line on standard error, each time."""
import copy
import json
import subprocess
import sys

racecourse, good = sys.argv[1:]
text = open(good, "rb").read()


def refused(content):
    with open("spoiled.json", "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    run = subprocess.run([racecourse, "graph", "spoiled.json", "--format", "json"], capture_output=True, timeout=60)
    fine = run.returncode == 2 and run.stdout == b"" and run.stderr.startswith(b"racecourse: ") and run.stderr.count(b"\n") == 1
    if not fine:
        print("BAD:", content[:60], run.returncode, run.stderr[:200])
    return fine


body = len(text.rstrip())
places = sorted({0, 1, body - 1, *range(7, body, max(1, body // 12))})
if all([refused(text[:place]) for place in places]):
    print(f"cut off in {len(places)} places: all refused")

deep = "[" * 1_000_000
foreign = [b"\x00\xff\xfe", b"\x7fELF", "[]", "3", "null", "{}", '{"schema": "racecourse-report/1", "findings": []}',
           '{"schema": "racecourse-graph/2", "origin": "static"}', '{"schema": "racecourse-graph/1", "origin": "dream"}', deep,
           '{"a":' * 100_000, '{"schema": "racecourse-graph/1", "origin": "static"}', '{"schema": 1, "origin": []}']
if all([refused(content) for content in foreign]):
    print("foreign: all refused")

graph = json.loads(text)


def damaged(*path, value):
    """The graph with one value replaced, or taken out when it is None."""
    other = copy.deepcopy(graph)
    at = other
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(other)


cases = [damaged("locks", value="many"), damaged("locks", 0, value=7), damaged("locks", 0, "id", value="one"),
         damaged("locks", 1, "id", value=graph["locks"][0]["id"]), damaged("locks", 0, "name", value=None),
         damaged("edges", value=None), damaged("edges", 0, "from", value=9999), damaged("edges", 0, "to", value=-1),
         damaged("edges", 0, "to", value=1.5), damaged("edges", 0, "witnesses", value={}),
         damaged("edges", 1, value=graph["edges"][0]), damaged("edges", 0, "witnesses", 0, "thread", value=99),
         damaged("edges", 0, "witnesses", 0, "hold_mode", value="half"), damaged("threads", value=[1]),
         damaged("cycles", 0, "level", value="dire"), damaged("cycles", 0, "edges", 0, "to", value=9),
         damaged("cycles", 0, "edges", value=[]), damaged("cycles", 0, "edges", 0, value=[])]
if all([refused(content) for content in cases]):
    print("damaged: all refused")
