/**
 * Why one end reaches another or doesn't, and what would let it. In: an analysis and a question. Out: sentences, the evidence behind
 * them, and changes as data. A face of its own: who prints a relation needn't load it.
 * Tests: test/reachability/answer/explain.test.ts, test/cli/reach/explainCommand.test.ts
 */
export { asked, type AskedQuestion } from "./asked";
export type { AskedPort, DeclaredPorts } from "./askedPort";
export { decisiveStep, evidenceFor, type SideEvidence, sidePasses } from "../evidence";
export { bestPackets } from "../packets";
export { explainWithDepartures } from "./departures";
export { explain } from "./explain";
export type { Explanation } from "./explanation";
export { adviceOf, changeText } from "./text";
export type { Question } from "../question";
