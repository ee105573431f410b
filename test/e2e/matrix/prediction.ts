import { AddressSet } from "../../../net/addressSet";
import { analyze, ask, type Analysis } from "../../../reachability/compute/analysis";
import type { ReportedEnd } from "../../../reachability/compute/ends";
import { readWorld, type WorldOptions } from "../../../reachability/read/readWorld";
import type { Verdict } from "./cells";

/** What the analyzer calls an end: a pod, or an address that isn't a pod's. */
export type PredictedEnd =
  | { readonly namespace: string; readonly name: string }
  | { readonly address: string }
  | { readonly node: string }
  /** A database or an endpoint, by the name that the account has for it. */
  | { readonly guarded: string };

/** The product's analyzer on Kubernetes objects, as an API server lists them. */
export class Prediction {
  readonly #analysis: Analysis;
  readonly #found = new Map<string, ReportedEnd>();

  /** @param options of the world: its network plugin; the AWS half, without which no group is judged */
  constructor(objects: readonly unknown[], options: WorldOptions = {}) {
    const sourced = objects.map((value, document) => ({
      value,
      source: { file: "live", document },
      path: [],
    }));
    this.#analysis = analyze(readWorld(sourced, { kubernetes: "1.35", ...options }).world);
  }

  /** @throws Error where the analyzer doesn't know: on the bench everything is given */
  verdict(from: PredictedEnd, to: PredictedEnd, protocol: "tcp" | "udp", port: number): Verdict {
    const verdict = this.answer(from, to, protocol, port);
    if (verdict === "unknown") {
      throw new Error(
        `${JSON.stringify(from)} → ${JSON.stringify(to)} ${protocol}/${port}: the analyzer answers unknown`,
      );
    }
    return verdict;
  }

  /** What the analyzer says, "unknown" too. */
  answer(from: PredictedEnd, to: PredictedEnd, protocol: "tcp" | "udp", port: number): Verdict | "unknown" {
    const upper = protocol === "tcp" ? "TCP" : "UDP";
    return ask(this.#analysis, this.#end(from), this.#end(to), upper, port);
  }

  #end(end: PredictedEnd): ReportedEnd {
    const key = JSON.stringify(end);
    const found = this.#found.get(key) ?? this.#analysis.ends.find((each) => isEnd(each, end));
    if (found === undefined) throw new Error(`the analyzer has no end ${key}`);
    this.#found.set(key, found);
    return found;
  }
}

function isEnd({ kind, namespace, name }: ReportedEnd, end: PredictedEnd): boolean {
  if ("guarded" in end) return (kind === "Database" || kind === "Endpoint") && name === end.guarded;
  if ("node" in end) return kind === "Node" && name === end.node;
  if ("address" in end) return kind === "IPBlock" && AddressSet.of(name).containsAddress(end.address);
  return kind === "Pod" && namespace === end.namespace && name === end.name;
}
