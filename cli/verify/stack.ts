import path from "node:path";
import { applications } from "../../applications";
import { readStack, resolveReferences, type Stack, type StackCluster } from "../../config";
import { Answers, PreviewError, readProject, readStackConfig } from "../../engine";
import { PalisadeInputError } from "../../flows";
import { BadInput } from "../manifests/load";
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
 * @throws BadInput for a stack that can't be read, or a name that isn't in it
 */
export async function chosenClusters(flags: LiveFlags): Promise<readonly StackCluster[]> {
  const { clusters } = await readConfigured(flags);
  const named = clusters.filter(
    ({ cluster }) => flags.cluster === undefined || cluster.name === flags.cluster,
  );
  if (named.length === 0) {
    throw new BadInput([
      `--cluster ${flags.cluster ?? ""}: stack ${flags.stack} has ${clusters.map(({ cluster }) => cluster.name).join(", ")}`,
    ]);
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
    throw new BadInput([`--application ${flags.application ?? ""}: what runs there is ${there.join(", ")}`]);
  }
  const { context, kubeconfig } = flags;
  if (context !== undefined && chosen.length > 1) {
    const names = chosen.map(({ cluster }) => cluster.name).join(", ");
    throw new BadInput([`--context ${context}: which cluster is it? Choose one with --cluster: ${names}`]);
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

async function readConfigured({ stack, cwd }: LiveFlags): Promise<Stack> {
  try {
    const project = readProject(cwd);
    const { values } = readStackConfig(project, stack);
    const answers = Answers.read(path.resolve(project.root, `Pulumi.${stack}.answers.json`));
    const { outputOf, subnetsOf } = recorded(answers);
    return readStack(await resolveReferences(values, outputOf, subnetsOf), applications);
  } catch (error) {
    if (error instanceof PalisadeInputError || error instanceof PreviewError)
      throw new BadInput(error.message.split("\n"));
    throw error;
  }
}
