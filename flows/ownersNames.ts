import { quote } from "../problems";
import type { DeclaredApplication } from "./declaration";
import type { IndexedFlow } from "./flows";
import { ownersNameFault } from "./names";
import { endKey } from "./overlap";
import type { ReportFaults } from "./report";
import { compareText } from "./text";

/**
 * Checks the owner's policy names. A policy is about one set of pods, so flows that share its name have an end in
 * common: a name on unrelated flows is a slip, or two policies.
 */
export function checkOwnersNames(
  { names = {} }: DeclaredApplication,
  flows: readonly IndexedFlow[],
  report: ReportFaults,
): void {
  report(
    "names",
    ...[names.metrics, names.dns].map((name) => (name === undefined ? undefined : ownersNameFault(name))),
  );
  if (names.dns !== undefined && names.dns === names.metrics) {
    report("names", {
      message: `${quote(names.dns)} names both metrics and dns`,
      remedy: "Give each the name of its own policy",
    });
  }
  if (names.metrics !== undefined && flows.every(({ flow }) => flow.origin !== "metrics")) {
    report("names", {
      message: `metrics ${quote(names.metrics)} names nothing: no workload has metrics`,
      remedy: "Declare a workload's metrics port, or leave the name out",
    });
  }
  for (const [name, sharing] of flowsByName(flows)) {
    if (name === names.dns) {
      report("names", {
        message: `dns ${quote(name)} is also a flow's name`,
        remedy: "Name resolution isn't a declared flow: give one of them another name",
      });
    }
    const [first, ...rest] = sharing;
    if (first === undefined) continue;
    const common = [...first.ends].some((key) => rest.every(({ ends }) => ends.has(key)));
    const stranger = rest.find(({ ends }) => [...first.ends].every((key) => !ends.has(key))) ?? rest.at(-1);
    if (common || stranger === undefined) continue;
    report(`name ${name}`, {
      message: `is on flows without a common end: ${first.id}; ${stranger.id}`,
      remedy: "A policy is about one set of pods: give unrelated flows names of their own",
    });
  }
}

interface Sharing {
  readonly id: string;
  readonly ends: ReadonlySet<string>;
}

/** By name, each declared flow that has it, with the ends that it mentions. */
function flowsByName(flows: readonly IndexedFlow[]): readonly (readonly [string, readonly Sharing[]])[] {
  const byName = new Map<string, Map<unknown, { id: string; ends: Set<string> }>>();
  for (const { flow, index } of flows) {
    for (const name of flow.names) {
      const declarations = byName.get(name) ?? new Map<unknown, { id: string; ends: Set<string> }>();
      byName.set(name, declarations);
      const key = index ?? flow.origin;
      const known = declarations.get(key) ?? { id: flow.id, ends: new Set<string>() };
      declarations.set(key, known);
      known.ends.add(endKey(flow.from)).add(endKey(flow.to));
    }
  }
  return [...byName]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, declarations]) => [name, [...declarations.values()]] as const);
}
