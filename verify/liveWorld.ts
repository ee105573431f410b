import { type Analysis, analyze, ask, type ReportedEnd } from "../reachability/compute";
import { diff, diffTxt } from "../reachability/answer/diff";
import { CNIS, readWorld, representedAlike, Warnings } from "../reachability/read";
import { AddressSet } from "../net";
import type { PlainObject } from "./drift";
import type { Probe } from "./probes";

/** What an API server says, as reachability reads it. */
export class LiveWorld {
  readonly #analysis: Analysis;

  /**
   * @param objects Namespaces, Pods and NetworkPolicies, as the API server lists them
   * @param cni the cluster's profile: Cilium never matches pods by ipBlock
   */
  constructor(objects: readonly unknown[], cni: string) {
    this.#analysis = analyze(worldOf(objects, cni));
  }

  /** What the live policies say of a connection; undefined where they can't be asked (a name, an end that isn't there). */
  says({ from, to }: Probe): "allowed" | "blocked" | "unknown" | undefined {
    const source = this.#pod(from.namespace, from.name);
    const destination =
      to.pod === undefined ? this.#address(to.host) : this.#pod(to.pod.namespace, to.pod.name);
    if (source === undefined || destination === undefined) return undefined;
    return ask(this.#analysis, source, destination, to.protocol, to.port);
  }

  #pod(namespace: string, name: string): ReportedEnd | undefined {
    return this.#analysis.ends.find(
      (end) => end.kind === "Pod" && end.namespace === namespace && end.name === name,
    );
  }

  #address(host: string): ReportedEnd | undefined {
    if (!/^[\d.]+$|:/.test(host)) return undefined;
    return this.#analysis.ends.find(
      ({ kind, name }) => kind === "IPBlock" && AddressSet.of(name).containsAddress(host),
    );
  }
}

/**
 * The connections that some policies open beside all others: lines of a diff. Ends that no pod holds are judged too, so
 * that a policy which admits strangers shows though none runs.
 */
export function openedBy(extra: readonly PlainObject[], others: readonly unknown[], cni: string): string[] {
  const [before, after] = representedAlike(
    [worldOf(others, cni, true), worldOf([...others, ...extra], cni, true)],
    [],
    new Warnings(),
  );
  return [...diffTxt(diff(analyze(before).units, analyze(after).units))]
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("+"))
    .map((line) => line.slice(2));
}

function worldOf(objects: readonly unknown[], cni: string, representatives?: boolean) {
  const sourced = objects.map((value, document) => ({
    value,
    source: { file: "the cluster", document },
    path: [],
  }));
  return readWorld(sourced, {
    kubernetes: "1.35",
    cni: CNIS.find((one) => one === cni) ?? "any",
    ...(representatives === undefined ? {} : { representatives }),
  }).world;
}
