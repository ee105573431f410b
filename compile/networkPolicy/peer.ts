import type { AddressSet, PortSet } from "../../net";
import type { PodChoice } from "../../flows";

/** One end of a connection as a CNI can tell it apart. `internet` is kept by name: its spelling is the profile's. */
export type ResolvedPeer =
  | { readonly kind: "pods"; readonly namespace: string; readonly pods: PodChoice }
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  | { readonly kind: "internet" };

/** Pods of one namespace. */
export type ResolvedPods = Extract<ResolvedPeer, { readonly kind: "pods" }>;

/** The flow behind an opening; both of its ends share one. */
export interface Why {
  /** "nginx → django tcp/8000". */
  readonly flow: string;
  /** The owner's policies behind it. */
  readonly names: readonly string[];
  /** The flow, why it is there, and the owner's names for it: a line of an annotation. */
  readonly reason: string;
}

/** One peer on some ports, and why: what a rule is made of. */
export interface Opening {
  readonly peer: ResolvedPeer;
  readonly ports: PortSet;
  readonly why: Why;
}

/** Whether every pod that `b` means is one that `a` means too. */
export function meansAllOf(a: ResolvedPods, b: ResolvedPods): boolean {
  if (a.namespace !== b.namespace) return false;
  if (a.pods === "every-pod") return true;
  const { pods } = b;
  return pods !== "every-pod" && Object.entries(a.pods).every(([key, value]) => pods[key] === value);
}

/** Whether some pod could be meant by both: no label says otherwise. */
export function mayMeanOne(a: ResolvedPods, b: ResolvedPods): boolean {
  if (a.namespace !== b.namespace) return false;
  const { pods } = b;
  if (a.pods === "every-pod" || pods === "every-pod") return true;
  return Object.entries(a.pods).every(([key, value]) => (pods[key] ?? value) === value);
}
