// The pages that people open, in a real browser: the lock-order graph of `racecourse graph`, and the site when it has been
// built. By hand: ctest --test-dir build/release -R browser --output-on-failure; the pictures are then in
// build/release/tests/browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const { RACECOURSE, CHROMIUM = "/usr/bin/chromium", NODE_FOLDER, OUTPUT, SITE } = process.env;
const { chromium } = createRequire(join(NODE_FOLDER, "package.json"))("playwright-core");
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const limit = { timeout: 240_000 };
let browser, folder, page_file;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "racecourse-browser-"));
  // A static graph made now, and the recorded one of a run of the same program, kept with its stacks named.
  const program = join(root, "tests/lit/graph/Inputs/orders.cpp");
  execFileSync(RACECOURSE, ["check", "--exit-zero", "--graph", join(folder, "static.json"), program, "--", "-std=c++20", "-pthread"],
    { stdio: "ignore", cwd: root });
  page_file = join(folder, "order.html");
  execFileSync(RACECOURSE, ["graph", join(folder, "static.json"), join(here, "recorded.json"), "-o", page_file]);
  // As root Chromium needs --no-sandbox; the rest keeps it from the network and from other people's profiles.
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, timeout: 120_000, args: ["--no-sandbox", "--disable-gpu",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
}, limit);

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/// A page whose console errors, exceptions and requests are collected in `problems`.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") problems.push(message.text()); });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => { if (!/^(file|data|about):/.test(request.url())) problems.push("asks for " + request.url()); });
  // Aborted: the test itself had gone on to the next page.
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") problems.push("failed: " + request.url());
  });
  await page.goto(pathToFileURL(file).href, { timeout: 120_000 });
  return { page, problems, close: () => context.close() };
}

async function fits(page) {
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= seen + 1, `the page is ${wide} wide in a window of ${seen}`);
}

const picture = (page, name) => page.screenshot({ path: join(OUTPUT, name), fullPage: true });

test("the graph is drawn, all of it, and without a word in the console", limit, async () => {
  const { page, problems, close } = await open(page_file);
  const data = JSON.parse(await page.locator("#data").textContent());
  assert.equal(await page.locator("#canvas .link").count(), data.edges.length);
  assert.equal(await page.locator("#canvas .node").count(), data.locks.length - (data.locks.length - new Set(data.edges.flatMap((e) => [e.from, e.to])).size));
  assert.equal(await page.locator("#edges tbody tr").count(), data.edges.length);
  assert.equal(await page.locator("#cycles li").count(), data.cycles.length);
  assert.match(await page.locator("#summary").textContent(), /1 cycle that can block/);
  for (const seen of ["both", "predicted"]) assert.ok(await page.locator(`#canvas .edge.${seen}`).count() > 0, seen);
  const outside = await page.evaluate(() => {
    const frame = document.querySelector("#canvas svg").getBoundingClientRect();
    return [...document.querySelectorAll("#canvas .edge, #canvas rect")].map((part) => part.getBoundingClientRect())
      .filter((box) => box.top < frame.top - 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 1 || box.right > frame.right + 1).length;
  });
  assert.equal(outside, 0, "something is drawn outside of the drawing");
  await fits(page);
  await picture(page, "graph.png");
  assert.deepEqual(problems, []);
  await close();
});

test("a click on an edge shows both sides", limit, async () => {
  const { page, problems, close } = await open(page_file);
  const link = page.locator('.link[aria-label^="a before b"]');
  // On the line itself, where a hand would click.
  const point = await link.locator(".edge").evaluate((path) => {
    const middle = path.getPointAtLength(path.getTotalLength() / 2);
    const shown = new DOMPoint(middle.x, middle.y).matrixTransform(path.getScreenCTM());
    return { x: shown.x, y: shown.y };
  });
  await page.mouse.click(point.x, point.y);
  assert.equal(await link.getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("#details-title").textContent(), "a → b");
  const said = await page.locator("#details-body").innerText();
  assert.match(said, /Predicted: thread first\(\)/);
  assert.match(said, /waits for `b` here/);
  assert.match(said, /Observed: /);
  assert.match(said, /Waits for b at/);
  assert.match(said, /first .*orders\.cpp:14/s);
  assert.match(said, /can block in the cycle a → b → a/);
  assert.equal(await page.locator("#edges tr.chosen").count(), 1);
  await picture(page, "graph-edge.png");
  assert.deepEqual(problems, []);
  await close();
});

test("everything is reached by keyboard", limit, async () => {
  const { page, problems, close } = await open(page_file);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.id);
  let tabs = 0;
  while (!(await page.evaluate(() => document.activeElement.classList.contains("link")))) {
    await page.keyboard.press("Tab");
    assert.ok(++tabs < 12, "Tab does not reach the graph");
  }
  const first = await focused();
  await page.keyboard.press("ArrowRight");
  const second = await focused();
  assert.notEqual(first, second);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), first);
  await page.keyboard.press("End");
  const last = await focused();
  assert.notEqual(last, first);
  await page.keyboard.press("Home");
  assert.equal(await focused(), first);
  await page.keyboard.press("Enter");
  const [from, to] = first.split(",")[0].split(" before ");
  assert.equal(await page.locator("#details-title").textContent(), `${from} → ${to}`);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#details-title").textContent(), "Details");
  // The focused edge can be seen, and one more Tab leaves the graph: no trap.
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.classList.contains("link")), false);
  // The table is the same thing for those who do not use the drawing.
  await page.locator("#edges button").first().focus();
  await page.keyboard.press("Enter");
  assert.notEqual(await page.locator("#details-title").textContent(), "Details");
  assert.deepEqual(problems, []);
  await close();
});

test("choices narrow the drawing", limit, async () => {
  const { page, problems, close } = await open(page_file);
  const all = await page.locator("#canvas .link").count();
  await page.selectOption("#filter", "cycles");
  const in_cycles = await page.locator("#canvas .link").count();
  assert.ok(in_cycles > 0 && in_cycles < all);
  await page.selectOption("#filter", "predicted");
  assert.equal(await page.locator('.link[aria-label^="g before h"]').count(), 1);
  await page.selectOption("#filter", "all");
  await page.fill("#search", "gate");
  assert.ok(await page.locator("#canvas .link").count() < all);
  await page.fill("#search", "no such lock");
  assert.match(await page.locator("#canvas").innerText(), /No edge is like that/);
  await page.fill("#search", "");
  const before = await page.locator("#canvas svg").getAttribute("width");
  await page.click("#larger");
  assert.ok(Number(await page.locator("#canvas svg").getAttribute("width")) > Number(before));
  assert.deepEqual(problems, []);
  await close();
});

test("dark, and on a narrow screen", limit, async () => {
  const { page, problems, close } = await open(page_file, { viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await fits(page);
  await page.locator('#cycles button').first().click();
  await page.waitForTimeout(100);
  assert.ok(await page.locator("#details").evaluate((box) => box.getBoundingClientRect().top < window.innerHeight), "the details are out of sight");
  await picture(page, "graph-narrow.png");
  await page.click("#theme");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  assert.deepEqual(problems, []);
  await close();
});

test("a thousand edges, hostile names, and no edge at all", limit, async () => {
  const locks = [], edges = [];
  const name = '</script><img src=x onerror="alert(1)">&amp;"\'';
  for (let id = 1; id <= 400; ++id) locks.push({ id, name: id === 1 ? name : `Class${id % 17}::lock_${id}_`, kind: "mutex" });
  const way = { thread: 1, hold_mode: "exclusive", want_mode: "exclusive", gates: [], steps: [{ file: "a.cpp", line: 3, column: 1, message: name, held: [] }] };
  for (let i = 1; i <= 1000; ++i) {
    const from = 1 + (i * 7) % 399, to = from + 1 + (i * 3) % (400 - from);
    if (!edges.some((edge) => edge.from === from && edge.to === to)) edges.push({ from, to, count: 1, dropped_witnesses: 0, witnesses: [way] });
  }
  const graph = { schema: "racecourse-graph/1", origin: "static", threads: [{ id: 1, name, parent: 0 }], locks, edges, cycles: [], cycles_complete: true };
  for (const [kind, content] of [["large", graph], ["empty", { ...graph, locks: [], edges: [] }]]) {
    const source = join(folder, kind + ".json"), target = join(folder, kind + ".html");
    writeFileSync(source, JSON.stringify(content));
    execFileSync(RACECOURSE, ["graph", source, "-o", target]);
    const { page, problems, close } = await open(target);
    assert.equal(await page.locator("#edges tbody tr").count(), content.edges.length);
    if (kind === "large") {
      assert.match(await page.locator("#cut").innerText(), /not drawn/);
      await page.locator("#edges button", { hasText: "onerror" }).first().click();
      assert.ok((await page.locator("#details-body").innerText()).includes(name));
    } else {
      assert.match(await page.locator("#canvas").innerText(), /No lock is ever taken while another one is held/);
    }
    assert.deepEqual(problems, []);
    await close();
  }
});

test("two objects of one variable are a ring on one lock, and low confidence is no alarm", limit, async () => {
  const way = { thread: 1, hold_mode: "exclusive", want_mode: "exclusive", gates: [], steps: [{ file: "a.cpp", line: 3, column: 1, message: "here", held: [] }] };
  for (const confidence of ["high", "low"]) {
    const source = join(folder, `ring-${confidence}.json`), target = join(folder, `ring-${confidence}.html`);
    writeFileSync(source, JSON.stringify({ schema: "racecourse-graph/1", origin: "static", threads: [{ id: 1, name: "t", parent: 0 }],
      locks: [{ id: 1, name: "Account::mu_", kind: "mutex" }], edges: [{ from: 1, to: 1, count: 1, dropped_witnesses: 0, witnesses: [way] }],
      cycles: [{ locks: [1], edges: [{ from: 1, to: 1 }], level: "possible", rules: [], rule: "racecourse-lock-order-inversion", confidence }],
      cycles_complete: true }));
    execFileSync(RACECOURSE, ["graph", source, "-o", target]);
    const { page, problems, close } = await open(target);
    const box = await page.locator("#canvas .edge").boundingBox();
    assert.ok(box.width > 5 && box.height > 5, "the ring has no size");
    assert.equal(await page.locator("#canvas .edge.possible").count(), confidence === "high" ? 1 : 0);
    assert.match(await page.locator("#cycles").innerText(), confidence === "high" ? /can block(?!,)/ : /can block, low confidence/);
    assert.deepEqual(problems, []);
    await close();
  }
});

test("every page of the site opens without a word in the console", { ...limit, skip: !existsSync(join(SITE ?? "", "index.html")) && "the site is not built (./dev docs)" }, async () => {
  const { page, problems, close } = await open(join(SITE, "index.html"));
  const files = readdirSync(SITE, { recursive: true }).map(String).filter((name) => name.endsWith(".html") && !name.startsWith("source/"));
  for (const name of files) {
    await page.goto(pathToFileURL(join(SITE, name)).href);
    assert.ok((await page.title()).length > 0, name);
    assert.deepEqual(problems, [], name);
  }
  await close();
});

test("the site on a narrow screen, in the dark, and its links", { ...limit, skip: !existsSync(join(SITE ?? "", "index.html")) && "the site is not built (./dev docs)" }, async () => {
  const wide = await open(join(SITE, "index.html"));
  await picture(wide.page, "site.png");
  await wide.page.getByRole("link", { name: "How it works" }).first().click();
  assert.match(await wide.page.title(), /How it works/);
  await fits(wide.page);
  await picture(wide.page, "site-page.png");
  for (const name of ["docs/configuration.html", "docs/detector-matrix.html"].filter((name) => existsSync(join(SITE, name)))) {
    await wide.page.goto(pathToFileURL(join(SITE, name)).href);
    await fits(wide.page);
  }
  assert.deepEqual(wide.problems, []);
  await wide.close();
  const narrow = await open(join(SITE, "index.html"), { viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  const ground = await narrow.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.ok(ground.match(/\d+/g).slice(0, 3).every((part) => Number(part) < 60), `the dark page has the ground ${ground}`);
  for (const name of ["index.html", "docs/rules/index.html", "docs/cli.html", "docs/runtime-situations.html"]) {
    await narrow.page.goto(pathToFileURL(join(SITE, name)).href);
    await fits(narrow.page);
  }
  await narrow.page.goto(pathToFileURL(join(SITE, "docs/rules/index.html")).href);
  await narrow.page.screenshot({ path: join(OUTPUT, "site-narrow.png") });
  assert.deepEqual(narrow.problems, []);
  await narrow.close();
});
