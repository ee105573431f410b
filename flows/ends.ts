import { printable } from "../problems";
import { formatPortSpec, type PortRange } from "../net";
import type { FlowEnd } from "./model";
import type { Labels, Peer, PodChoice } from "./peer";
import { compareText } from "./text";

/** An end that may be outside the cluster: addresses that aren't pods' of it. */
export type OutsideEnd = Extract<FlowEnd, { readonly kind: "internet" | "cidr" | "database" | "bucket" }>;

/** The end itself where it may be outside the cluster; undefined for what runs there or is its own. */
export function outsideEnd(end: FlowEnd): OutsideEnd | undefined {
  switch (end.kind) {
    case "internet":
    case "cidr":
    case "database":
    case "bucket":
      return end;
    case "workload":
    case "application":
    case "pods":
    case "platform":
    case "kubernetes-api":
    case "cloud-identity":
      return undefined;
  }
}

/** A workload, or one instance of it, as it is written: "fineract", "fineract/write". */
export interface WorkloadReference {
  readonly workload: string;
  readonly instance?: string;
}

/** Splits "fineract/write"; everything after the first slash is the instance. */
export function parseReference(text: string): WorkloadReference {
  const slash = text.indexOf("/");
  if (slash < 0) return { workload: text };
  return { workload: text.slice(0, slash), instance: text.slice(slash + 1) };
}

/** "fineract", "fineract/write". */
export const formatReference = ({ workload, instance }: WorkloadReference): string =>
  instance === undefined ? workload : `${workload}/${instance}`;

/** "app=web,tier=front": sorted by key. */
export const formatLabels = (labels: Labels): string =>
  Object.entries(labels)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

const formatPods = (pods: PodChoice): string =>
  pods === "every-pod" ? "every pod" : `pods ${formatLabels(pods) || "without labels"}`;

/** How errors, reports and ids call an end. Two different ends never read the same. */
export function describeEnd(end: FlowEnd): string {
  switch (end.kind) {
    case "workload":
      return formatReference(end);
    case "application":
      return `${formatReference(end)} of ${end.application}`;
    case "pods":
      return `${formatPods(end.pods)} in namespace ${end.namespace}`;
    case "platform":
      return `platform ${end.service}`;
    case "cidr":
      return end.cidrs.join(", ") || "no address";
    case "database":
      return `database ${end.database}`;
    case "bucket":
      return `bucket ${end.bucket}${end.prefix === undefined ? "" : ` under ${end.prefix}`} (${end.access})`;
    case "internet":
    case "kubernetes-api":
    case "cloud-identity":
      return end.kind;
  }
}

/** How errors call an end that isn't checked yet: a user's text may stand anywhere in it. */
export function describePeer(peer: string | Peer): string {
  if (typeof peer === "string") return printable(peer);
  if (peer.kind === "workload") return printable(peer.workload);
  if (peer.kind === "every-workload") return peer.kind;
  return printable(describeEnd(peer));
}

/** One end or several, as a flow declares them. */
export const describeEnds = (ends: string | Peer | readonly (string | Peer)[]): string => {
  const all = typeof ends === "string" || "kind" in ends ? [ends] : ends;
  return all.length === 0 ? "nobody" : all.map(describePeer).join(", ");
};

/** "tcp/443, udp/53". */
export const describePorts = (ports: readonly PortRange[]): string => ports.map(formatPortSpec).join(", ");

/** "nginx → django tcp/8000": a flow's id. */
export const describeFlow = (from: FlowEnd, to: FlowEnd, ports: readonly PortRange[]): string =>
  `${describeEnd(from)} → ${describeEnd(to)} ${describePorts(ports)}`;
