import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { type Browser, startChromium } from "../test/report/chromium";
import { services } from "./worlds";

/**
 * Measures the report: the whole `palisade report` process, the file's size, and in a Chromium the time until the page is drawn and
 * until the first answer about a workload, for which its world is unpacked and analyzed.
 */
const SIZES = [50, 500, 5_000];

const ms = (time: number): string => `${time.toFixed(0)} ms`;

/** How long a page takes to be drawn, and then to answer. */
async function opened(browser: Browser, file: string): Promise<readonly [drawn: number, answered: number]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  try {
    const start = performance.now();
    await page.goto(`file://${file}`);
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    const drawn = performance.now();
    await page.locator(".node >> nth=3").dispatchEvent("click");
    await page.waitForSelector(".panel :text('Ingress:')");
    return [drawn - start, performance.now() - drawn];
  } finally {
    await page.close();
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "palisade-bench-"));
  const browser = await startChromium();
  try {
    process.stdout.write("report                  written       size      drawn   answered\n");
    for (const size of SIZES) {
      const [world, page] = [join(folder, "world.yaml"), join(folder, `${size}.html`)];
      writeFileSync(world, services(size));
      const start = performance.now();
      const command = [join(__dirname, "..", "bin", "palisade.js"), "report", world, "--out", page];
      const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      const written = performance.now() - start;
      const [drawn, answered] = browser === undefined ? [] : await opened(browser, page);
      const cells = [
        `${size.toLocaleString("en")} workloads`.padEnd(20),
        ms(written).padStart(10),
        `${(statSync(page).size / 1e6).toFixed(2)} MB`.padStart(10),
        (drawn === undefined ? "–" : ms(drawn)).padStart(10),
        (answered === undefined ? "–" : ms(answered)).padStart(10),
      ];
      process.stdout.write(`${cells.join(" ")}\n`);
    }
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true });
  }
}

void main();
