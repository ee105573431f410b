// The README's map and the three screenshots of docs/report.md, from the dev stack's report. Needs a Chromium: Debian's, or the one
// that PALISADE_CHROMIUM names.
//
//   npm run docs:pictures
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PICTURES = join(ROOT, "docs", "pictures");

/** What is done on the page first, and the part of it that is shown. */
const SHOTS = {
  "report-map": {
    click: '.node[aria-label^="fineract / write,"]',
    wait: ".panel :text('Ingress:')",
    part: "#c0-map",
  },
  "report-matrix": { part: "#c1-matrix" },
  "report-controls": { part: "#controls" },
};

const folder = mkdtempSync(join(tmpdir(), "palisade-pictures-"));
const browser = await chromium.launch({
  executablePath: process.env.PALISADE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const page = join(folder, "report.html");
  const command = [join(ROOT, "bin", "palisade.js"), "report", "--stack", "dev", "--out", page];
  execFileSync(process.execPath, [...command, "--svg", join(PICTURES, "map.svg")], {
    cwd: ROOT,
    stdio: "inherit",
  });
  const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await tab.goto(`file://${page}`);
  await tab.waitForSelector("html[data-ready]", { state: "attached" });
  for (const [name, { click, wait, part }] of Object.entries(SHOTS)) {
    if (click !== undefined) await tab.locator(click).first().dispatchEvent("click");
    if (wait !== undefined) await tab.waitForSelector(wait);
    await tab
      .locator(part)
      .first()
      .screenshot({ path: join(PICTURES, `${name}.png`) });
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
