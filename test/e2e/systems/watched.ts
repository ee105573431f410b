import type { KubeObject } from "../kube/client";
import { spread, Watch } from "../matrix/watch";
import type { SystemStage } from "./stage";

/** What of a system is watched. */
export interface WatchOptions {
  /** Milliseconds between rounds. */
  readonly pauseMs?: number;
  /** How the dataplane refuses; absent: aloud. */
  readonly refusal?: "aloud" | "silent";
  /**
   * Only TCP from pods whose names begin with the first to pods whose names begin with the second: fewer probes, so more
   * rounds.
   */
  readonly pairs?: readonly (readonly [string, string])[];
}

/** How many of the questions about a system are asked in each round, the same ones in each: all would take too long. */
const asked = { forbidden: 400, declared: 100 };

/**
 * Starts to probe, at every end of the application's namespace, what no version of its policies admits, and what all do.
 * @param versions the policies of each version
 */
export function watchSystem(
  stage: SystemStage,
  versions: readonly (readonly KubeObject[])[],
  { pairs, ...options }: WatchOptions = {},
): Watch {
  const predictions = versions.map((policies) => stage.predictWith(policies));
  const ours = (end: string) => end.startsWith(`${stage.system.kubeNamespace}/`);
  const cells = stage
    .cells()
    .filter(({ from, to, protocol }) =>
      pairs === undefined
        ? ours(from.name) || ours(to.name)
        : protocol === "tcp" &&
          pairs.some(([source, target]) => from.name.startsWith(source) && to.name.startsWith(target)),
    );
  const all = (verdict: string) =>
    cells.filter((cell) =>
      predictions.every(
        (each) => each.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port) === verdict,
      ),
    );
  return new Watch(
    stage.bench.prober,
    spread(all("blocked"), asked.forbidden),
    spread(all("allowed"), asked.declared),
    options,
  );
}
