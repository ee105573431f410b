import { atPath, type Problem, quote, throwProblems } from "../problems";
import { type DeclaredApplication, remedyForUnknown } from "../flows";
import { clusterSchema } from "./clusterSchema";
import { withoutConsequences } from "./consequences";
import { duplicates } from "./duplicates";
import { checkUnreadable, placeCluster } from "./placeCluster";
import { attempt } from "./places";
import { problemsOf } from "./configIssues";
import type { Stack, StackCluster } from "./stack";
import { readValues } from "./values";

/**
 * Reads and checks a stack's config: `palisade:environment`, `palisade:clusters`, and `palisade:applications`, an
 * optional selection. `values` are Pulumi's own (`pulumi.runtime.allConfig()`), structures as JSON.
 *
 * @param applications all that clusters may place, or what reads them: its problems are said with those of the config.
 * @throws PalisadeInputError with every problem, each at its place: of the config's shape, of clusters and
 * placements, of the applications with the stack's overrides, and of what a cluster can't express.
 */
export function readStack(
  values: Readonly<Record<string, string>>,
  applications: readonly DeclaredApplication[] | (() => readonly DeclaredApplication[]),
): Stack {
  const problems: Problem[] = [];
  const declared = typeof applications === "function" ? attempt(problems, applications) : applications;
  const { environment = "prod", clusters, selection } = readValues(values, problems);
  const schema = clusterSchema();
  const placed: StackCluster[] = [];
  const running: string[] = [];
  const configs = clusters.flatMap((raw, index) => {
    const at = atPath("clusters", index);
    const result = schema.safeParse(raw);
    if (!result.success) {
      problems.push(...problemsOf(result.error, at));
      if (declared !== undefined) running.push(...checkUnreadable({ raw, at, declared, problems }));
      return [];
    }
    const config = result.data;
    if (declared !== undefined) placed.push(placeCluster({ config, at, environment, declared, problems }));
    running.push(...Object.keys(config.applications));
    return [{ config, at }];
  });
  problems.push(...duplicates(configs));
  // Of applications that can't be read, nobody knows what is placed or selected.
  const selected = declared === undefined ? [] : select(placed, selection, running, problems);
  throwProblems(withoutConsequences(problems));
  return { environment, clusters: selected };
}

/** The clusters with only what is selected; those where nothing is are left out. */
function select(
  clusters: readonly StackCluster[],
  selection: readonly string[] | undefined,
  running: readonly string[],
  problems: Problem[],
): StackCluster[] {
  for (const [index, name] of (selection ?? []).entries()) {
    const first = selection?.indexOf(name) ?? index;
    if (first < index) {
      const message = `${quote(name)} repeats palisade:applications[${first}]`;
      problems.push({ place: atPath("palisade:applications", index), message, remedy: "Name each once" });
      continue;
    }
    if (running.includes(name)) continue;
    problems.push({
      place: atPath("palisade:applications", index),
      message: `${quote(name)} doesn't run on any cluster of this stack`,
      remedy: remedyForUnknown(name, running, "Place it on a cluster"),
    });
  }
  if (selection === undefined) return [...clusters];
  return clusters
    .map((cluster) => selected(cluster, selection))
    .filter(({ applications }) => applications.length > 0);
}

function selected(whole: StackCluster, selection: readonly string[]): StackCluster {
  const applications = whole.applications.filter(({ application }) => selection.includes(application.name));
  const { cluster, neighbours, baseline } = whole;
  if (applications.length === whole.applications.length) return whole;
  if (whole.site === undefined) return { cluster, applications, neighbours, baseline };
  // Fewer applications are another site, which gives its workloads other groups: nothing that was compiled of this one holds.
  return {
    cluster,
    applications: applications.map(({ application, placement }) => ({ application, placement })),
    neighbours,
    baseline,
  };
}
