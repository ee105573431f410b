/**
 * Judges a live cluster: whether it is what the config says, and whether probes find open exactly what is declared. In:
 * a snapshot of the cluster and the results of probes. Out: checks, questions to ask and a report. What talks to the
 * API is kube/'s.
 */
export { diagnose, enforcement } from "./diagnose";
export {
  compareObjects,
  type Drift,
  driftText,
  isFinding,
  objectName,
  type PlainObject,
  revertCommand,
} from "./drift";
export { judge, type JudgedProbe, type QuestionResult } from "./judge";
export { LiveWorld, openedBy } from "./liveWorld";
export type { Surroundings } from "./parties";
export { type LivePod, livePods, podName } from "./pods";
export { apiServers, preflight } from "./preflight";
export { controlProbes, type Probe, probeKey, probesOf } from "./probes";
export { questionText } from "./question";
export { denialQuestions, flowQuestions } from "./questions";
export { type ClusterReport, countsOf, type DiagnosedAnswer, outcomeOf } from "./report";
export { scenarioQuestions } from "./scenarioQuestions";
export { type Attempt, batchCommand, INTERPRETERS, PATIENCE, readBatch, type Target } from "./script";
export type { Listing, Snapshot } from "./snapshot";
export { strangerParty } from "./strangers";
