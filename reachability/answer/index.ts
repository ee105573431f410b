/**
 * Answers questions about a computed relation: filters, explains, compares, prints (formats/) and saves it. In: an `Analysis`
 * (compute/). Out: answers as data, and as text in each format.
 * Tests: test/reachability/answer/explain.test.ts, test/cli/reach/command.test.ts.
 */
export { joinClusters } from "./clusters";
export { type AddressMeaning, addressMeant, endIdsAt } from "./addressMeaning";
export { type Meaning, meaningOf, noSuchEnd } from "./endFilter";
export { type Filter, restrict } from "./filter";
export { type Isolation, type Isolations, isolationsOf, type SideIsolation } from "./isolation";
export { asTarget, type QuestionTarget, targetsAt } from "./questionTargets";
export { selectedBy, targetsOf } from "./services";
