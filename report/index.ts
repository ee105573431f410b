/**
 * The report of a world as one HTML file: a map, the relation, and the analyzer itself, so that the page answers what
 * `explain` would; and maps as SVG. In: worlds (reachability/read), with what is declared of them and what a change does. Out: texts;
 * no request leaves the page, and no name or reason in it is ever markup.
 * Tests: test/report/page.test.ts.
 */
export type { ChangedLine, ReportedChange } from "./change";
export type {
  Heading,
  JudgedResource,
  Reported,
  ReportedAccess,
  ReportedControl,
  ReportedExemption,
  ReportedFlow,
  ReportedQuota,
} from "./pageData";
export { reportedIsolations } from "./isolations";
export { reportPage } from "./page";
export type { Picture } from "./picture";
export { type DeclaredBehind, type DeclaredOnMap, pictureOf, pictureOfChange } from "./pictureOf";
export { pageScript } from "./script";
export { svgOf } from "./svg";
export { decodeWorld, encodeWorld } from "./worldCodec";
