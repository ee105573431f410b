// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { type Direction, POLICY_TYPE, readCidr } from "../../../kubernetes";
import { type AddressSet, formatCidr } from "../../../net";
import type { NetworkPolicyFact, PeerFact, PortFact, RuleFact, SelectorFact } from "../../facts";
import { addressesIn } from "../../judgment";
import { type Unread, unreadOf } from "../../values";

/** A way in which a CNI enforces something else than a policy says. */
export interface Defect {
  readonly wrong: string;
  readonly evidence: string;
  readonly remedy: string;
}

/** What is said of a policy without holding it against it. */
export interface Remark {
  readonly says: string;
  readonly because: string;
  readonly evidence: string;
}

/** A policy, and what a CNI makes otherwise of it beside what else the stack shows. */
export type PolicyDefect = { readonly policy: NetworkPolicyFact } & (
  { readonly defect: Defect } | { readonly remark: Remark } | { readonly open: readonly Unread[] }
);

/** A rule of a direction that the policy's types have; others are judged by `beyondTypes` alone. */
export interface JudgedRule {
  readonly rule: RuleFact;
  readonly direction: Direction;
}

/** Sources: Cilium 1.20.2 (packets); amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go, which resolves rules whatever the types are. */
export const beyondTypes = ({ path }: RuleFact, direction: Direction): Defect => ({
  wrong: "a rule in a direction that policyTypes leaves out is enforced",
  evidence: `${path} is written, and spec.policyTypes has no ${POLICY_TYPE[direction]}`,
  remedy: `remove ${path}, or add ${POLICY_TYPE[direction]} to spec.policyTypes`,
});

/** The peers of a rule; what isn't known is added to `unread`. */
export function peersOf({ peers }: RuleFact, unread: Unread[]): readonly PeerFact[] {
  if (!peers.known) unread.push(peers);
  return peers.known ? peers.value : [];
}

/** The address blocks of a rule; what isn't known of them is added to `unread`. */
export function blocksOf(rule: RuleFact, unread: Unread[]) {
  return peersOf(rule, unread).flatMap(({ path, ipBlock }) => {
    if (!ipBlock.known) unread.push(ipBlock);
    if (!ipBlock.known || ipBlock.value === undefined) return [];
    const { cidr, except } = ipBlock.value;
    unread.push(...unreadOf([cidr, except]));
    return [{ path, cidr, except }];
  });
}

/** The addresses of a peer's block without its exceptions; undefined for no block, or one that isn't known. */
export function addressesOfBlock({ ipBlock }: PeerFact): AddressSet | undefined {
  if (!ipBlock.known || ipBlock.value === undefined) return undefined;
  const { cidr, except } = ipBlock.value;
  const whole = cidr.known ? addressesIn(cidr.value) : undefined;
  if (!except.known || whole === undefined) return undefined;
  let left = whole;
  for (const item of except.value) {
    const cut = item.known ? addressesIn(item.value) : undefined;
    if (cut === undefined) return undefined;
    left = left.subtract(cut);
  }
  return left;
}

/** The ports of a rule; what isn't known of them is added to `unread`. */
export function portsIn({ ports }: RuleFact, unread: Unread[]): readonly PortFact[] {
  if (!ports.known) unread.push(ports);
  const known = ports.known ? ports.value : [];
  unread.push(...known.flatMap(({ port }) => unreadOf([port])));
  return known;
}

/** Whether a port is by name. */
export const isNamed = ({ port }: PortFact): boolean => port.known && typeof port.value === "string";

/** Whether a rule is for everybody. */
export const isForEverybody = ({ peers }: RuleFact): boolean => peers.known && peers.value.length === 0;

/** The label keys that a selector asks about. */
export const keysIn = (selector: SelectorFact): readonly string[] =>
  selector.flatMap((requirement) => (requirement.known ? [requirement.value.key] : []));

/** A CIDR's canonical text, where it is written in another way. */
export function canonicalOf(text: string): string | undefined {
  const read = readCidr(text);
  return read.kind === "cidr" && read.lax.length > 0 ? formatCidr(read.cidr) : undefined;
}
