import type { AddressSet } from "../../net/addressSet";
import type { PortSet } from "../../net/ports";
import type { PodChoice } from "../../flows/peer";

/** One end of a connection as a CNI can tell it apart. `internet` is kept by name: its spelling is the profile's. */
export type Peer =
  | { readonly kind: "pods"; readonly namespace: string; readonly pods: PodChoice }
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  | { readonly kind: "internet" };

/** One peer on some ports, and the sentence that says why: what a rule is made of. */
export interface Opening {
  readonly peer: Peer;
  readonly ports: PortSet;
  /** "nginx → django tcp/8000". */
  readonly flow: string;
  readonly because: string;
  readonly names: readonly string[];
}

/** Whether every pod that `b` means is one that `a` means too. */
export function meansAllOf(a: Peer & { kind: "pods" }, b: Peer & { kind: "pods" }): boolean {
  if (a.namespace !== b.namespace) return false;
  if (a.pods === "every-pod") return true;
  const { pods } = b;
  return pods !== "every-pod" && Object.entries(a.pods).every(([key, value]) => pods[key] === value);
}

/** Whether some pod could be meant by both: no label says otherwise. */
export function mayMeanOne(a: Peer & { kind: "pods" }, b: Peer & { kind: "pods" }): boolean {
  if (a.namespace !== b.namespace) return false;
  const { pods } = b;
  if (a.pods === "every-pod" || pods === "every-pod") return true;
  return Object.entries(a.pods).every(([key, value]) => (pods[key] ?? value) === value);
}
