import type { Observation, Probe, Prober } from "../bench/prober";
import type { Host } from "../bench/network";

/** One end of a matrix: a pod or an outside host. */
export interface End {
  /** As it is printed: "shop/web-0", "internet". */
  readonly name: string;
  readonly host: Host;
  /** What its servers say when reached. */
  readonly answer: string;
}

/** One question: may `from` open this port at `to`? */
export interface Cell {
  readonly from: End;
  readonly to: End;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

export type Verdict = "allowed" | "blocked";

/** A cell and what packets did. */
export interface Observed extends Cell {
  readonly observed: Verdict;
}

export const cellText = ({ from, to, protocol, port }: Cell): string =>
  `${from.name} → ${to.name} ${protocol}/${port}`;

export const probeOf = ({ from, to, protocol, port }: Cell): Probe => ({
  namespace: from.host.namespace,
  address: to.host.address,
  protocol,
  port,
});

/** @throws Error for a probe that didn't work or reached another server: neither is a verdict */
function verdictOf(cell: Cell, observation: Observation | undefined): Verdict {
  switch (observation?.verdict) {
    case "connected":
      if (observation.detail === cell.to.answer) return "allowed";
      throw new Error(`${cellText(cell)}: reached ${observation.detail} instead`);
    case "refused":
    case "silent":
    case "unreachable":
      return "blocked";
    case "failed":
      throw new Error(`${cellText(cell)}: the probe failed: ${observation.detail}`);
    case undefined:
      throw new Error(`${cellText(cell)}: no answer from the prober`);
  }
}

/** How enforcement says no: aloud, so that silence is a busy machine's; or not at all. */
export type Refusal = "aloud" | "silent";

/**
 * Sends a probe for every cell. What got no answer at all, and what failed as a probe, is asked again, with more patience
 * each time. What stays silent is blocked.
 * @param refusal where it is silent, silence is an answer, except from cells that `expectOpen` names
 */
export async function observe(
  prober: Pick<Prober, "probe">,
  cells: readonly Cell[],
  refusal: Refusal = "aloud",
  expectOpen: (cell: Cell, i: number) => boolean = () => false,
): Promise<readonly Observed[]> {
  const first = refusal === "aloud" ? undefined : silentPatienceMs;
  const seen = [...(await prober.probe(cells.map(probeOf), first))];
  const says = (cell: Cell, i: number): boolean => {
    const verdict = seen[i]?.verdict;
    if (verdict === "silent") return refusal === "silent" && !expectOpen(cell, i);
    return verdict !== undefined && verdict !== "failed";
  };
  for (const timeoutMs of [2000, 5000]) {
    const again = cells.flatMap((cell, i) => (says(cell, i) ? [] : [{ cell, i }]));
    if (again.length === 0) break;
    const answers = await prober.probe(
      again.map(({ cell }) => probeOf(cell)),
      timeoutMs,
    );
    for (const [n, { i }] of again.entries()) {
      const observation = answers[n];
      if (observation !== undefined) seen[i] = observation;
    }
  }
  return cells.map((cell, i) => ({ ...cell, observed: verdictOf(cell, seen[i]) }));
}

/** How long a packet that nothing stops may take, where most are dropped in silence and each costs that wait. */
const silentPatienceMs = 300;
