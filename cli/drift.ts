// Tests: test/cli/verify.test.ts
import { atCluster } from "../problems";
import { UNKNOWN } from "../kubernetes";
import { type Drift, driftOf, driftText, isFinding, revertCommand } from "../verify";
import { EXIT } from "./exit";
import { orInputErrors } from "./inputErrors";
import { orUnreachable } from "./verify/openCluster";
import { plannedObjects } from "./verify/planned";
import type { LiveFlags } from "./verify/stack";
import { openAll } from "./verify";

/** The options of `palisade drift`, as commander parses them. */
export interface DriftFlags extends LiveFlags {
  readonly json?: boolean;
}

/**
 * Runs `palisade drift`: compares the live objects with the stack's plan. Resolves with the exit code: a difference is a
 * finding.
 */
export async function run(flags: DriftFlags): Promise<number> {
  return orInputErrors(async () => {
    const planned = await plannedObjects(flags.stack, flags.cwd);
    const opened = await openAll(flags, planned, { probing: false, ephemeral: false });
    const found: Found[] = [];
    for (const { given, kube, live } of opened) {
      const { name } = given.cluster;
      const own = planned.get(name) ?? [];
      const drift = await orUnreachable(atCluster(name), () => driftOf(kube, given, live, own));
      const reverts = own.flatMap(
        (object) => revertCommand(object, drift, given.cluster.access, UNKNOWN) ?? [],
      );
      found.push({ cluster: name, objects: own.length, drift, reverts });
      kube.rest.close();
    }
    const findings = found.flatMap(({ drift }) => drift.filter(isFinding));
    process.stdout.write(flags.json === true ? json(found, findings.length) : text(found, findings.length));
    return findings.length > 0 ? EXIT.finding : EXIT.clean;
  }, flags.json === true);
}

interface Found {
  readonly cluster: string;
  readonly objects: number;
  readonly drift: readonly Drift[];
  /** Commands that make changed rules what is planned. */
  readonly reverts: readonly string[];
}

function text(found: readonly Found[], findings: number): string {
  const lines = found.flatMap(({ cluster, objects, drift }) => [
    `${cluster}: ${objects} planned objects`,
    ...drift.map((each) => `  ${driftText(each)}`),
  ]);
  const commands = found.flatMap(({ reverts }) => reverts);
  if (commands.length > 0) {
    lines.push(
      "",
      "These revert what is changed (Pulumi doesn't see what is appended to a list, so it doesn't revert it):",
      ...commands.map((command) => `  ${command}`),
      "",
    );
  }
  const verdict =
    findings === 0
      ? "CLEAN  what is live is what is planned"
      : `DRIFT  ${findings} differences; pulumi refresh, then pulumi up, restores what is missing`;
  return `${[...lines, verdict].join("\n")}\n`;
}

function json(found: readonly Found[], findings: number): string {
  const clusters = found.map(({ drift, ...rest }) => ({
    ...rest,
    drift: drift.map((each) => ({ ...each, text: driftText(each), finding: isFinding(each) })),
  }));
  return `${JSON.stringify({ version: 1, verdict: findings === 0 ? "clean" : "drift", clusters }, undefined, 2)}\n`;
}
