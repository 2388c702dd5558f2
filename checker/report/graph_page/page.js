// Draws the merged graph of the element #data. dagre gives every node and edge a place; this file draws them, and keeps
// one value, the chosen edge, in step in three views: drawing, details, table.
"use strict";
(() => {
  const graph = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const lockOf = (id) => graph.locks[id - 1];
  const threadOf = (id) => graph.threads[id - 1].name;
  const svgNamespace = "http://www.w3.org/2000/svg";
  // More than this and a picture says nothing any more: then only what is in a cycle is drawn at first.
  const mostDrawn = 300;

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS(svgNamespace, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  // Files by their last name, as long as that tells them apart.
  const lastName = (path) => path.slice(path.lastIndexOf("/") + 1);
  const short_names = new Set(graph.sources.map((source) => lastName(source.name)));
  const sourceName = (source) => (short_names.size === graph.sources.length ? lastName(source.name) : source.name);
  const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

  const ruleWords = {
    "one-thread": "only one thread ever does both",
    "create-join-order": "one thread is over before the other begins",
    "gate-lock": "another lock, held on both ways, keeps the threads apart",
    "readers-only": "the holder shares the lock with the one that waits",
    "timed": "a wait gives up by itself",
    "other-objects": "what one thread wants is never what the other holds",
    "owner-order": "an owner is always locked before its parts",
    "identity-order": "the two are compared by address or id first",
  };
  const seenWords = { both: "predicted and observed", predicted: "predicted only", observed: "observed only" };
  const levelWords = { happening: "happened", possible: "can block", order: "order only" };

  // ---- The edges, and the cycles each stands in.
  const keyOf = (edge) => `${edge.from}>${edge.to}`;
  const number = new Map(graph.edges.map((edge, index) => [keyOf(edge), index]));
  const cyclesOf = graph.edges.map(() => []);
  graph.cycles.forEach((cycle, index) => cycle.edges.forEach((edge) => cyclesOf[number.get(keyOf(edge))].push(index)));
  // What the checker says with low confidence only, and does not report by itself, is no alarm here either.
  const doubtful = (cycle) => cycle.level === "possible" && cycle.verdicts.length > 0 &&
    cycle.verdicts.every((verdict) => verdict.level === "order" || verdict.confidence === "low");
  const alarming = (cycle) => cycle.level !== "order" && !doubtful(cycle);
  const styleOf = (cycle) => (alarming(cycle) ? cycle.level : "order");
  const levelOf = graph.edges.map((edge, index) => {
    const cycles = cyclesOf[index].map((cycle) => graph.cycles[cycle]);
    return cycles.some(alarming) ? "possible" : cycles.length > 0 ? "order" : "";
  });

  let chosen = -1;
  let zoom = 1;
  let size = { width: 1, height: 1 };
  let drawn = []; // indices of the edges in the drawing, in the order of the arrow keys

  // ---- Drawing.
  function wanted(index) {
    const edge = graph.edges[index];
    const filter = byId("filter").value;
    const search = byId("search").value.trim().toLowerCase();
    if (filter === "cycles" && levelOf[index] === "") return false;
    if (["both", "predicted", "observed"].includes(filter) && edge.seen !== filter) return false;
    return [edge.from, edge.to].some((lock) => lockOf(lock).name.toLowerCase().includes(search));
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function widthOf(text, font) {
    ruler.font = font;
    return ruler.measureText(text).width;
  }
  // Long names keep their end, which tells more than a namespace.
  const shortened = (name) => (name.length > 42 ? "…" + name.slice(-41) : name);
  function kindLine(lock) {
    return lock.kind.replaceAll("_", " ") + (lock.recorded_objects > 1 ? ` · ${lock.recorded_objects} objects` : "");
  }

  function layOut(edges, rankdir) {
    const layout = new dagre.graphlib.Graph({ multigraph: true });
    layout.setGraph({ rankdir, nodesep: 36, ranksep: rankdir === "TB" ? 64 : 110, edgesep: 28 });
    const add = (id) => {
      if (layout.hasNode(id)) return;
      const lock = lockOf(id);
      const width = Math.max(widthOf(shortened(lock.name), "600 14px system-ui, sans-serif"),
                             widthOf(kindLine(lock), "12px system-ui, sans-serif"));
      layout.setNode(id, { width: Math.ceil(width) + 28, height: 48 });
    };
    for (const index of edges) {
      const edge = graph.edges[index];
      add(edge.from);
      add(edge.to);
      layout.setEdge(edge.from, edge.to, { width: 0, height: 0 }, String(index));
    }
    dagre.layout(layout);
    return layout;
  }

  /// A smooth line through dagre's points: straight ends, quadratic bends.
  function pathThrough(points) {
    if (points.length < 3) return "M" + points.map((p) => `${p.x} ${p.y}`).join("L");
    let path = `M${points[0].x} ${points[0].y}`;
    for (let i = 1; i < points.length - 1; ++i) {
      const middle = i === points.length - 2 ? points[i + 1]
        : { x: (points[i].x + points[i + 1].x) / 2, y: (points[i].y + points[i + 1].y) / 2 };
      path += `Q${points[i].x} ${points[i].y} ${middle.x} ${middle.y}`;
    }
    return path;
  }

  /// From a lock to itself: two objects of one variable.
  const ring = { width: 46, height: 46 };
  function ringBelow(node) {
    const y = node.y + node.height / 2;
    return `M${node.x - 14} ${y}C${node.x - ring.width} ${y + ring.height} ${node.x + ring.width} ${y + ring.height} ${node.x + 14} ${y}`;
  }

  /// dagre's own size leaves out bends that run outside of all nodes.
  function boundsOf(layout) {
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    const take = (x, y) => {
      box.left = Math.min(box.left, x - 14);
      box.top = Math.min(box.top, y - 14);
      box.right = Math.max(box.right, x + 14);
      box.bottom = Math.max(box.bottom, y + 14);
    };
    for (const id of layout.nodes()) {
      const node = layout.node(id);
      take(node.x - node.width / 2, node.y - node.height / 2);
      take(node.x + node.width / 2, node.y + node.height / 2);
    }
    for (const edge of layout.edges()) {
      if (edge.v !== edge.w) for (const point of layout.edge(edge).points) take(point.x, point.y);
      else take(layout.node(edge.v).x, layout.node(edge.v).y + layout.node(edge.v).height / 2 + ring.height);
    }
    return box;
  }

  function edgeLabel(index) {
    const edge = graph.edges[index];
    const level = levelOf[index];
    return `${lockOf(edge.from).name} before ${lockOf(edge.to).name}, ${seenWords[edge.seen]}` +
      (level === "possible" ? ", in a cycle that can block" : level === "order" ? ", in a cycle that is excluded or doubtful" : "");
  }

  function marker(name) {
    return svg("marker", { id: `head-${name}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 13, markerHeight: 13,
      markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" },
      svg("path", { d: "M0 0L10 5L0 10z", fill: `var(--${name})` }));
  }

  function draw() {
    const edges = graph.edges.map((edge, index) => index).filter(wanted);
    const canvas = byId("canvas");
    const cut = byId("cut");
    // The worst first, for arrow keys and for what is left out.
    const rank = { possible: 0, order: 1, "": 2 };
    edges.sort((a, b) => rank[levelOf[a]] - rank[levelOf[b]] || a - b);
    const left_out = Math.max(0, edges.length - mostDrawn);
    drawn = edges.slice(0, mostDrawn);
    cut.hidden = left_out === 0;
    cut.textContent = `${counted(left_out, "edge is", "edges are")} not drawn, to keep the picture readable: narrow it with the ` +
      "choices above. The table has all of them.";
    canvas.replaceChildren();
    if (drawn.length === 0) {
      const empty = graph.edges.length === 0
        ? "No lock is ever taken while another one is held, as far as these files know." : "No edge is like that.";
      canvas.append(element("p", { class: "note", style: "margin:auto" }, empty));
      return;
    }
    // Across or down, whichever can be shown larger.
    let layout = null, box = null;
    for (const rankdir of ["LR", "TB"]) {
      const other = layOut(drawn, rankdir), bounds = boundsOf(other);
      const extent = { width: bounds.right - bounds.left, height: bounds.bottom - bounds.top };
      if (layout !== null && fitting(extent) <= fitting(size)) continue;
      layout = other;
      box = bounds;
      size = extent;
    }
    const picture = svg("svg", { viewBox: `${box.left} ${box.top} ${size.width} ${size.height}`, role: "group",
      "aria-label": "Lock-order graph", "aria-describedby": "keys" });
    picture.append(svg("defs", {}, marker("edge"), marker("possible"), marker("order")));
    drawn.forEach((index, position) => {
      const edge = graph.edges[index];
      const path = edge.from === edge.to ? ringBelow(layout.node(edge.from))
        : pathThrough(layout.edge(String(edge.from), String(edge.to), String(index)).points);
      const level = levelOf[index];
      const link = svg("g", { class: "link", role: "button", "data-edge": index, "aria-label": edgeLabel(index),
        "aria-pressed": "false", tabindex: position === 0 ? 0 : -1 },
        svg("title", {}, edgeLabel(index)),
        svg("path", { class: "reach", d: path }),
        svg("path", { class: `edge ${edge.seen} ${level}`, d: path, "marker-end": `url(#head-${level || "edge"})` }));
      link.addEventListener("click", () => choose(index, true));
      link.addEventListener("keydown", (event) => keyOnEdge(event, index));
      picture.append(link);
    });
    for (const id of layout.nodes()) {
      const lock = lockOf(id);
      const place = layout.node(id);
      const bad = drawn.some((index) => levelOf[index] === "possible" && [graph.edges[index].from, graph.edges[index].to].includes(Number(id)));
      const at = lock.declaration ? `\n${lock.declaration.file}:${lock.declaration.line}` : "";
      picture.append(svg("g", { class: "node" + (bad ? " possible" : ""), transform: `translate(${place.x} ${place.y})` },
        svg("title", {}, lock.name + at),
        svg("rect", { x: -place.width / 2, y: -24, width: place.width, height: 48, rx: 8 }),
        svg("text", { "text-anchor": "middle", y: -2 }, shortened(lock.name)),
        svg("text", { "text-anchor": "middle", y: 15, class: "kind" }, kindLine(lock))));
    }
    canvas.append(picture);
    fit();
    mark();
  }

  function scale() {
    const picture = byId("canvas").querySelector("svg");
    if (!picture) return;
    picture.setAttribute("width", Math.round(size.width * zoom));
    picture.setAttribute("height", Math.round(size.height * zoom));
  }
  function fitting(extent) {
    const canvas = byId("canvas");
    const highest = parseFloat(getComputedStyle(canvas).maxHeight);
    return Math.min(1.25, (canvas.clientWidth - 4) / extent.width, (highest - 6) / extent.height);
  }
  function fit() {
    zoom = Math.max(0.75, fitting(size)); // never so small that names cannot be read: then it scrolls
    scale();
  }

  function keyOnEdge(event, index) {
    const at = drawn.indexOf(index);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    let next = null;
    if (event.key in steps) next = drawn[(at + steps[event.key] + drawn.length) % drawn.length];
    else if (event.key === "Home") next = drawn[0];
    else if (event.key === "End") next = drawn[drawn.length - 1];
    else if (event.key === "Enter" || event.key === " ") choose(index, true);
    else if (event.key === "Escape") choose(-1, false);
    else return;
    event.preventDefault();
    if (next === null) return;
    for (const link of byId("canvas").querySelectorAll(".link"))
      link.setAttribute("tabindex", Number(link.dataset.edge) === next ? 0 : -1);
    byId("canvas").querySelector(`[data-edge="${next}"]`).focus();
  }

  // ---- Details.
  function framesOf(frames, most) {
    const list = element("ol", { class: "frames" });
    for (const frame of frames.slice(0, most)) {
      const item = element("li", {}, element("span", { class: "frame" }, frame.text || "?"));
      if (frame.file) item.append(element("span", { class: "frame at" }, ` ${frame.file}:${frame.line}`));
      list.append(item);
    }
    if (frames.length > most) list.append(element("li", { class: "at" }, `… ${frames.length - most} more`));
    return list;
  }

  function modes(witness) {
    const words = [];
    if (witness.hold_mode === "shared") words.push("holds it shared");
    if (witness.want_mode === "shared") words.push("wants it shared");
    if (witness.timed) words.push("gives up after a time");
    if (witness.gates.length > 0)
      words.push("also holds " + witness.gates.map((gate) => lockOf(gate.lock).name + (gate.mode === "shared" ? " (shared)" : "")).join(", "));
    return words.join(" · ");
  }

  function witnessView(edge, witness, open) {
    const source = graph.sources[witness.source];
    const box = element("details", open ? { open: "" } : {},
      element("summary", {}, `${source.origin === "static" ? "Predicted" : "Observed"}: ${threadOf(witness.thread)}`));
    const more = modes(witness);
    if (more) box.append(element("p", { class: "hint" }, more));
    if (witness.steps) {
      const list = framesOf(witness.steps, 40);
      list.lastChild?.classList.add("last");
      box.append(element("h3", {}, "The thread's way"), list);
    } else {
      box.append(element("h3", {}, `Holds ${lockOf(edge.from).name}, taken at`), framesOf(witness.hold, 14),
                 element("h3", {}, `Waits for ${lockOf(edge.to).name} at`), framesOf(witness.want, 14));
    }
    box.append(element("p", { class: "hint" }, `from ${sourceName(source)}`));
    return box;
  }

  function levelTag(cycle) {
    const words = cycle.level === "order" && cycle.rules.length > 0 ? `order only: ${cycle.rules.join(", ")}`
      : levelWords[cycle.level] + (doubtful(cycle) ? ", low confidence" : "");
    return element("span", { class: `tag ${styleOf(cycle)}` }, words);
  }

  function ringText(cycle) {
    const names = cycle.edges.map((edge) => lockOf(edge.from).name);
    return [...names, names[0]].join(" → ");
  }

  function showDetails() {
    const body = byId("details-body");
    body.replaceChildren();
    if (chosen < 0) {
      byId("details-title").textContent = "Details";
      body.append(element("p", { class: "hint" },
        "Choose an edge in the graph, in a cycle or in the table: here stand the ways in which threads make it."));
      return;
    }
    const edge = graph.edges[chosen];
    byId("details-title").textContent = `${lockOf(edge.from).name} → ${lockOf(edge.to).name}`;
    body.append(element("p", {}, `A thread waits for ${lockOf(edge.to).name} while it holds ${lockOf(edge.from).name}: ${seenWords[edge.seen]}.`));
    for (const index of cyclesOf[chosen]) {
      const cycle = graph.cycles[index];
      body.append(element("p", {}, levelTag(cycle), " in the cycle " + ringText(cycle)));
    }
    // One of each kind is open: both sides at a glance.
    const opened = new Set();
    for (const witness of edge.witnesses) {
      const origin = graph.sources[witness.source].origin;
      body.append(witnessView(edge, witness, !opened.has(origin)));
      opened.add(origin);
    }
  }

  // ---- Cycles and table.
  function edgeButton(index, text) {
    const button = element("button", { type: "button", "data-choose": index }, text);
    button.addEventListener("click", () => choose(index, true));
    return button;
  }

  function listCycles() {
    const place = byId("cycles");
    if (graph.cycles.length === 0) {
      place.append(element("p", { class: "note" }, "None: all threads take these locks in one order."));
      return;
    }
    const list = element("ul", { class: "cycles" });
    for (const cycle of graph.cycles) {
      const item = element("li", { class: styleOf(cycle) }, element("p", {}, levelTag(cycle), " ", element("strong", {}, ringText(cycle))));
      if (cycle.level === "order")
        item.append(element("p", { class: "hint" }, cycle.rules.map((rule) => ruleWords[rule] ?? rule).join("; ") + "."));
      const said = cycle.verdicts.map((verdict) => `${sourceName(graph.sources[verdict.source])}: ${levelWords[verdict.level]}` +
        (verdict.rules.length > 0 ? ` (${verdict.rules.join(", ")})` : "") + (verdict.confidence ? `, confidence ${verdict.confidence}` : ""));
      item.append(element("p", { class: "hint" }, said.length > 0 ? said.join(" · ")
        : "Closes only when the files are taken together; whether these threads meet is not known."));
      const steps = element("p", {});
      for (const edge of cycle.edges) {
        const index = number.get(keyOf(edge));
        steps.append(edgeButton(index, `${lockOf(edge.from).name} → ${lockOf(edge.to).name}`), " ");
      }
      item.append(steps);
      list.append(item);
    }
    place.append(list);
    if (!graph.cycles_complete) place.append(element("p", { class: "note" }, "A limit was met: there may be more."));
  }

  function fillTable() {
    const table = byId("edges");
    const head = element("tr", {});
    for (const title of ["Held", "Wanted", "Seen", "Cycle", "Where"]) head.append(element("th", { scope: "col" }, title));
    const body = element("tbody");
    graph.edges.forEach((edge, index) => {
      const witness = edge.witnesses[0];
      const frames = witness ? (witness.steps ? witness.steps.slice(-1) : witness.want.filter((frame) => frame.file).slice(0, 1)) : [];
      const where = frames.map((frame) => (frame.file ? `${frame.file}:${frame.line}` : frame.text)).join("");
      const cycles = cyclesOf[index].map((cycle) => levelWords[graph.cycles[cycle].level] + (doubtful(graph.cycles[cycle]) ? ", low confidence" : ""));
      body.append(element("tr", { "data-row": index }, element("td", {}, edgeButton(index, lockOf(edge.from).name)),
        element("td", {}, lockOf(edge.to).name), element("td", {}, seenWords[edge.seen]),
        element("td", {}, [...new Set(cycles)].join(", ") || "–"), element("td", {}, element("code", {}, where))));
    });
    table.append(element("thead", {}, head), body);
  }

  // ---- The one value.
  function mark() {
    for (const link of byId("canvas").querySelectorAll(".link")) {
      const is_chosen = Number(link.dataset.edge) === chosen;
      link.classList.toggle("chosen", is_chosen);
      link.setAttribute("aria-pressed", String(is_chosen));
    }
    for (const row of byId("edges").querySelectorAll("[data-row]"))
      row.classList.toggle("chosen", Number(row.dataset.row) === chosen);
  }
  function choose(index, reveal) {
    chosen = index;
    mark();
    showDetails();
    if (reveal && window.matchMedia("(max-width: 60rem)").matches)
      byId("details").scrollIntoView({ block: "start" });
  }

  // ---- Start.
  const can_block = graph.cycles.filter(alarming).length;
  const doubted = graph.cycles.filter(doubtful).length;
  const of = (seen) => graph.edges.filter((edge) => edge.seen === seen).length;
  byId("summary").textContent = `${counted(graph.locks.length, "lock", "locks")}, ${counted(graph.edges.length, "edge", "edges")}` +
    ` (${of("both")} predicted and observed, ${of("predicted")} only predicted, ${of("observed")} only observed), ` +
    `${counted(can_block, "cycle", "cycles")} that can block, ${graph.cycles.length - can_block - doubted} excluded by a rule` +
    (doubted > 0 ? `, ${doubted} of low confidence.` : ".");
  const lost = graph.sources.filter((source) => source.lost > 0).map((source) => `${sourceName(source)} lost ${source.lost} operations`);
  byId("footer").textContent = `Racecourse ${graph.version}. From ` +
    graph.sources.map((source) => `${source.name} (${source.origin === "static" ? "predicted" : "recorded"})`).join(", ") +
    (lost.length > 0 ? `. Not whole: ${lost.join(", ")}` : "") + ".";
  function setTheme(dark) {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    byId("theme").setAttribute("aria-pressed", String(dark));
  }
  setTheme(window.matchMedia("(prefers-color-scheme: dark)").matches);
  byId("theme").addEventListener("click", () => setTheme(byId("theme").getAttribute("aria-pressed") !== "true"));
  byId("filter").addEventListener("change", draw);
  byId("search").addEventListener("input", draw);
  byId("fit").addEventListener("click", fit);
  byId("larger").addEventListener("click", () => { zoom = Math.min(4, zoom * 1.25); scale(); });
  byId("smaller").addEventListener("click", () => { zoom = Math.max(0.1, zoom / 1.25); scale(); });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    draw();
  });
  if (graph.edges.length > mostDrawn && levelOf.some((level) => level !== "")) byId("filter").value = "cycles";
  listCycles();
  fillTable();
  showDetails();
  draw();
})();
