// Tests: test/policypack/invariants/rulesMatch.test.ts
import { matches, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import {
  contradictsItself,
  type NetworkPolicyFact,
  type PeerFact,
  type SelectorFact,
  type Subject,
  unreadInSelector,
} from "../facts";
import { type Unread, unreadOf } from "../values";
import type { StackEnds } from "./ends";
import type { SeenPods, SeenWorkload } from "./seenPods";
import { exactSelector } from "./toAnalyzer";

/** Whom a peer means, as far as the stack shows its namespaces. */
export type PeerMeaning =
  /** Pods that the stack shows, and no others. */
  | { readonly kind: "shown"; readonly workloads: readonly SeenWorkload[] }
  /** Nobody for certain: no pod of these namespaces, all of whose pods the stack shows. */
  | { readonly kind: "nobody"; readonly namespaces: readonly string[] }
  /** Pods in their node's network only: no selector means them. */
  | { readonly kind: "node-network"; readonly workloads: readonly SeenWorkload[] }
  /** Pods of namespaces of which the stack has nothing. */
  | { readonly kind: "unseen"; readonly namespaces: readonly string[] }
  /** Of the namespaces that the stack shows, none has these labels, or none has such pods; there may be others. */
  | { readonly kind: "none-here"; readonly namespaces: readonly string[] }
  /** It depends on these fields. */
  | { readonly kind: "open"; readonly unread: readonly Unread[] }
  /** Others than the stack shows, addresses, or deliberately nobody. */
  | { readonly kind: "others" };

const OTHERS: PeerMeaning = { kind: "others" };

/** The namespaces that a peer means. */
interface Homes {
  readonly names: readonly string[];
  /** Whether no other namespace can be meant. */
  readonly closed: boolean;
}

/** What a stack says of pods and of namespaces. */
export interface StackView {
  readonly seen: SeenPods;
  readonly ends: StackEnds;
}

/** Whom a peer of a policy means. */
export function meaningOf(peer: PeerFact, policy: NetworkPolicyFact, shown: StackView): PeerMeaning {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  const unread = unreadOf([ipBlock, namespaceSelector, podSelector]);
  if (!ipBlock.known || !namespaceSelector.known || !podSelector.known) return { kind: "open", unread };
  const [spaces, pods] = [namespaceSelector.value, podSelector.value];
  if (ipBlock.value !== undefined || (spaces === undefined && pods === undefined)) return OTHERS;
  if ([spaces, pods].some((one) => one !== undefined && contradictsItself(one))) return OTHERS;
  const homes = homesOf(spaces, policy, shown);
  if (homes.kind === "open") return homes;
  return podsIn(homes, pods ?? [], policy.subject, shown);
}

function podsIn(
  { names, closed }: Homes,
  selector: SelectorFact,
  subject: Subject,
  { seen, ends }: StackView,
): PeerMeaning {
  const here = seen.namespaces(subject);
  const unseen = names.filter((name) => !here.has(name) && seen.in(subject, name).length === 0);
  const found = names.map((name) => seen.find(subject, name, selector));
  const certain = found.flatMap((one) => one.certain);
  const isShown = names.every((name) => seen.shows(subject, name));
  if (certain.length > 0) return isShown && closed ? { kind: "shown", workloads: certain } : OTHERS;
  const unread = [...unreadInSelector(selector), ...found.flatMap((one) => one.unread)];
  if (unread.length > 0 && (found.some(({ maybe }) => maybe) || unreadInSelector(selector).length > 0))
    return { kind: "open", unread };
  if (found.some(({ maybe }) => maybe)) return OTHERS;
  if (unseen.length > 0) return closed ? { kind: "unseen", namespaces: unseen } : OTHERS;
  // Another policy is for such pods: whether they are there is said of that one.
  const exact = exactSelector(selector);
  const isMeant = names.some((name) =>
    ends.inNamespace(subject, name).some((end) => !end.seen && matches(exact, end.labels) === "yes"),
  );
  if (isMeant) return OTHERS;
  const inNodeNetwork = found.flatMap((one) => one.inNodeNetwork);
  if (!isShown) return OTHERS;
  if (!closed)
    return selector.length > 0 || names.length === 0 ? { kind: "none-here", namespaces: names } : OTHERS;
  if (inNodeNetwork.length > 0) return { kind: "node-network", workloads: inNodeNetwork };
  return { kind: "nobody", namespaces: names };
}

/** The namespaces of a peer: those that its selector names, or those of the stack that it matches. */
function homesOf(
  selector: SelectorFact | undefined,
  { namespace, subject }: NetworkPolicyFact,
  { seen, ends }: StackView,
): (Homes & { readonly kind: "homes" }) | Extract<PeerMeaning, { kind: "open" }> {
  if (selector === undefined)
    return namespace.known
      ? { kind: "homes", names: [namespace.value], closed: true }
      : { kind: "open", unread: [namespace] };
  const unread = unreadInSelector(selector);
  if (unread.length > 0) return { kind: "open", unread };
  const named = namesIn(selector);
  const exact = exactSelector(selector);
  const names = (named ?? [...seen.namespaces(subject)]).filter(
    (name) => matches(exact, ends.labelsOf(subject, name)) !== "no",
  );
  return { kind: "homes", names, closed: named !== undefined };
}

/** The namespaces that a selector names; undefined where it names none. */
export function namesIn(selector: SelectorFact): readonly string[] | undefined {
  for (const requirement of selector) {
    if (!requirement.known) continue;
    const { key, operator, values } = requirement.value;
    if (key === NAMESPACE_NAME_LABEL && operator === "In" && values.known) return [...new Set(values.value)];
  }
  return undefined;
}
