// Tests: test/cli/verify.test.ts
import { readFileSync } from "node:fs";
import path from "node:path";
import { atSource, didYouMean, inputError } from "../../problems";
import { locatedIn, readStack, resolveReferences, type Stack, type StackCluster } from "../../config";
import { Answers, type Project, readProject, readStackConfig, stackFileOf } from "../../engine";
import { declarationsOf, projectApplications } from "../projectApplications";
import { recorded } from "../recorded";

/** Which of a stack's clusters and applications a command is about, as commander parses it. */
export interface LiveFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly cluster?: string;
  readonly application?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/**
 * The clusters of a stack that a command is about, each with the context to reach it by.
 * @throws PalisadeInputError for a stack that can't be read, or a name that isn't in it
 */
export async function chosenClusters(flags: LiveFlags): Promise<readonly StackCluster[]> {
  const { clusters } = await readConfigured(flags);
  const named = clusters.filter(
    ({ cluster }) => flags.cluster === undefined || cluster.name === flags.cluster,
  );
  if (named.length === 0) {
    const names = clusters.map(({ cluster }) => cluster.name);
    throw inputError(
      atSource(`--cluster ${flags.cluster ?? ""}`),
      `stack ${flags.stack} has ${names.join(", ")}`,
      didYouMean(flags.cluster ?? "", names),
    );
  }
  const chosen = named
    .map((each) => ({
      ...each,
      applications: each.applications.filter(
        ({ application }) => flags.application === undefined || application.name === flags.application,
      ),
    }))
    .filter((each) => each.applications.length > 0);
  if (chosen.length === 0) {
    const there = [
      ...new Set(named.flatMap((each) => each.applications.map(({ application }) => application.name))),
    ];
    throw inputError(
      atSource(`--application ${flags.application ?? ""}`),
      `what runs there is ${there.join(", ")}`,
      didYouMean(flags.application ?? "", there),
    );
  }
  const { context, kubeconfig } = flags;
  if (context !== undefined && chosen.length > 1) {
    const names = chosen.map(({ cluster }) => cluster.name).join(", ");
    throw inputError(
      atSource(`--context ${context}`),
      "which cluster is it?",
      `Choose one with --cluster: ${names}`,
    );
  }
  return chosen.map((each) => {
    const { access } = each.cluster;
    const how = {
      ...access,
      ...(context === undefined ? {} : { context }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    };
    return { ...each, cluster: { ...each.cluster, access: how } };
  });
}

/** Runs what reads a stack's config; its problems name the file's lines. */
export function asLocated<T>(project: Project, stack: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    const { file } = stackFileOf(project, stack);
    throw locatedIn(
      { name: path.basename(file), text: readFileSync(file, "utf8") },
      error,
      declarationsOf(project.root),
    );
  }
}

/** A stack, read from its config without running its program. */
export async function readConfigured({ stack, cwd }: Pick<LiveFlags, "stack" | "cwd">): Promise<Stack> {
  const project = readProject(cwd);
  const { values } = readStackConfig(project, stack);
  const answers = Answers.read(path.resolve(project.root, `Pulumi.${stack}.answers.json`));
  const { outputOf, subnetsOf } = recorded(answers);
  const resolved = await resolveReferences(values, outputOf, subnetsOf);
  return asLocated(project, stack, () => readStack(resolved, () => projectApplications(project)));
}
