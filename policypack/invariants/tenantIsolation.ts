import * as z from "zod";
import { both } from "../../reachability/unknown";
import type { Fact } from "../facts/facts";
import type { NamespaceFact } from "../facts/namespace";
import { isIgnored, type NetworkPolicyFact, type Rule, unreadInRules } from "../facts/networkPolicy";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import { adriftNamespaces, adriftPolicies } from "../judgment/adrift";
import { borderSchema, judgeBorder } from "../judgment/border";
import { stackEnds, type StackEnds } from "../judgment/ends";
import { exactSelector } from "../judgment/exact";
import { isUnjudged, narrowRules } from "../judgment/reported";
import { matches } from "../../reachability/selector";
import { filledText } from "../policyConfig";

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
    "Ingress rules of one owner's namespace that let another owner's namespace of the same stack and cluster in, without a declaration in the configuration. Of a namespace with a configured border, also every peer outside it, by pods or by address, that isn't listed with its ports and its pods, in either direction and whatever the stack knows of the peer. What admits everyone is network-policy-no-everyone-ingress's.",
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
    const judged = facts.flatMap((fact) =>
      fact.kind === "NetworkPolicy"
        ? [
            ...judge(fact, owned, { settings, context, stack }),
            ...settings.borders.flatMap((border) => judgeBorder(fact, border, context)),
          ]
        : [],
    );
    const question = "other owners' namespaces are let in without a declaration";
    return [...judged, ...adriftPolicies(facts, question), ...adriftNamespaces(facts, question)];
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

interface Around {
  readonly settings: Config;
  readonly context: Context;
  readonly stack: StackEnds;
}

function judge(policy: NetworkPolicyFact, owned: readonly Owned[], around: Around): Finding[] {
  const { context, settings, stack } = around;
  const { namespace, subject } = policy;
  const beside = owned.filter(({ fact }) => fact.subject.cluster.key === subject.cluster.key);
  const home = beside.find(({ name }) => namespace.known && namespace.value === name);
  if (home === undefined || isIgnored(policy, "ingress") || isUnjudged(policy, "ingress", context)) return [];
  const strangers = beside.filter(
    ({ name, owner }) => name !== home.name && !isDeclared(owner, home.owner, settings),
  );
  if (strangers.length === 0) return [];
  const judged = new Set(narrowRules(policy, "ingress", "least", context).map(({ path }) => path));
  const rules = policy.ingress.rules.known ? policy.ingress.rules.value : [];
  const hits = rules.flatMap((rule) =>
    judged.has(rule.path)
      ? strangers.map((stranger) => ({ rule, stranger, match: admits(rule, stranger, stack) }))
      : [],
  );
  const isSure = ({ stranger, match }: (typeof hits)[number]) =>
    match === "yes" && stranger.owner !== undefined && home.owner !== undefined;
  const certain = hits.filter(isSure);
  const findings: Finding[] = certain.map(({ rule, stranger }) => explain(policy, rule, stranger, home));
  const unread = [
    ...unreadInRules(policy.ingress),
    ...hits.flatMap(({ match, stranger }) =>
      match === "no" ? [] : unreadOwner(stranger).concat(unreadOwner(home)),
    ),
  ];
  if (unread.length > 0) {
    findings.push(undecided(policy, unread, "it lets another owner's namespace in without a declaration"));
  }
  return findings;
}

const isDeclared = (from: string | undefined, to: string | undefined, { declared }: Config): boolean =>
  from !== undefined &&
  to !== undefined &&
  (from === to || declared.some((one) => one.from === from && one.to === to));

/** Whether a rule lets some pods of a namespace in. */
function admits({ peers }: Rule, { name, fact }: Owned, stack: StackEnds) {
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

function explain(policy: Fact & NetworkPolicyFact, { path }: Rule, from: Owned, to: Owned): Finding {
  return violation(policy, {
    wrong: `lets ${from.owner ?? ""}'s namespace ${from.name} into ${to.owner ?? ""}'s namespace ${to.name}: ${path}`,
    why: "a break-in at one owner becomes the other's, and neither has agreed to that",
    evidence: `${path} selects the namespace ${from.name}, and tenant-isolation.declared has no flow from ${from.owner ?? ""} to ${to.owner ?? ""}`,
    remedy: `declare { from: "${from.owner ?? ""}", to: "${to.owner ?? ""}", because: REASON }, or remove ${path}`,
  });
}
