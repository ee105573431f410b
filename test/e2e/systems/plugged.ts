import { strict as assert } from "node:assert";
import { eventually } from "../machine/process";
import { cellText } from "../matrix/cells";
import { roundOf, type Round } from "../matrix/watch";
import { cellsOf, type LatePod, specOf, verdictsOf } from "./late";
import type { SystemStage } from "./stage";

/** What became of pods that a CNI plugin plugged in while policies were in force. */
export interface PluggedStart {
  /** Connections to and from them that no policy admits, and that came about at some time. */
  readonly open: readonly string[];
  /** Milliseconds until everything declared worked, from when their links began to be made. */
  readonly workingMs: number;
  readonly rounds: number;
}

/**
 * Starts pods as a kubelet does, objects first, then links, and probes them in both directions from before they have a link until some
 * rounds after everything declared works.
 *
 * @param others the other ends, by name
 * @param ports what is asked, TCP
 */
export async function startPlugged(
  stage: SystemStage,
  pods: readonly LatePod[],
  others: readonly string[],
  ports: readonly number[],
): Promise<PluggedStart> {
  const { bench, cluster, network } = stage;
  const late = await network.host(
    bench.prober,
    pods.map((pod, i) => specOf(stage, pod, i)),
  );
  const cells = cellsOf(stage, late, others, ports);
  // Silence is an answer everywhere: what is declared is asked again in each round until it works.
  const mayBeSilent = new Set(cells);
  const rounds: Round[] = [];
  const going = { on: true };
  const probing = (async () => {
    while (going.on) rounds.push(await roundOf(bench.prober, cells, mayBeSilent));
  })();
  try {
    const began = Date.now();
    await network.announce(cluster, late);
    const verdicts = await verdictsOf(stage, cells);
    const all = (wanted: string) => cells.flatMap((_, i) => (verdicts[i] === wanted ? [i] : []));
    const [forbidden, declared] = [all("blocked"), all("allowed")];
    assert.ok(forbidden.length > 0 && declared.length > 0);
    const working = await eventually(
      "the late pods are reached as declared",
      () =>
        rounds.findIndex(({ connected }) => declared.every((i) => connected[i] === true)) + 1 || undefined,
    );
    await eventually("some rounds of probes", () => rounds.length > working + 3 || undefined);
    const open = forbidden.filter((i) => rounds.some(({ connected }) => connected[i] === true));
    return {
      open: open.flatMap((i) => cells.slice(i, i + 1).map(cellText)),
      workingMs: (rounds[working - 1]?.began ?? began) - began,
      rounds: rounds.length,
    };
  } finally {
    going.on = false;
    await probing;
  }
}
