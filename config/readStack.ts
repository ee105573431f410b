import { type DeclaredApplication, type Problem, quote, remedyForUnknown, throwProblems } from "../flows";
import { clusterSchema } from "./clusterSchema";
import { duplicates } from "./duplicates";
import { checkUnreadable, placeCluster } from "./placeCluster";
import { problemsOf } from "./configIssues";
import type { Stack, StackCluster } from "./stack";
import { readValues } from "./values";

/**
 * Reads and checks a stack's config: `palisade:environment`, `palisade:clusters`, and `palisade:applications`, an
 * optional selection. `values` are Pulumi's own (`pulumi.runtime.allConfig()`), structures as JSON.
 *
 * @throws PalisadeInputError with every problem, each at its place: of the config's shape, of clusters and
 * placements, of the applications with the stack's overrides, and of what a cluster can't express.
 */
export function readStack(
  values: Readonly<Record<string, string>>,
  declared: readonly DeclaredApplication[],
): Stack {
  const problems: Problem[] = [];
  const { environment = "prod", clusters, selection } = readValues(values, problems);
  const schema = clusterSchema();
  const placed: StackCluster[] = [];
  const running: string[] = [];
  const configs = clusters.flatMap((raw, index) => {
    const at = `clusters[${index}]`;
    const result = schema.safeParse(raw);
    if (!result.success) {
      problems.push(...problemsOf(result.error, at));
      running.push(...checkUnreadable({ raw, at, declared, problems }));
      return [];
    }
    const config = result.data;
    placed.push(placeCluster({ config, at, environment, declared, problems }));
    running.push(...Object.keys(config.applications));
    return [{ config, at }];
  });
  problems.push(...duplicates(configs));
  const selected = select(placed, selection, running, problems);
  throwProblems(problems);
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
      const value = `${quote(name)} is palisade:applications[${first}] again`;
      problems.push({ subject: `palisade:applications[${index}]`, value, remedy: "Name each once" });
      continue;
    }
    if (running.includes(name)) continue;
    problems.push({
      subject: `palisade:applications[${index}]`,
      value: `${quote(name)} runs on no cluster of this stack`,
      remedy: remedyForUnknown(name, running, "Place it on a cluster"),
    });
  }
  return clusters
    .map((cluster) => ({
      ...cluster,
      applications: cluster.applications.filter(
        ({ application }) => selection === undefined || selection.includes(application.name),
      ),
    }))
    .filter(({ applications }) => applications.length > 0);
}
