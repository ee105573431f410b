import { strict as assert } from "node:assert";
import { explainWithDepartures } from "../../reachability/answer/explain";
import type { Page } from "./chromium";
import { type OpenedSample, openSample } from "./openSample";
import { COMMIT, HOSTILE, sampleWorld } from "./samplePage";

describe("a report's page in a real Chromium", function () {
  this.timeout(120_000);
  let opened: OpenedSample | undefined;
  let page: Page;

  before(async function () {
    opened = await openSample();
    if (opened === undefined) this.skip();
    page = opened.page;
  });
  after(() => opened?.close());

  const node = (name: string) => page.locator(`#c0-map .node[aria-label^="${name},"]`);
  const panel = () => page.locator("#c0-map .panel").innerText();
  const explained = (from: string, to: string, port: number): readonly string[] => {
    const analysis = sampleWorld();
    const end = (id: string) => {
      const found = analysis.ends.find((one) => one.id === id);
      assert.ok(found);
      return found;
    };
    const question = { from: end(from), to: end(to), protocol: "TCP", port } as const;
    return explainWithDepartures(analysis, question).sentences;
  };

  it("writes hostile names as text", async () => {
    assert.equal(await page.locator("h1").innerText(), HOSTILE);
    assert.equal(await page.locator("img").count(), 0);
    for (const id of ["change", "declared", "warnings"])
      assert.ok((await page.locator(`#c0-${id}`).innerText()).includes(HOSTILE), id);
    assert.ok((await page.locator("#findings").innerText()).includes(HOSTILE));
  });

  it("says the verdict once, and leads to what was found", async () => {
    const [first] = await page.locator("#sentences li").allInnerTexts();
    assert.equal(first, `${HOSTILE} See the findings`);
    assert.equal(await page.locator("#sentences a").getAttribute("href"), "#findings");
  });

  it("finds by name", async () => {
    await page.locator("#c0-map input[type=search]").fill("scrap");
    assert.match(await panel(), /1 found:\s*monitoring\/scraper/);
    assert.equal(await page.locator("#c0-map .node:not(.faded)").count(), 1);
    await page.locator("#c0-map input[type=search]").fill("nothing like it");
    assert.match(await panel(), /Nothing has that name/);
    await page.locator("#c0-map input[type=search]").fill("");
    assert.equal(await page.locator("#c0-map .node.faded").count(), 0);
  });

  it("shows one workload's flows under the pointer, and all again when it leaves", async () => {
    await node("web").hover();
    const lit = await page.evaluate<string[]>(
      `[...document.querySelectorAll("#c0-map .node:not(.faded)")].map((one) => one.getAttribute("aria-label").split(",")[0]).sort()`,
    );
    // From anywhere on port 80, to the api, and the line to the database that the change closed.
    assert.deepEqual(lit, ["anywhere outside", "api", "db", "job", "scraper", "web"]);
    await page.locator("h1").hover();
    assert.equal(await page.locator("#c0-map .node.faded").count(), 0);
  });

  it("says of a chosen workload who reaches it, whom it reaches and what isolates it", async () => {
    await node("web").click();
    await page.locator("#c0-map .panel h4").first().waitFor();
    await page.waitForSelector(".panel :text('NetworkPolicy shop/web')");
    const text = await panel();
    assert.match(text, /Who reaches it[^]*anywhere outside TCP 80[^]*Whom it reaches[^]*shop\/api TCP 8080/);
    assert.match(text, /Ingress: NetworkPolicy shop\/web\s+Egress: NetworkPolicy shop\/web/);
    await node("job").click();
    await page.waitForSelector(
      ".panel :text('nothing: no NetworkPolicy or security group here isolates it; some is denied by ClusterNetworkPolicy metadata')",
    );
  });

  it("says of a chosen line its ports, what changed it, and what explain says", async () => {
    await page.locator("#c0-map .line.gained + .line, .line.gained").first().waitFor();
    await node("web").click();
    await page.locator("#c0-map .panel .flows button").first().waitFor();
    await page.evaluate(
      `[...document.querySelectorAll(".panel .flows button")].findLast((one) => one.textContent === "shop/api").click()`,
    );
    await page.waitForSelector(".panel .evidence li");
    const text = await panel();
    assert.match(text, /^shop\/web → shop\/api\s+TCP 8080 open/);
    assert.match(text, /gained TCP 8080\s+NetworkPolicy shop\/api spec\.ingress\[0\] lets it in/);
    assert.deepEqual(
      await page.locator("#c0-map .panel .evidence li").allInnerTexts(),
      explained("shop/web[Pod]", "shop/api[Pod]", 8080),
    );
    // A line itself can be clicked, too.
    await page.locator(".hit").first().dispatchEvent("click");
    assert.match(await panel(), /→/);
  });

  it("says what is asked of a line once, and goes from a box to a question about it", async () => {
    await page.evaluate(
      `document.querySelector('#c0-map .node[aria-label^="web,"]').dispatchEvent(new MouseEvent("click"))`,
    );
    await page.locator("#c0-map .panel .flows button").first().click();
    await page.waitForSelector("#c0-map .panel .evidence li");
    assert.equal(await page.locator("#c0-map .panel .evidence strong").count(), 0);
    await node("web").click();
    await page.locator("#c0-map .panel .bar button >> nth=1").click();
    assert.deepEqual(
      await page.evaluate(
        `[...document.querySelectorAll("#c0-ask form input")].slice(0, 2).map((one) => [one.value, one === document.activeElement])`,
      ),
      [
        ["", true],
        ["shop/web[Pod]", false],
      ],
    );
  });

  it("takes the map's name of addresses outside, and says which address it asked about", async () => {
    await page.locator("#c0-ask input >> nth=0").fill("anywhere outside");
    await page.locator("#c0-ask input >> nth=1").fill("web");
    await page.locator("#c0-ask input >> nth=2").fill("80");
    await page.locator("#c0-ask form button").click();
    await page.waitForSelector("#c0-ask .panel li");
    assert.match(
      await page.locator("#c0-ask .panel").innerText(),
      /^anywhere outside: asked about 0\.0\.0\.0, one of its addresses\.\s+0\.0\.0\.0 → shop\/web\[Pod\] on TCP 80 allowed/,
    );
  });

  it("answers a question as explain does, offline", async () => {
    const ask = async (from: string, to: string, port: string): Promise<string[]> => {
      await page.locator("#c0-ask input >> nth=0").fill(from);
      await page.locator("#c0-ask input >> nth=1").fill(to);
      await page.locator("#c0-ask input >> nth=2").fill(port);
      await page.locator("#c0-ask form button").click();
      await page.waitForSelector("#c0-ask .panel li, #c0-ask .panel.bad, #c0-ask .panel .bad");
      return page.locator("#c0-ask .panel li").allInnerTexts();
    };
    assert.deepEqual(await ask("web", "db", "5432"), explained("shop/web[Pod]", "shop/db[Pod]", 5432));
    assert.match(await page.locator("#c0-ask .panel pre").first().innerText(), /app: "?db"?|matchLabels/);
    assert.deepEqual(await ask("api", "shop/db", "5432"), explained("shop/api[Pod]", "shop/db[Pod]", 5432));
    assert.deepEqual(await ask("nobody", "db", "5432"), []);
    assert.match(await page.locator("#c0-ask .panel").innerText(), /nobody: no such end; there are /);
    assert.deepEqual(await ask("api", "db", "99999"), []);
    assert.match(await page.locator("#c0-ask .panel").innerText(), /whole number from 1 to 65535/);
  });

  it("lists namespaces by ports, and the workloads of one that is chosen; a cell tells its connections", async () => {
    const cells = () =>
      page.evaluate<string[][]>(
        `[...document.querySelectorAll("#c0-matrix tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
      );
    await page.locator("#c0-matrix select >> nth=2").selectOption("TCP 8080");
    assert.deepEqual(await cells(), [
      ["From ↓ to →", "monitoring", "shop", "outside the cluster"],
      ["monitoring", "·", "every port", "every port"],
      ["shop", "every port", "every port, TCP 8080", "every port"],
      ["outside the cluster", "every port", "every port", "·"],
    ]);
    await page.locator("#c0-matrix select >> nth=0").selectOption("shop");
    await page.locator("#c0-matrix select >> nth=1").selectOption("shop");
    const [head, ...rows] = await cells();
    assert.deepEqual(
      [head, rows.find(([name]) => name === "shop/web")],
      [
        ["From ↓ to →", "shop/api", "shop/job"],
        ["shop/web", "TCP 8080", "·"],
      ],
    );
    await page.evaluate(
      `[...document.querySelectorAll("#c0-matrix button")].find((one) => one.title === "shop/web → shop/api").click()`,
    );
    assert.deepEqual(await page.locator("#c0-matrix [role=status] li").allInnerTexts(), [
      "shop/web → shop/api: TCP 8080 open",
    ]);
  });

  it("lists what isolates each end, those first that nothing does; databases, quotas, exemptions and controls", async () => {
    const text = (id: string) => page.locator(`#${id}`).innerText();
    assert.match(
      await text("c0-isolation"),
      /5 ends[^]*shop\/job\[Pod\]\s+nothing\s+nothing; some is denied by ClusterNetworkPolicy metadata\s[^]*shop\/web\[Pod\]\s+NetworkPolicy shop\/web\s+NetworkPolicy shop\/web/,
    );
    assert.match(
      await text("c0-access"),
      /database shop tcp\/5432\s+api\s+api-egress\s+api → db-shop\s+no role/,
    );
    assert.match(await text("c0-quotas"), /web ingress\s+58 of 60 rules\s+api egress\s+7 of 60 rules/);
    assert.match(await text("exemptions"), /rds-private[^]*2000-01-01 expired[^]*data team/);
    assert.match(
      await text("controls"),
      /PCI DSS 4\.0: 1\.3\.1[^]*protected-ends\s+pass\s+4 NetworkPolicy[^]*every-workload-isolated\s+fail\s+4 Pod/,
    );
    assert.ok((await text("controls")).includes(`As of commit ${COMMIT}.`));
    assert.match(await text("c0-isolation"), /Of 5 ends, nothing isolates 2 on ingress and 4 on egress: /);
    assert.deepEqual(await page.locator("#controls .legend li").allInnerTexts(), ["1 fail", "1 pass"]);
    await page.locator("#controls input").first().fill("fail");
    assert.match(
      await text("controls"),
      /1 result\s[^]*Found at\s+PCI DSS 4\.0: 1\.3\.1\s+inbound[^]*every-workload-isolated\s+fail/,
    );
    await page.locator("#controls input").first().fill("");
    assert.deepEqual((await page.locator("#findings td p").allInnerTexts()).slice(1), [
      "Evidence: it is public.",
      "Remedy: make it private.",
    ]);
    assert.doesNotMatch(await text("c0-relation"), /Declared because|All Connections/);
    assert.match(await text("controls"), /2 resources[^]*shop\/web\s+NetworkPolicy\s+protected-ends/);
    assert.ok((await text("controls")).includes(HOSTILE));
  });

  it("of a cluster that a change took away, the change alone", async () => {
    assert.deepEqual(
      await page.evaluate(`[...document.querySelectorAll("main > section[id^=c1-]")].map(({ id }) => id)`),
      ["c1-map", "c1-change"],
    );
    assert.match(await page.locator("#c1-map h2, #c1-map [role=region]").first().innerText(), /^Map: old$/);
    await page.locator('#c1-map .node[aria-label^="db,"]').click();
    const said = await page.locator("#c1-map .panel").innerText();
    assert.match(said, /^shop\/db[^]*Who reaches it[^]*Whom it reaches/);
    assert.ok(!said.includes("isolates"));
  });

  it("works by keyboard: one box has the focus, arrows move it, Enter chooses, Escape shows all", async () => {
    await page.locator('#c0-map .node[tabindex="0"]').focus();
    const focused = () =>
      page.evaluate<string>(`document.activeElement.getAttribute("aria-label").split(",")[0]`);
    const first = await focused();
    const seen = new Set([first]);
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowRight"]) {
      await page.keyboard.press(key);
      seen.add(await focused());
    }
    assert.ok(seen.size > 2, [...seen].join());
    assert.equal(await page.locator('#c0-map .node[tabindex="0"]').count(), 1);
    await page.keyboard.press("Enter");
    assert.equal(await page.locator('#c0-map .node[aria-pressed="true"]').count(), 1);
    assert.match(await panel(), /Who reaches it/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator('#c0-map .node[aria-pressed="true"], .node.faded').count(), 0);
  });

  it("asks for nothing but itself, and its console stays empty", () => {
    assert.deepEqual(opened?.noise, []);
    assert.equal(opened.requests.length, 1);
  });
});
