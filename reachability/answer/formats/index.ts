/**
 * Prints a relation. In: a `UnitRelation` (compute/). Out: pieces of text in each format, and the lines that they all print. A
 * face of its own: to print an answer nothing has to be loaded that asks.
 * Tests: test/reachability/answer/formats/lines.test.ts, test/reachability/answer/formats/markdown.test.ts.
 */
export { csvFormat } from "./csv";
export { dotFormat, mermaidFormat } from "./graph";
export { jsonFormat, type Notes, productTexts } from "./json";
export { type Line, linesOf, type Party, partyText, portsText, wholePartyText } from "./lines";
export { listFormat } from "./list";
export { markdownFormat } from "./markdown";
export { tableFormat } from "./table";
export { txtFormat } from "./txt";
