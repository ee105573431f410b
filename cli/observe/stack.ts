// Tests: test/cli/observe/command.test.ts
import type { StackCluster } from "../../config";
import { AddressSet } from "../../net";
import type { ClusterRanges, ObservedApplication } from "../../observe";
import {
  atApplication,
  atSource,
  atSubject,
  didYouMean,
  inputError,
  PalisadeInputError,
  type Problem,
  problemText,
  throwProblems,
} from "../../problems";
import { prove } from "../../proof";
import { judgedPlan } from "../manifests/plan";
import { plannedResource } from "../manifests/stackWorld";
import { readConfigured } from "../verify/stack";

/** What records are held against: one cluster of a stack. */
export interface ObservedCluster {
  readonly cluster: string;
  readonly applications: readonly ObservedApplication[];
  /** The cluster as the stack's config has it; undefined where that can't be read without running the program. */
  readonly configured: StackCluster | undefined;
  readonly ranges: ClusterRanges | undefined;
  readonly warnings: readonly string[];
}

/**
 * What a stack's plan declares on one cluster.
 * @throws PalisadeInputError when the program fails, an application can't be read, or it isn't clear which cluster is meant
 */
export async function observedCluster(
  stack: string,
  cwd: string,
  wanted: string | undefined,
): Promise<ObservedCluster> {
  const { resources, leftOut } = await judgedPlan(stack, cwd, () => []);
  const proofs = prove(stack.split("/").at(-1) ?? stack, resources.map(plannedResource));
  const read = proofs.flatMap((one) => (one.kind === "proof" ? [one] : []));
  const names = [...new Set(read.map(({ declaration }) => declaration.cluster))].sort();
  const cluster = chosen(stack, names, wanted);
  const unread = proofs.flatMap((one): Problem[] =>
    one.kind === "unread"
      ? one.because.map((message) => ({ place: atApplication(one.component), message }))
      : [],
  );
  // What it declares may be just what was seen.
  throwProblems(unread);
  const { configured, warnings } = await configuredAs(stack, cwd, cluster);
  return {
    cluster,
    configured,
    ranges: configured === undefined ? undefined : rangesOf(configured),
    warnings: [...leftOut.map((problem) => `left out: ${problemText(problem)}`), ...warnings],
    applications: read
      .filter(({ declaration }) => declaration.cluster === cluster)
      .map(({ declaration, flows }) => ({
        declaration,
        owner: configured?.applications.find(
          ({ application }) => application.name === declaration.application,
        )?.application.owner,
        flows,
      })),
  };
}

function chosen(stack: string, names: readonly string[], wanted: string | undefined): string {
  const [only, ...others] = names;
  if (only === undefined)
    throw inputError(atSubject(`stack ${stack}`), "declares no application", "Name a stack that does");
  if (wanted === undefined) {
    if (others.length === 0) return only;
    throw inputError(
      atSubject(`stack ${stack}`),
      `has the clusters ${names.join(", ")}`,
      "Say of which one the records are, with --cluster",
    );
  }
  if (names.includes(wanted)) return wanted;
  throw inputError(
    atSource(`--cluster ${wanted}`),
    `stack ${stack} has ${names.join(", ")}`,
    didYouMean(wanted, names),
  );
}

async function configuredAs(
  stack: string,
  cwd: string,
  cluster: string,
): Promise<{ configured: StackCluster | undefined; warnings: readonly string[] }> {
  try {
    const { clusters } = await readConfigured({ stack, cwd });
    return { configured: clusters.find((one) => one.cluster.name === cluster), warnings: [] };
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return {
      configured: undefined,
      warnings: [
        "the stack's config can't be read without running its program: the cluster's own addresses aren't known, nor are owners",
      ],
    };
  }
}

const rangesOf = ({ cluster }: StackCluster): ClusterRanges => ({
  pods: AddressSet.of(...cluster.podCidrs),
  services: AddressSet.of(...cluster.serviceCidrs),
  nodes: AddressSet.of(...cluster.nodeCidrs),
});
