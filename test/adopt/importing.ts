import { type ApplicationFile, fileOf, type ImportPlan, proposeImport } from "../../adopt";
import { proveImport, type EndsOnPorts, type ImportProof } from "../../cli/import/prove";
import { wordsOf } from "../../cli/import/words";
import { readPaths } from "../../cli/manifests/files";
import { type Input, readInput, readObjects } from "../../cli/manifests/input";
import { AddressSet } from "../../net";
import { analyze } from "../../reachability/compute";
import type { WorldOptions } from "../../reachability/read";
import { sourced } from "../reachability/worlds";

/** An import as the command makes it. */
export interface Imported {
  readonly plan: ImportPlan;
  readonly files: readonly ApplicationFile[];
  readonly proof: ImportProof;
  readonly input: Input;
}

const POD_RANGES = [AddressSet.of("10.42.0.0/16")];

const ofInput = (input: Input): Imported => {
  const plan = proposeImport({
    world: input.world,
    analysis: analyze(input.world),
    written: wordsOf(input, input.world, []),
  });
  const files = plan.applications.map((one) => fileOf(one, "../flows"));
  const proof = proveImport(plan, files, input);
  return { plan, files, proof, input };
};

/** Imports a file or folder, in a cluster whose pods are in 10.42.0.0/16. */
export const importOfPath = (path: string, options: WorldOptions = {}): Imported =>
  ofInput(readInput(readPaths([path]), {}, { podRanges: POD_RANGES, representatives: "peers", ...options }));

/** Imports objects, the same. */
export const importOfObjects = (objects: readonly unknown[], options: WorldOptions = {}): Imported =>
  ofInput(
    readObjects(
      { objects: sourced(objects), files: [], tolerant: new Set(), skipped: [], notes: [] },
      { kubernetes: "1.35" },
      { podRanges: POD_RANGES, representatives: "peers", ...options },
    ),
  );

/** Connections as lines: `a, b → c: TCP 80`. */
export const linesOf = (connections: readonly EndsOnPorts[]): string[] =>
  connections
    .map(({ from, to, ports }) => {
      const text = (ends: EndsOnPorts["from"]) =>
        ends
          .map(({ id }) => id)
          .sort()
          .join(", ");
      return `${text(from)} → ${text(to)}: ${ports}`;
    })
    .sort();

/** Connections that would be lost and that nothing of what can't be said is about: there must be none. */
export function unexplained({ plan, proof }: Imported): string[] {
  const about = (direction: "ingress" | "egress") =>
    new Set(plan.unexpressed.flatMap((one) => (one.directions.includes(direction) ? one.ends : [])));
  const [egress, ingress] = [about("egress"), about("ingress")];
  const strangers = proof.narrower.flatMap(({ from, to, ports }) =>
    from.flatMap((source) =>
      to.flatMap((target) =>
        egress.has(source.id) || ingress.has(target.id) ? [] : [`${source.id} → ${target.id}: ${ports}`],
      ),
    ),
  );
  return [...new Set(strangers)].sort();
}
