// Tests: test/cli/reach/changes.test.ts
import { type Line, linesOf, type Party, partyText, portsText } from "../../reachability/answer/formats";
import type { ChangedLine } from "../../report";
import type { Loaded } from "../manifests/load";
import { Causes } from "./causes";
import type { Compared } from "./compare";

/**
 * What a change gains, loses and alters, line by line, each with the policies behind it. Ends are called as their own cluster calls
 * them; `cluster` is its name, where the input holds several.
 */
export const changesOf = (compared: Compared): readonly ClusterChange[] => changesAmong(compared, () => true);

/** The same of the connections alone of which something is gained and something else lost. */
export const alteredBy = (compared: Compared): readonly ClusterChange[] =>
  changesAmong(compared, ({ gained, lost }) => gained !== undefined && lost !== undefined);

/** The same of those of which something is only gained, or only lost. */
export const oneWayBy = (compared: Compared): readonly ClusterChange[] =>
  changesAmong(compared, ({ gained, lost }) => gained === undefined || lost === undefined);

/** How many connections change in one way only. */
export const oneWayCount = ({ result }: Compared): number =>
  mergedOf(result).filter(({ gained, lost }) => gained === undefined || lost === undefined).length;

/** A party as a diff of several clusters calls it. */
export const partyIn = (cluster: string | undefined, party: Party): string =>
  cluster === undefined || party.kind === "outside" ? partyText(party) : `${cluster}:${partyText(party)}`;

function changesAmong(
  { result, loaded: [before, after] }: Compared,
  isAsked: (one: Merged) => boolean,
): readonly ClusterChange[] {
  const names = new Set(
    after.length > 1 || before.length > 1 ? [...before, ...after].map(({ cluster }) => cluster) : [],
  );
  const clusters: readonly (string | undefined)[] = names.size === 0 ? [undefined] : [...names];
  const all = mergedOf(result).filter(isAsked);
  return clusters.map((cluster) => {
    const [old, young] = [worldOf(before, cluster), worldOf(after, cluster)];
    // A saved answer has no worlds: of it nothing is known to be gone or new.
    const whole =
      cluster === undefined || before.length === 0 || after.length === 0
        ? undefined
        : old === undefined
          ? `cluster ${cluster} is new`
          : young === undefined
            ? `cluster ${cluster} is gone`
            : undefined;
    const causes = new Causes(old, young);
    const lines = all.flatMap((one) => {
      const [from, to] = [localIn(cluster, one.from), localIn(cluster, one.to)];
      if (from === undefined || to === undefined) return [];
      const line = changed({ ...one, from, to }, causes);
      return [whole === undefined ? line : { ...line, because: [whole] }];
    });
    return { cluster, lines };
  });
}

/** The changed lines of one cluster. */
export interface ClusterChange {
  readonly cluster: string | undefined;
  readonly lines: readonly ChangedLine[];
}

/** One pair of ends of which something is gained or lost. */
interface Merged {
  readonly from: Party;
  readonly to: Party;
  gained?: Line;
  lost?: Line;
  /** Whether something between them is open, or may be, before and after. */
  readonly stays: boolean;
}

function mergedOf({ gained, lost, before, after }: Compared["result"]): readonly Merged[] {
  const keys = [before, after].map((relation) => new Set([...linesOf(relation)].map(keyOf)));
  const merged = new Map<string, Merged>();
  const of = (line: Line): Merged => {
    const key = keyOf(line);
    const known = merged.get(key) ?? {
      from: line.from,
      to: line.to,
      stays: keys.every((those) => those.has(key)),
    };
    merged.set(key, known);
    return known;
  };
  for (const line of linesOf(gained)) of(line).gained = line;
  for (const line of linesOf(lost)) of(line).lost = line;
  return [...merged.values()];
}

function changed({ from, to, gained, lost, stays }: Merged, causes: Causes): ChangedLine {
  const because = [
    ...(gained === undefined ? [] : causes.ofGain({ from, to, ports: gained.allowed.union(gained.unknown) })),
    ...(lost === undefined ? [] : causes.ofLoss({ from, to, ports: lost.allowed.union(lost.unknown) })),
  ];
  const kind =
    stays || (gained !== undefined && lost !== undefined)
      ? "changed"
      : gained === undefined
        ? "lost"
        : "gained";
  const [first] = [gained, lost].flatMap((line) => line?.allowed.union(line.unknown).ranges() ?? []);
  return {
    kind,
    from,
    to,
    gained: textOf(gained),
    lost: textOf(lost),
    because: [...new Set(because)],
    first: { protocol: first?.protocol ?? "TCP", port: first?.from ?? 1 },
  };
}

/** `TCP 80; perhaps TCP 443`. */
function textOf(line: Line | undefined): string {
  if (line === undefined) return "";
  const { allowed, unknown } = line;
  return [
    ...(allowed.isEmpty() ? [] : [portsText(allowed)]),
    ...(unknown.isEmpty() ? [] : [`perhaps ${portsText(unknown)}`]),
  ].join("; ");
}

const keyOf = ({ from, to }: Pick<Line, "from" | "to">): string => `${partyText(from)}\n${partyText(to)}`;

const worldOf = (loaded: readonly Loaded[], cluster: string | undefined): Loaded | undefined =>
  cluster === undefined ? loaded[0] : loaded.find((one) => one.cluster === cluster);

/** A party as its cluster calls it; undefined for another cluster's. */
function localIn(cluster: string | undefined, party: Party): Party | undefined {
  if (cluster === undefined || party.kind === "outside") return party;
  const prefix = `${cluster}:`;
  const { end } = party;
  if (!end.id.startsWith(prefix)) return undefined;
  const without = (text: string): string => (text.startsWith(prefix) ? text.slice(prefix.length) : text);
  return {
    kind: "end",
    end: {
      ...end,
      labels: end.labels,
      id: without(end.id),
      namespace: without(end.namespace),
      name: without(end.name),
    },
  };
}
