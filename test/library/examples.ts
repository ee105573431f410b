import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const REFERENCE = path.join(__dirname, "..", "..", "docs", "reference");

/** The pages of the library's reference, by their paths in it. */
export const pagesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );

/** What each example is of, and the example: a whole program. */
export const EXAMPLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(pagesIn(REFERENCE)).flatMap((page) =>
    page
      .split(/^### /m)
      .map((part) => [part.split("\n", 1)[0]?.replace("()", "") ?? "", part] as const)
      .flatMap(([name, part]) =>
        [...part.matchAll(/^```ts\n(import .*?)^```$/gms)].map(([, text = ""]) => [name, text] as const),
      ),
  ),
);
