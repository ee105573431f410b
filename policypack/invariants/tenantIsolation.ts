import * as z from "zod";
import { append } from "../../data";
import { both, type Direction, DIRECTIONS, matches, SYSTEM_NAMESPACES } from "../../kubernetes";
import {
  isIgnored,
  type NamespaceFact,
  type NetworkPolicyFact,
  type RuleFact,
  unreadInRules,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import {
  adriftNamespaces,
  adriftPolicies,
  type IngressDenials,
  ingressDenials,
  exactSelector,
  isUnjudged,
  namesIn,
  narrowRules,
  namespaceKey,
  stackEnds,
  type StackEnds,
} from "../judgment";
import { borderSchema, judgeBorder } from "./border";
import { filledText } from "../policyConfig";
import { judgeSharedGroups } from "./sharedGroups";

const declaration = z.strictObject({
  from: filledText.describe("The owner whose pods may connect."),
  to: filledText.describe("The owner whose pods they may connect to."),
  because: filledText.describe("Why."),
});

const config = z.strictObject({
  ownerLabel: filledText
    .default("palisade.dev/owner")
    .describe("The namespace label that says whose it is. A namespace without it isn't judged here."),
  declared: z.array(declaration).default([]).describe("Which owners' namespaces may reach which others'."),
  borders: z
    .array(borderSchema)
    .default([])
    .describe(
      "Namespaces whose flows with everything outside them are all listed here; what crosses the border of another isn't judged.",
    ),
});
type Config = z.output<typeof config>;

export const tenantIsolation = stackInvariant({
  scope: "stack",
  name: "tenant-isolation",
  description: "Namespaces of different owners reach each other only where it is declared.",
  stops:
    "Ingress rules of one owner's namespace that let another owner's namespace of the same stack and cluster in, without a declaration in the configuration. Egress rules to another owner's namespace likewise, where that has no ingress default deny in the stack, so that nothing there asks again; the namespaces that Kubernetes makes serve everybody. Of a namespace with a configured border, also every peer outside it, by pods or by address, that isn't listed with its ports and its pods, in either direction and whatever the stack knows of the peer. Also SecurityGroupPolicies of different owners' namespaces that give their pods one group which a database or an endpoint of the stack admits. What admits everyone is network-policy-no-everyone-ingress's.",
  remedy: "Declare the flow between the owners with its reason, or remove the rule.",
  severity: "high",
  config,
  example: {
    declared: [{ from: "team-platform", to: "team-shop", because: "Prometheus scrapes the shop" }],
    borders: [
      {
        namespace: "shop",
        ingress: [{ namespace: "ingress-nginx", labels: { app: "nginx" }, ports: ["tcp/8080"] }],
        egress: [
          { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: ["udp/53", "tcp/53"] },
          { cidr: "10.20.0.0/24", ports: ["tcp/5432"], pods: { app: "orders" } },
          { internet: true, ports: ["tcp/443"], pods: { app: "payments" } },
        ],
      },
    ],
  },
  judge(facts, settings, context) {
    const stack = stackEnds(facts);
    const owned = facts.flatMap((fact) => (fact.kind === "Namespace" ? ownedBy(fact, settings) : []));
    const clusters = new Map<string, OwnedIn>();
    for (const one of owned) addTo(clusters, one);
    const denied = ingressDenials(facts);
    const judged = facts.flatMap((fact) =>
      fact.kind === "NetworkPolicy"
        ? [
            ...DIRECTIONS.flatMap((direction) =>
              judge(fact, clusters, { direction, settings, context, stack, denied }),
            ),
            ...settings.borders.flatMap((border) => judgeBorder(fact, border, context)),
          ]
        : [],
    );
    const question = "other owners' namespaces are let in without a declaration";
    const shared = judgeSharedGroups(facts, owned, (from, to) => isDeclared(from, to, settings));
    return [...judged, ...shared, ...adriftPolicies(facts, question), ...adriftNamespaces(facts, question)];
  },
});

interface Owned {
  readonly fact: NamespaceFact;
  readonly name: string;
  /** Undefined where the label's value isn't known yet. */
  readonly owner: string | undefined;
}

function ownedBy(fact: NamespaceFact, { ownerLabel }: Config): Owned[] {
  const { name, labels } = fact;
  if (!name.known || name.value === undefined) return [];
  if (!labels.known) return [{ fact, name: name.value, owner: undefined }];
  const owner = labels.value.get(ownerLabel);
  if (owner === undefined) return [];
  return [{ fact, name: name.value, owner: owner.known ? owner.value : undefined }];
}

/** A cluster's namespaces that say whose they are. */
interface OwnedIn {
  readonly all: Owned[];
  readonly byName: Map<string, Owned[]>;
}

function addTo(clusters: Map<string, OwnedIn>, one: Owned): void {
  const { key } = one.fact.subject.cluster;
  const cluster: OwnedIn = clusters.get(key) ?? { all: [], byName: new Map<string, Owned[]>() };
  clusters.set(key, cluster);
  cluster.all.push(one);
  append(cluster.byName, one.name, one);
}

/** The namespaces that a rule's peers may mean: those that they name, or all. */
function mayMean({ peers }: RuleFact, { all, byName }: OwnedIn): readonly Owned[] {
  if (!peers.known || peers.value.length === 0) return all;
  const named: string[] = [];
  for (const { namespaceSelector, podSelector, ipBlock } of peers.value) {
    if (!namespaceSelector.known || !podSelector.known || !ipBlock.known) return all;
    if (namespaceSelector.value === undefined) continue;
    const names = namesIn(namespaceSelector.value);
    if (names === undefined) return all;
    named.push(...names);
  }
  return [...new Set(named)].flatMap((name) => byName.get(name) ?? []);
}

interface Around {
  readonly direction: Direction;
  readonly denied: IngressDenials;
  readonly settings: Config;
  readonly context: Context;
  readonly stack: StackEnds;
}

function judge(policy: NetworkPolicyFact, clusters: ReadonlyMap<string, OwnedIn>, around: Around): Finding[] {
  const { context, direction, stack } = around;
  const { namespace, subject } = policy;
  const beside = clusters.get(subject.cluster.key);
  const [home] = (namespace.known ? beside?.byName.get(namespace.value) : undefined) ?? [];
  if (beside === undefined || home === undefined) return [];
  if (isIgnored(policy, direction) || isUnjudged(policy, direction, context)) return [];
  const isStrange = (other: Owned) => other.name !== home.name && isStranger(other, home, around);
  const { rules } = policy[direction];
  const crossing = (rules.known ? rules.value : []).flatMap((rule) => {
    const strangers = mayMean(rule, beside).filter(isStrange);
    return strangers.length === 0 ? [] : [{ rule, strangers }];
  });
  const open = unreadInRules(policy[direction]);
  if (crossing.length === 0 && !(open.length > 0 && beside.all.some(isStrange))) return [];
  const judged = new Set(narrowRules(policy, direction, "lower", context).map(({ path }) => path));
  const hits = crossing.flatMap(({ rule, strangers }) =>
    judged.has(rule.path)
      ? strangers.map((stranger) => ({ rule, stranger, match: admits(rule, stranger, stack) }))
      : [],
  );
  const doubts = (stranger: Owned) => [
    ...unreadOwner(stranger),
    ...unreadOwner(home),
    ...(direction === "egress" ? (around.denied.get(namespaceKey(subject, stranger.name)) ?? []) : []),
  ];
  const certain = hits.filter(({ match, stranger }) => match === "yes" && doubts(stranger).length === 0);
  const findings: Finding[] = certain.map(({ rule, stranger }) =>
    explain(policy, rule, direction === "ingress" ? [stranger, home] : [home, stranger], direction),
  );
  const unread = [
    ...open,
    ...hits.flatMap(({ match, stranger }) => (match === "no" ? [] : doubts(stranger))),
  ];
  if (unread.length > 0) findings.push(undecided(policy, unread, QUESTION[direction]));
  return findings;
}

const QUESTION = {
  ingress: "it lets another owner's namespace in without a declaration",
  egress: "it lets its pods reach another owner's namespace without a declaration",
} as const;

/** Whether a namespace's flow with another, in a direction, isn't declared, and is this end's to judge. */
function isStranger(other: Owned, home: Owned, { direction, settings, denied }: Around): boolean {
  if (direction === "ingress") return !isDeclared(other.owner, home.owner, settings);
  const isDenied = denied.get(namespaceKey(other.fact.subject, other.name))?.length === 0;
  return (
    !isDenied && !SYSTEM_NAMESPACES.includes(other.name) && !isDeclared(home.owner, other.owner, settings)
  );
}

const isDeclared = (from: string | undefined, to: string | undefined, { declared }: Config): boolean =>
  from !== undefined &&
  to !== undefined &&
  (from === to || declared.some((one) => one.from === from && one.to === to));

/** Whether a rule lets some pods of a namespace in. */
function admits({ peers }: RuleFact, { name, fact }: Owned, stack: StackEnds) {
  if (peers.known && peers.value.length === 0) return "yes";
  const found = (peers.known ? peers.value : []).map(({ namespaceSelector, podSelector, ipBlock }) => {
    if (!namespaceSelector.known || !podSelector.known || !ipBlock.known) return "maybe";
    if (namespaceSelector.value === undefined) return "no";
    return both(
      matches(exactSelector(namespaceSelector.value), stack.labelsOf(fact.subject, name)),
      exactSelector(podSelector.value ?? []).complete ? "yes" : "maybe",
    );
  });
  return found.includes("yes") ? "yes" : found.includes("maybe") ? "maybe" : "no";
}

const unreadOwner = ({ fact, name, owner }: Owned) =>
  owner === undefined
    ? [
        {
          known: false as const,
          path: `Namespace ${name} metadata.labels`,
          because: fact.labels.known ? "not yet known" : fact.labels.because,
        },
      ]
    : [];

function explain(
  policy: NetworkPolicyFact,
  { path }: RuleFact,
  [from, to]: readonly [from: Owned, to: Owned],
  direction: Direction,
): Finding {
  const [source, target] = [from.owner ?? "", to.owner ?? ""];
  const verb = direction === "ingress" ? "into" : "reach";
  const [peer, open] =
    direction === "ingress" ? [from, ""] : [to, `, which has no ingress default deny in the stack`];
  return violation(policy, {
    wrong: `lets ${source}'s namespace ${from.name} ${verb} ${target}'s namespace ${to.name}: ${path}`,
    why: "a break-in at one owner becomes the other's, and neither has agreed to that",
    evidence: `${path} selects the namespace ${peer.name}${open}, and tenant-isolation.declared has no flow from ${source} to ${target}`,
    remedy: `declare { from: "${source}", to: "${target}", because: REASON }, or remove ${path}`,
  });
}
