import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { axeReports, type Page } from "./chromium";
import { type OpenedSample, openSample } from "./openSample";

describe("how a report's page is laid out in a real Chromium", function () {
  this.timeout(120_000);
  let opened: OpenedSample | undefined;
  let page: Page;

  before(async function () {
    opened = await openSample();
    if (opened === undefined) this.skip();
    page = opened.page;
  });
  after(() => opened?.close());

  it("has a row of links for each cluster and one for all, which are in view where there is room; each part stands below them", async () => {
    assert.deepEqual(await page.locator("nav strong").allInnerTexts(), ["old", "All"]);
    const [needed, has] = await page.evaluate<[number, number]>(
      `((nav) => [nav.scrollWidth, nav.clientWidth])(document.querySelector("nav"))`,
    );
    assert.ok(needed <= has, `${needed} in ${has}`);
    assert.equal(
      await page.evaluate(`getComputedStyle(document.documentElement).scrollPaddingTop`),
      await page.evaluate(`document.querySelector("nav").offsetHeight + 8 + "px"`),
    );
  });

  it("keeps everything where it is when a box is chosen, however much there is to say of it", async () => {
    const top = () =>
      page.evaluate<number>(`document.querySelector("#c0-ask").getBoundingClientRect().top + scrollY`);
    const before = await top();
    await page.locator('#c0-map .node[aria-label^="scraper,"]').click();
    await page.waitForSelector("#c0-map .panel :text('Ingress:')");
    assert.equal(await top(), before);
    await page.locator("#c0-map > .bar button >> nth=2").click();
  });

  it("is whole at 360, 1280 and 2560 pixels, light and dark: nothing wider than the page, and axe reports nothing", async () => {
    const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [360, 1280, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        const own = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(own <= width, `${own} at ${width}`);
        assert.deepEqual(await axeReports(page, axe), [], `${colorScheme} ${width}`);
      }
    }
    const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const dark = await ground();
    await page.emulateMedia({ colorScheme: "light" });
    assert.notEqual(await ground(), dark);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("makes each row of a list a card on a phone, its cells with their headings", async () => {
    const shown = (): Promise<string> =>
      page.evaluate(
        `((cell) => getComputedStyle(cell).display + " " + getComputedStyle(cell, "::before").content)(document.querySelector("#c0-isolation td:nth-child(2)"))`,
      );
    assert.equal(await shown(), "table-cell none");
    await page.setViewportSize({ width: 360, height: 800 });
    assert.match(await shown(), /^block .*Ingress isolated by/);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("prints without what only a screen has, and nothing wider than the paper", async () => {
    await page.emulateMedia({ media: "print" });
    const shown = (selector: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).display`);
    assert.deepEqual(
      [await shown("nav"), await shown(".bar"), await shown("#c0-map .panel")],
      ["none", "none", "none"],
    );
    await page.setViewportSize({ width: 600, height: 900 });
    const own = await page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(own <= 600, String(own));
    await page.setViewportSize({ width: 1280, height: 900 });
    const pdf = await page.pdf();
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    await page.emulateMedia({ media: "screen" });
  });
});
