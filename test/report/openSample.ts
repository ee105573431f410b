import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Page, startChromium } from "./chromium";
import { samplePage } from "./samplePage";

/** The sample page in a real Chromium, drawn. */
export interface OpenedSample {
  readonly page: Page;
  /** What it wrote to its console, threw, or asked in a dialog; none is right. */
  readonly noise: readonly string[];
  /** What it loaded, itself first. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Opens the sample page, 1280 by 900; undefined where there is no Chromium. */
export async function openSample(): Promise<OpenedSample | undefined> {
  const browser = await startChromium();
  if (browser === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), "palisade-page-"));
  const file = path.join(folder, "page.html");
  writeFileSync(file, await samplePage());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const noise: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", (dialog) => {
    noise.push("a dialog");
    void dialog.dismiss();
  });
  await page.goto(`file://${file}`);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return {
    page,
    noise,
    requests,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
