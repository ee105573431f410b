// Tests: test/cli/verify.test.ts
import { atCluster } from "../problems";
import { UNKNOWN } from "../kubernetes";
import { type Drift, driftOf, driftText, isFinding, revertCommand } from "../verify";
import { EXIT } from "./exit";
import type * as Gitops from "./gitops";
import { orInputErrors } from "./inputErrors";
import { orUnreachable } from "./verify/openCluster";
import { type PlannedByCluster, plannedObjects } from "./verify/planned";
import { chosenClusters, type LiveFlags } from "./verify/stack";
import { leftOutText } from "./verify/text";
import { openAll } from "./verify";

/** The options of `palisade drift`, as commander parses them. */
export interface DriftFlags extends LiveFlags {
  readonly json?: boolean;
  /** A folder that `palisade render` wrote: what is live is compared with it, not with the plan. */
  readonly rendered?: string;
}

/**
 * Runs `palisade drift`: compares the live objects with the stack's plan, or with a rendered folder. Resolves with the exit code: a
 * difference is a finding.
 */
export async function run(flags: DriftFlags): Promise<number> {
  return orInputErrors(async () => {
    const { objects: planned, leftOut } = await expected(flags);
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
    const findings = found.flatMap(({ drift }) => drift.filter((each) => isSure(each, leftOut))).length;
    const compared: DriftFound = { found, findings, leftOut, said: SAID[basisOf(flags)] };
    process.stdout.write(flags.json === true ? json(compared) : text(compared));
    return { drift: EXIT.finding, undecided: EXIT.undecided, clean: EXIT.clean }[verdictOf(compared)];
  }, flags.json === true);
}

/** Whether something has to be done; what isn't in a plan may be made by a part of it that couldn't be run here. */
const isSure = (drift: Drift, leftOut: readonly string[]): boolean =>
  isFinding(drift) && (drift.kind !== "unexpected" || leftOut.length === 0);

/** What was found on all clusters, and the plan's parts that couldn't be run here. */
interface DriftFound {
  readonly found: readonly Found[];
  readonly findings: number;
  readonly leftOut: readonly string[];
  readonly said: (typeof SAID)[keyof typeof SAID];
}

const verdictOf = ({ findings, leftOut }: DriftFound) =>
  findings > 0 ? "drift" : leftOut.length > 0 ? "undecided" : "clean";

/** What the live objects should be, by cluster. @throws PalisadeInputError */
async function expected(flags: DriftFlags): Promise<PlannedByCluster> {
  const { rendered } = flags;
  if (rendered === undefined) return plannedObjects(flags.stack, flags.cwd);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most comparisons are with the plan
  const { renderedObjects } = require("./gitops") as typeof Gitops;
  const clusters = await chosenClusters(flags);
  const objects = new Map(
    clusters.map(({ cluster: { name } }) => [name, renderedObjects(rendered, name, flags)] as const),
  );
  // What a folder lacks because its plan left it out was said when it was rendered.
  return { objects, leftOut: [] };
}

const basisOf = ({ rendered }: DriftFlags) => (rendered === undefined ? "plan" : "rendered");

/** What is said of a comparison, by what the live objects are compared with. */
const SAID = {
  plan: {
    objects: "planned objects",
    reverts:
      "These revert what is changed (Pulumi doesn't see what is appended to a list, so it doesn't revert it):",
    clean: "what is live is what is planned",
    remedy: "pulumi refresh, then pulumi up, restores what is missing",
  },
  rendered: {
    objects: "rendered objects",
    reverts: "These revert what is changed:",
    clean: "what is live is what was rendered",
    remedy: "a sync of the folder restores what is missing",
  },
} as const;

interface Found {
  readonly cluster: string;
  readonly objects: number;
  readonly drift: readonly Drift[];
  /** Commands that make changed rules what is planned. */
  readonly reverts: readonly string[];
}

function text(compared: DriftFound): string {
  const { found, findings, leftOut, said } = compared;
  const lines = found.flatMap(({ cluster, objects, drift }) => [
    `${cluster}: ${objects} ${said.objects}`,
    ...drift.map((each) => `  ${driftText(each)}`),
  ]);
  if (leftOut.length > 0) lines.push(`not compared: ${leftOutText(leftOut)}`);
  const commands = found.flatMap(({ reverts }) => reverts);
  if (commands.length > 0) {
    lines.push("", said.reverts, ...commands.map((command) => `  ${command}`), "");
  }
  const verdict = {
    clean: `CLEAN  ${said.clean}`,
    undecided: `UNDECIDED  ${said.clean}, as far as the plan is known`,
    drift: `DRIFT  ${findings} differences; ${said.remedy}`,
  }[verdictOf(compared)];
  return `${[...lines, verdict].join("\n")}\n`;
}

function json(compared: DriftFound): string {
  const { found, leftOut } = compared;
  const clusters = found.map(({ drift, ...rest }) => ({
    ...rest,
    drift: drift.map((each) => ({ ...each, text: driftText(each), finding: isSure(each, leftOut) })),
  }));
  return `${JSON.stringify({ version: 1, verdict: verdictOf(compared), leftOut, clusters }, undefined, 2)}\n`;
}
