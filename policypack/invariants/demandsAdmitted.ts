import type { Bound } from "../../kubernetes";
import * as z from "zod";
import {
  type Demand,
  type DemandFact,
  type Fact,
  type Requester,
  unreadInRules,
  unreadInSelector,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  listText,
  numberedPorts,
  seenPods,
  type StackEnd,
  stackEnds,
  type StackView,
  type Wanted,
  wantedOf,
} from "../judgment";
import { type Unread, unreadOf } from "../values";
import { mayAsk } from "./requesters";

export const demandsAdmitted = stackInvariant({
  scope: "stack",
  name: "demands-admitted",
  description: "Policies let the stack's own objects reach what they need.",
  stops:
    "Scrapes that a ServiceMonitor or PodMonitor asks for, calls of the API server to the Services of admission and conversion webhooks and of API extensions, and connections of ingress controllers and gateways to the backends of Ingresses and Gateway routes, where the NetworkPolicies of the pods let nobody in there who may be the one that asks. It says only what the stack proves: the Service and the workload behind it are in the stack, a policy surely isolates the workload, and each rule that opens the port is for pods that are somebody else: they have an application's name that isn't such a thing's, or are shown by the stack and don't look like one. A rule for an address block, for everybody, or for whole namespaces that the stack doesn't show may mean anyone. The API server isn't a pod: only addresses mean it, or the konnectivity agents in kube-system. Advice only, because who scrapes, or runs the controller, isn't written in these objects.",
  remedy: "Add an ingress rule for whoever connects, on the pods' port.",
  severity: "medium",
  level: "advisory",
  config: z.strictObject({}),
  judge(facts) {
    const around = { seen: seenPods(facts), ends: stackEnds(facts) };
    return facts.flatMap((fact) => (isWhole(fact) ? judge(fact, around) : []));
  },
});

const isWhole = (fact: Fact): fact is DemandFact => fact.kind === "Demand" && !fact.subject.partial;

function judge(fact: DemandFact, around: StackView): Finding[] {
  const open: Unread[] = [...fact.unread];
  const findings = fact.demands.flatMap((demand) => {
    const { wanted, unread } = wantedOf(demand, fact.subject, around.seen);
    open.push(...unread);
    const judged = wanted.map((one) => judgeWanted(one, fact, around));
    open.push(...judged.flatMap((one) => one.unread));
    const shut = judged.flatMap((one) => one.shut);
    return shut.length === 0 ? [] : [shutOut(fact, demand, shut)];
  });
  if (open.length > 0 && around.seen.hasPods(fact.subject))
    findings.push(undecided(fact, open, "policies let through what it needs"));
  return findings;
}

/** A wanted port that is shut, and the policies that isolate its pods. */
interface Shut {
  readonly wanted: Wanted;
  readonly policies: readonly string[];
}

function judgeWanted(
  wanted: Wanted,
  { requester }: DemandFact,
  around: StackView,
): { readonly shut: readonly Shut[]; readonly unread: readonly Unread[] } {
  const { workload, namespace } = wanted;
  const unreadOfPods = unreadOf([workload.pods.hostNetwork]);
  if (unreadOfPods.length > 0) return { shut: [], unread: unreadOfPods };
  const end = around.ends
    .inNamespace(workload.subject, namespace)
    .find(({ seen, title }) => seen && title === workload.title);
  const guards = end === undefined ? [] : around.ends.guardsOf(end, "ingress");
  if (end === undefined) return { shut: [], unread: [] };
  const admits = (bound: Bound) =>
    guards.some(
      ({ policy, match }) =>
        (bound === "upper" || match === "yes") && opens(policy, wanted, end, requester, around, bound),
    );
  if (!guards.some(({ match }) => match === "yes"))
    return { shut: [], unread: guards.flatMap(unreadInSubject) };
  if (!admits("upper")) {
    const policies = guards.flatMap(({ policy, match }) => (match === "yes" ? [policy.title] : []));
    return { shut: [{ wanted, policies }], unread: [] };
  }
  if (admits("lower")) return { shut: [], unread: [] };
  const unread = guards.flatMap(({ policy }) =>
    unreadInRules(policy.ingress).map((field) => ({ ...field, path: `${policy.title} ${field.path}` })),
  );
  return { shut: [], unread };
}

/** What leaves open whom a policy isolates. */
const unreadInSubject = ({
  policy: { title, namespace, policyTypes, podSelector },
}: ReturnType<StackView["ends"]["guardsOf"]>[number]): Unread[] =>
  [
    ...unreadOf([namespace, policyTypes, ...(policyTypes.known ? policyTypes.value : [])]),
    ...unreadInSelector(podSelector),
  ].map((field) => ({ ...field, path: `${title} ${field.path}` }));

function opens(
  policy: Parameters<typeof mayAsk>[1],
  { protocol, port }: Wanted,
  end: StackEnd,
  requester: Requester,
  around: StackView,
  bound: Bound,
): boolean {
  const { rules } = policy.ingress;
  if (!rules.known) return bound === "upper";
  return rules.value.some(
    (rule) =>
      numberedPorts(rule, end, bound).contains(protocol, port) &&
      mayAsk(rule.peers, policy, requester, around, bound),
  );
}

const WORDS: Readonly<Record<Requester, { readonly who: string; readonly from: string }>> = {
  prometheus: {
    who: "Prometheus",
    from: "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: NAMESPACE } }, podSelector: { matchLabels: { app.kubernetes.io/name: prometheus } } }, with the namespace and labels that your Prometheus has",
  },
  "api-server": {
    who: "the API server",
    from: "{ ipBlock: { cidr: ADDRESS } }, for each address of the API server",
  },
  "ingress-controller": {
    who: "the ingress controller",
    from: "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: NAMESPACE } } }, with the namespace of your ingress controller",
  },
  "load-balancer": {
    who: "the load balancer",
    from: "{ ipBlock: { cidr: ADDRESS } }, for the subnets of the load balancer",
  },
  gateway: {
    who: "the gateway",
    from: "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: NAMESPACE } } }, with the namespace of your gateway's pods",
  },
};

function shutOut(fact: DemandFact, { path }: Demand, shut: readonly Shut[]): Finding {
  const { who, from } = WORDS[fact.requester];
  const ends = shut.map(
    ({ wanted: { workload, protocol, port } }) => `${protocol} ${port} of ${workload.title}`,
  );
  const policies = [...new Set(shut.flatMap((one) => one.policies))];
  const [first] = shut;
  const ports =
    first === undefined ? "" : `{ protocol: ${first.wanted.protocol}, port: ${first.wanted.port} }`;
  return violation(fact, {
    wrong: "needs a connection that policies block",
    why: `${who} can't reach the pods behind it`,
    evidence: `${path} leads to ${listText(ends)}, isolated by ${listText(policies)}, and no rule there lets ${who} in`,
    remedy: `add to spec.ingress of ${policies[0] ?? ""}: { from: [PEER], ports: [${ports}] }, where PEER is ${from}`,
  });
}
