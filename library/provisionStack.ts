// Tests: test/components/stacks.test.ts, test/library/plugin/construct.test.ts
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../compile";
import { ClusterBaseline, IsolatedApplication, optionsUnder, seeClusters, type Under } from "../components";
import type { OnAws } from "../components/aws";
import type { Stack, StackCluster } from "../config";

/** What a program made by `stackProgram` exports: where applications are, and what owners of buckets and endpoints may add. */
export interface StackOutputs {
  /** Where each application is: cluster, namespace and stage. */
  readonly namespaces: readonly {
    readonly cluster: string;
    readonly namespace: string;
    readonly stage: string;
  }[];
  /** Policies as JSON, by what they are for. */
  readonly policiesForOwners?: Readonly<Record<string, pulumi.Output<string>>>;
}

/**
 * Registers all that a stack provisions, cluster by cluster.
 *
 * @param aws gives what is done on AWS, asked for a cluster in a VPC only; of the same component.
 * @param under the component that everything stands under; without one, the program.
 * @throws PalisadeInputError with what is refused of the clusters as they are, before anything is registered
 */
export async function provisionStack(
  { clusters, environment }: Stack,
  aws: () => OnAws,
  under?: Under,
): Promise<StackOutputs> {
  await seeClusters(clusters, pulumi.getStack(), (text) => pulumi.log.warn(text));
  const isolated = await Promise.all(clusters.map((cluster) => isolate(cluster, environment, aws, under)));
  const provisioned = isolated.flat();
  const forOwners = provisioned.flatMap(({ policiesForOwners }) => Object.entries(policiesForOwners));
  return {
    namespaces: provisioned.map(({ cluster, namespace, stage }) => ({ cluster, namespace, stage })),
    ...(forOwners.length > 0 && { policiesForOwners: Object.fromEntries(forOwners) }),
  };
}

/** Each cluster has providers of its own: nothing ever goes to whatever context or account happens to be current. */
async function isolate(
  given: StackCluster,
  environment: Environment,
  aws: () => OnAws,
  parent: Under,
): Promise<IsolatedApplication[]> {
  const { name, aliases = [], identifier = name, access, aws: vpc } = given.cluster;
  const provider = new Provider(
    name,
    // Without an identifier, another address of the cluster would be another cluster: everything on it would be replaced.
    { ...access, clusterIdentifier: identifier },
    optionsUnder(parent, aliases),
  );
  const onAws =
    vpc &&
    (await aws().provision({ ...given, cluster: { ...given.cluster, aws: vpc } }, environment, provider));
  const { cluster, applications: placed } = onAws ?? given;
  if (given.baseline.length > 0)
    new ClusterBaseline(
      `${name}/baseline`,
      { cluster, applications: placed, policies: given.baseline },
      {
        ...optionsUnder(
          parent,
          aliases.map((before) => `${before}/baseline`),
        ),
        provider,
      },
    );
  return placed.map(({ application, placement, policies }) => {
    const under = (before: string) => `${before}/${placement.namespace}`;
    const share = onAws?.shares.get(application.name);
    return new IsolatedApplication(
      under(name),
      {
        application,
        placement,
        cluster,
        neighbours: given.neighbours,
        ...(policies && { policies }),
        ...(share && { aws: share }),
      },
      {
        ...optionsUnder(parent, aliases.map(under)),
        providers: [provider, ...(onAws ? [onAws.provider] : [])],
      },
    );
  });
}
