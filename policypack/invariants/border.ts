import * as z from "zod";
import { type Direction, DIRECTIONS, NAMESPACE_NAME_LABEL, PEERS_FIELD } from "../../kubernetes";
import { AddressSet, LINK_LOCAL, PortSet } from "../../net";
import { asksFor, type NetworkPolicyFact, type PeerFact, type RuleFact, type SelectorFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import type { Context } from "../invariant";
import { cidrText, filledText, portText } from "../policyConfig";
import { type Unread, unreadOf } from "../values";
import {
  type AdmittedBlock,
  insideRanges,
  isUnjudged,
  narrowRules,
  portsOf,
  reachOf,
  writtenPorts,
} from "../judgment";

const labelMap = z
  .record(z.string(), filledText)
  .refine((labels) => Object.keys(labels).length > 0, { error: "names no label, which would be every pod" });

/** Somebody on the other side. */
const other = z
  .strictObject({
    namespace: filledText.optional().describe("The namespace that the others are in."),
    labels: labelMap.optional().describe("The others' pod labels; without them every pod there."),
    cidr: cidrText.optional().describe("Addresses instead of pods."),
    internet: z
      .literal(true)
      .optional()
      .describe(
        "Every address outside instead of pods: none that is private, shared, link-local or the cluster's.",
      ),
    ports: z.array(portText).min(1).describe("The ports at the destination."),
    pods: labelMap.optional().describe("The namespace's own pods that it is about; all of them if left out."),
  })
  .refine(({ namespace, cidr, internet }) => [namespace, cidr, internet].filter(Boolean).length === 1, {
    error: "names several or none of namespace, cidr and internet; write one",
  })
  .refine(({ namespace, labels }) => namespace !== undefined || labels === undefined, {
    error: "has labels, but no namespace; write the namespace",
  });
type Other = z.output<typeof other>;

/** A namespace whose flows with everything outside are all listed. An empty list admits nobody. */
export const borderSchema = z.strictObject({
  namespace: filledText.describe("The namespace's exact name."),
  ingress: z.array(other).describe("Who may come in from outside the namespace."),
  egress: z.array(other).describe("Whom its pods may reach outside the namespace."),
});
export type Border = z.output<typeof borderSchema>;

/** What crosses a namespace's border by one of its policies without being listed. */
export function judgeBorder(policy: NetworkPolicyFact, border: Border, context: Context): Finding[] {
  if (!policy.namespace.known || policy.namespace.value !== border.namespace) return [];
  return DIRECTIONS.flatMap((direction) => {
    if (isUnjudged(policy, direction, context)) return [];
    const judged = new Set(narrowRules(policy, direction, "lower", context).map(({ path }) => path));
    const rules = policy[direction].rules.known ? policy[direction].rules.value : [];
    const blocks = new Map(reachOf(policy[direction], "lower").map((rule) => [rule.path, rule.blocks]));
    const open: Unread[] = unreadOf([policy[direction].rules]);
    const certain = rules.flatMap((rule) => {
      if (!judged.has(rule.path)) return [];
      const crossing = crossings(rule, blocks.get(rule.path) ?? [], { policy, direction, border, context });
      open.push(...crossing.unread);
      return crossing.certain.map((whom) => violation(policy, explain(whom, rule, direction, border)));
    });
    const question = `what its ${direction} rules let cross the border of ${border.namespace} is listed`;
    return [...certain, ...(open.length > 0 ? [undecided(policy, open, question)] : [])];
  });
}

interface Around {
  readonly policy: NetworkPolicyFact;
  readonly direction: Direction;
  readonly border: Border;
  readonly context: Context;
}

interface Crossings {
  /** The peers that aren't listed, for people. */
  readonly certain: readonly string[];
  readonly unread: readonly Unread[];
}

function crossings({ peers, ports }: RuleFact, blocks: readonly AdmittedBlock[], around: Around): Crossings {
  const { policy, direction, border, context } = around;
  if (!peers.known) return { certain: [], unread: [peers] };
  const listed = border[direction].filter(({ pods = {} }) => asksForAll(policy.podSelector, pods));
  const { numbers, names } = portsOf(ports, "lower");
  /** Whether the items that hold a peer hold all of the rule's ports. A name says no number: nothing holds it. */
  const holds = (items: readonly Other[]) =>
    names.length === 0 &&
    items.reduce((sum, item) => sum.union(writtenPorts(item.ports)), PortSet.empty).covers(numbers);
  const nothing = numbers.isEmpty() && names.length === 0;
  const unread: Unread[] = [
    ...(ports.known ? portUnread(ports.value) : [ports]),
    ...unreadOf(policy.podSelector),
  ];
  const certain: string[] = nothing
    ? []
    : blocks
        .filter(({ set }) => !holds(listed.filter((item) => addressesOf(item, context).covers(set))))
        .map(({ path, text }) => `${path} (${text})`);
  if (peers.value.length === 0 && !nothing) certain.push("everyone");
  const trusted = context.blocks("network-policy-trusted-namespace-selectors", policy);
  for (const peer of peers.value) {
    const answer = namespacesOf(peer, border, trusted);
    if (answer.kind === "unread") unread.push(...answer.unread);
    if (answer.kind !== "outside" || nothing) continue;
    const missing = answer.names.filter(
      (name) => !holds(listed.filter((item) => holdsPods(item, name, peer))),
    );
    if (missing.length === 0) continue;
    const open = unreadOf(peer.podSelector.known ? (peer.podSelector.value ?? []) : []);
    if (open.length > 0) unread.push(...open);
    else certain.push(`${peer.path} (${missing.join(", ")})`);
  }
  return { certain, unread: certain.length > 0 && listed.length === 0 ? [] : unread };
}

const portUnread = (ports: readonly { protocol: unknown; port: unknown; endPort: unknown }[]): Unread[] =>
  unreadOf(
    ports.flatMap(
      ({ protocol, port, endPort }) => [protocol, port, endPort] as Parameters<typeof unreadOf>[0],
    ),
  );

type Namespaces =
  | { readonly kind: "inside" }
  | { readonly kind: "unread"; readonly unread: readonly Unread[] }
  | { readonly kind: "outside"; readonly names: readonly string[] };

/**
 * The namespaces besides the own one that a peer means. Labels other than the name are network-policy-trusted-namespace-selectors' to
 * report, where that blocks (`trusted`).
 */
function namespacesOf(
  { ipBlock, namespaceSelector, podSelector }: PeerFact,
  border: Border,
  trusted: boolean,
): Namespaces {
  const unread = unreadOf([ipBlock, namespaceSelector, podSelector]);
  if (unread.length > 0) return { kind: "unread", unread };
  const selector = namespaceSelector.known ? namespaceSelector.value : undefined;
  if (selector === undefined) return { kind: "inside" };
  for (const requirement of selector) {
    if (!requirement.known) continue;
    const { key, operator, values } = requirement.value;
    if (key !== NAMESPACE_NAME_LABEL || operator !== "In") continue;
    if (!values.known) return { kind: "unread", unread: [values] };
    const names = values.value.filter((name) => name !== border.namespace);
    return names.length === 0 ? { kind: "inside" } : { kind: "outside", names };
  }
  const open = unreadOf(selector);
  if (open.length > 0) return { kind: "unread", unread: open };
  if (selector.length === 0) return { kind: "outside", names: ["every namespace"] };
  return trusted
    ? { kind: "inside" }
    : { kind: "outside", names: ["namespaces by labels that anyone can set"] };
}

function holdsPods({ namespace, labels = {} }: Other, name: string, { podSelector }: PeerFact): boolean {
  const asked = podSelector.known ? (podSelector.value ?? []) : [];
  return namespace === name && asksForAll(asked, labels);
}

const asksForAll = (selector: SelectorFact, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => asksFor(selector, key, value));

/**
 * The internet is what isn't private, the cluster's or the node's own. Ranges in which no host can be (0.0.0.0/8, multicast)
 * don't count: policies write them or leave them out as they like.
 */
const addressesOf = ({ cidr, internet }: Other, { settings }: Context): AddressSet =>
  internet === true
    ? AddressSet.all.subtract(AddressSet.of(...insideRanges(settings.clusterRanges)).union(LINK_LOCAL.set))
    : cidr === undefined
      ? AddressSet.empty
      : AddressSet.of(cidr);

function explain(whom: string, { path }: RuleFact, direction: Direction, { namespace }: Border) {
  return {
    wrong: `lets unlisted peers cross the border of ${namespace}: ${whom}`,
    why:
      direction === "ingress"
        ? "someone outside can connect whom the namespace's owner didn't list"
        : "the pods can reach someone outside whom the namespace's owner didn't list",
    evidence: `tenant-isolation.borders lists no ${direction} of ${namespace} that holds ${path} with its ports and pods`,
    remedy: `remove the peer from ${path}.${PEERS_FIELD[direction]}, or list it in the border of ${namespace}`,
  };
}
