import { AddressSet } from "../../net/addressSet";
import { addressesIn } from "../../reachability/answer/endFilter";
import type { StackEnd, WorkloadEnds } from "./stackEnds";

/** Which computed ends a declared one may be. */
export interface Match {
  readonly matches: (end: StackEnd) => boolean;
  /** The ids of its pods, where it is a workload of the application: what is declared holds for each that runs. */
  readonly pods: readonly string[] | undefined;
}

/**
 * Reads an end as a flow's report calls it: a workload, `every workload`, `platform ingress`, `… in namespace x`, `web
 * of shop`, `database orders`, `internet`, blocks. An end outside of the application may be any computed end of its kind,
 * since a report doesn't say more.
 */
export function declaredEnd(text: string, workloads: WorkloadEnds): Match {
  const names = [...workloads.keys()];
  const meant =
    text === "every workload" ? names : names.filter((name) => name === text || name.startsWith(`${text}/`));
  if (meant.length === 0) return { matches: outside(text), pods: undefined };
  const idsOf = (some: readonly string[]) => some.flatMap((name) => workloads.get(name) ?? []);
  // A workload that runs as instances has no other pods: nothing has to hold for these.
  const running = meant.filter((name) => !names.some((other) => other.startsWith(`${name}/`)));
  const known = new Set(idsOf(meant));
  return { matches: ({ id }) => known.has(id), pods: idsOf(running) };
}

function outside(text: string): (end: StackEnd) => boolean {
  const [, namespace] = / in namespace (\S+)$/.exec(text) ?? [];
  if (namespace !== undefined) return (end) => isPod(end) && end.namespace === namespace;
  if (text.startsWith("platform ") || / of \S+$/.test(text)) return ({ kind }) => kind === "pods";
  if (text === "cluster DNS") return ({ kind }) => kind === "pods" || kind === "addresses";
  if (text === "internet") return ({ kind }) => kind === "internet";
  const blocks = blocksIn(text);
  if (blocks !== undefined) return ({ addresses }) => addresses !== undefined && blocks.covers(addresses);
  // What a cloud serves has addresses inside and outside of the internet, or is an end of its own.
  return (end) => !isPod(end);
}

function blocksIn(text: string): AddressSet | undefined {
  let all = AddressSet.empty;
  for (const part of text.split(", ")) {
    const block = addressesIn(part);
    if (block === undefined) return undefined;
    all = all.union(block);
  }
  return all;
}

const isPod = ({ kind }: StackEnd): boolean => kind === "pods" || kind === "own";
