import { existsSync } from "node:fs";

/** What of playwright-core the tests use. */
export interface Browser {
  newPage(options: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

interface PageOptions {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

export interface Page {
  on(event: "console", seen: (message: { text(): string }) => void): void;
  on(event: "pageerror", seen: (error: Error) => void): void;
  on(event: "request", seen: (request: { url(): string }) => void): void;
  on(event: "dialog", seen: (dialog: { dismiss(): Promise<void> }) => void): void;
  goto(url: string): Promise<unknown>;
  waitForSelector(selector: string, options?: { readonly state?: "attached" }): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  locator(selector: string): Locator;
  keyboard: { press(key: string): Promise<void> };
  mouse: { move(x: number, y: number): Promise<void> };
  emulateMedia(media: { colorScheme?: "light" | "dark"; media?: "print" | "screen" }): Promise<void>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
  screenshot(options: { path: string; fullPage?: boolean; clip?: object }): Promise<Buffer>;
  pdf(): Promise<Buffer>;
  close(): Promise<void>;
}

export interface Locator {
  first(): Locator;
  count(): Promise<number>;
  click(options?: { force?: boolean }): Promise<void>;
  hover(options?: { force?: boolean }): Promise<void>;
  fill(text: string): Promise<void>;
  focus(): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  dispatchEvent(name: string): Promise<void>;
  innerText(): Promise<string>;
  allInnerTexts(): Promise<string[]>;
  getAttribute(name: string): Promise<string | null>;
  waitFor(): Promise<void>;
  screenshot(options: { path: string }): Promise<Buffer>;
}

/** Where Debian, Fedora and others put it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Starts a real Chromium: Debian's, or the one that PALISADE_CHROMIUM names. Undefined, and said, where there is none; where CI=true
 * that is an error.
 */
export async function startChromium(): Promise<Browser | undefined> {
  const executablePath = process.env["PALISADE_CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
  try {
    if (executablePath === undefined) throw new Error("no Chromium is installed (apt-get install chromium)");
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a test that says what is missing has to start without it
    const { chromium } = require("playwright-core") as {
      chromium: { launch(options: object): Promise<Browser> };
    };
    return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    process.stderr.write(
      `\nNOT TESTED in a browser: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return undefined;
  }
}

/** What axe reports of a page, a line for each element; none is right. */
export async function axeReports(page: Page, source: string): Promise<readonly string[]> {
  // As a debugger would: the page's own policy admits no script but its own.
  await page.evaluate(source);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + ": " + failureSummary)))`,
  );
}
