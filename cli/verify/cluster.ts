// Tests: test/cli/verify.test.ts
import { scenarios } from "../../applications/scenarios";
import { type NetworkPolicyManifest, usesOf } from "../../compile/networkPolicy";
import type { StackCluster } from "../../config";
import type { KubeReader } from "../../kube";
import {
  apiServers,
  type ClusterReport,
  controlProbes,
  denialQuestions,
  diagnose,
  type Drift,
  driftOf,
  enforcement,
  flowQuestions,
  isFinding,
  judge,
  type Live,
  livePods,
  LiveWorld,
  type PlainObject,
  podName,
  preflight,
  probesOf,
  type QuestionResult,
  scenarioQuestions,
  strangerEnd,
  type Surroundings,
  tryAll,
} from "../../verify";

/** What `verify` is told beside the stack. */
export interface VerifyOptions {
  readonly image?: string;
  readonly addresses: ReadonlyMap<string, string>;
  /** The plan's parts that couldn't be run here. */
  readonly leftOut: readonly string[];
  /** A line of progress, for stderr. */
  readonly say: (line: string) => void;
}

/** Verifies one cluster: preflight, probes, and what is behind each difference. */
export async function verifyCluster(
  kube: KubeReader,
  given: StackCluster,
  live: Live,
  planned: readonly PlainObject[],
  { image, addresses, leftOut, say }: VerifyOptions,
): Promise<ClusterReport> {
  const { cluster } = given;
  const world = surroundings(given, live, addresses);
  const policies = planned.filter(
    (object): object is NetworkPolicyManifest => object.kind === "NetworkPolicy",
  );
  const checks = preflight(cluster, live, usesOf(policies.map(({ spec }) => spec)));
  // Before the probes, which take minutes: what is wrong may be why one stops here.
  for (const { subject, state, detail } of checks) {
    if (state === "wrong") say(`${cluster.name}: ${subject}: ${detail}`);
  }
  const asked = given.applications.map((placed) => ({
    denials: denialQuestions(placed, world),
    questions: [
      ...flowQuestions(placed, world),
      ...scenarioQuestions(placed, scenarios[placed.application.name] ?? [], world),
    ],
    stranger: strangerEnd(placed, world),
  }));
  const questions = asked.flatMap((each) => [...each.questions, ...each.denials.questions]).map(probesOf);
  const outsiders = asked.flatMap(({ stranger }) =>
    stranger.kind === "pods" ? stranger.pods.slice(0, 1) : [],
  );
  const controls = controlProbes(questions, outsiders);
  const probes = [...questions.flatMap((each) => each.probes), ...controls];
  say(`${cluster.name}: ${questions.length} questions`);
  const tried = await tryAll(probes, {
    rest: kube.rest,
    ...(image === undefined ? {} : { image }),
    progress: (done, of) => say(`${cluster.name}: probed from ${done} of ${of} pods`),
  });
  const changed = changedPods(live, livePods(await kube.list("v1", "Pod")));
  const answers = judge(questions, controls, { ...tried, changed });
  const drift = await driftOf(kube, given, live, planned);
  return {
    cluster: cluster.name,
    context: cluster.access.context,
    checks,
    answers: diagnosed(answers, live, cluster.cni, drift),
    drift,
    enforcement: enforcementText(answers),
    notes: [...asked.flatMap(({ denials }) => denials.notes), ...existence(drift, leftOut)],
    probes: tried.attempts.size,
    leftOut,
  };
}

function surroundings(
  { cluster, neighbours }: StackCluster,
  live: Live,
  addresses: ReadonlyMap<string, string>,
): Surroundings {
  return {
    cluster,
    neighbours,
    pods: live.pods,
    isolated: new Set(live.policies.map(({ metadata }) => metadata.namespace ?? "default")),
    apiServers: apiServers(live.endpointSlices),
    addresses,
  };
}

function changedPods(before: Live, after: Live["pods"]): Set<string> {
  const still = new Set(after.map((pod) => `${podName(pod)} ${pod.uid} ${pod.addresses.join()}`));
  return new Set(
    before.pods
      .filter((pod) => !still.has(`${podName(pod)} ${pod.uid} ${pod.addresses.join()}`))
      .map(podName),
  );
}

function diagnosed(
  answers: readonly QuestionResult[],
  { world }: Live,
  cni: string,
  drift: readonly Drift[],
) {
  if (answers.every(({ result }) => result !== "different")) return answers;
  const livePolicies = new LiveWorld(world, cni);
  return answers.map((answer) =>
    answer.result === "different" ? { ...answer, diagnosis: diagnose(answer, livePolicies, drift) } : answer,
  );
}

function enforcementText(answers: readonly QuestionResult[]): string {
  switch (enforcement(answers)) {
    case "proven":
      return "NetworkPolicies are enforced here: every denial that could be probed holds.";
    case "partly":
      return "NetworkPolicies are enforced here, and some denials don't hold.";
    case "nothing-enforced":
      return "This cluster doesn't enforce NetworkPolicies: every denial that could be probed connects.";
    case "not-shown":
      return "No probe shows whether NetworkPolicies are enforced here.";
  }
}

/** The owners' first test, in words. */
function existence(drift: readonly Drift[], leftOut: readonly string[]): string[] {
  const missing = drift.filter(({ kind }) => kind === "missing").length;
  const different = drift.filter((each) => each.kind !== "missing" && isFinding(each)).length;
  if (missing + different === 0) {
    return [
      `The planned policies exist, as planned${leftOut.length > 0 ? ", as far as the plan is known" : ""}.`,
    ];
  }
  return [
    `Of what is planned ${missing} objects are missing, and ${different} fields or policies differ: palisade drift.`,
  ];
}
