import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Heading, PageData, Reported } from "./pageData";
import { STYLE } from "./style";

/**
 * The page: one file that loads nothing. Everything that came from manifests is compressed data, which the script writes as
 * text; the policy admits this script and this style by their hashes, and no request to anywhere.
 */
export function reportPage(heading: Heading, reported: readonly Reported[], script: string): string {
  // Worlds have blocks of their own: they are unpacked when somebody asks.
  const data: PageData = {
    heading,
    clusters: reported.map(({ world, ...one }) => ({ ...one, isGone: world === undefined })),
  };
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(heading.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><h1></h1><ul id="sentences"></ul></header>
<nav aria-label="Parts of the report"></nav>
<main id="main" tabindex="-1"></main>
<noscript><p>This report draws itself with a script that is in this file; nothing is loaded from elsewhere.</p></noscript>
${block("data", JSON.stringify(data))}
${reported.map(({ world }, index) => (world === undefined ? "" : block(`world-${index}`, world))).join("\n")}
<script>${script}</script>
</body>
</html>
`;
}

/** Data that the script reads by the block's id: compressed, and so without a character that could end the block. */
const block = (id: string, text: string): string =>
  `<script type="application/gzip" id="${id}">${gzipSync(text).toString("base64")}</script>`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
