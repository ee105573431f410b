/**
 * Judges a live cluster: whether it is what the config says, and whether probes find open exactly what is declared. In:
 * a cluster's API (kube/), a stack's config and its plan. Out: checks, drift, questions, what probes found, and a report.
 * Tests: test/verify/questions.test.ts, test/cli/verify.test.ts.
 */
export { diagnose, enforcement } from "./diagnose";
export { type Drift, driftText, isFinding, type PlainObject, revertCommand } from "./drift";
export { judge, type JudgedProbe, type QuestionResult } from "./judge";
export { type Live, readLive } from "./live";
export { driftOf, plannedFor } from "./liveDrift";
export { LiveWorld } from "./liveWorld";
export type { Surroundings } from "./ends";
export { missingPermissions, noPermission, type Purpose, ROLE } from "./permissions";
export { livePods, podName } from "./pods";
export { apiServers, preflight } from "./preflight";
export { controlProbes, probesOf } from "./probes";
export { tryAll } from "./probing";
export { questionText } from "./question";
export { denialQuestions, flowQuestions } from "./questions";
export { type ClusterReport, countsOf, type DiagnosedAnswer, liveVerdictOf } from "./report";
export { scenarioQuestions } from "./scenarioQuestions";
export { strangerEnd } from "./strangers";
