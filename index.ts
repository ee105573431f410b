import { createRequire } from "node:module";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { applications } from "./applications";
import type * as Aws from "./components/aws";
import type { Environment } from "./compile";
import { IsolatedApplication, outputOf, seeClusters, withoutStackTraceForInputErrors } from "./components";
import { readStack, resolveReferences, type StackCluster, type SubnetsOf } from "./config";

export = () =>
  withoutStackTraceForInputErrors(async () => {
    // 1. What the stack wants: every problem of the config, the applications and the clusters is said before anything is.
    const values = await resolveReferences(pulumi.runtime.allConfig(), outputOf, subnetsOf);
    const { clusters, environment } = readStack(values, applications);
    await seeClusters(clusters, (text) => pulumi.log.warn(text));

    // 2. What it provisions, cluster by cluster.
    const isolated = await Promise.all(clusters.map((cluster) => isolate(cluster, environment)));

    // 3. What it tells others: where applications are, and what owners of buckets and endpoints may add to their policies.
    const provisioned = isolated.flat();
    const forOwners = provisioned.flatMap(({ policiesForOwners }) => Object.entries(policiesForOwners));
    return {
      namespaces: provisioned.map(({ cluster, namespace, stage }) => ({ cluster, namespace, stage })),
      ...(forOwners.length > 0 && { policiesForOwners: Object.fromEntries(forOwners) }),
    };
  });

/** Each cluster has providers of its own: nothing ever goes to whatever context or account happens to be current. */
async function isolate(given: StackCluster, environment: Environment): Promise<IsolatedApplication[]> {
  const { name, aliases = [], identifier = name, access, aws: vpc } = given.cluster;
  const provider = new Provider(
    name,
    // Without an identifier, another address of the cluster would be another cluster: everything on it would be replaced.
    { ...access, clusterIdentifier: identifier },
    { aliases: aliases.map((before) => ({ name: before })) },
  );
  const onAws =
    vpc &&
    (await aws().provision({ ...given, cluster: { ...given.cluster, aws: vpc } }, environment, provider));
  const { cluster, applications: placed } = onAws ?? given;
  return placed.map(({ application, placement }) => {
    const under = (before: string) => `${before}/${placement.namespace}`;
    const share = onAws?.shares.get(application.name);
    return new IsolatedApplication(
      under(name),
      { application, placement, cluster, neighbours: given.neighbours, ...(share && { aws: share }) },
      {
        providers: [provider, ...(onAws ? [onAws.provider] : [])],
        aliases: aliases.map((before) => ({ name: under(before) })),
      },
    );
  });
}

let loaded: Aws.OnAws | undefined;
const subnetsOf: SubnetsOf = (place, group) => aws().subnetsOf(place, group);

/** Loaded for a cluster that is in a VPC, and for no other: it takes a twentieth of a second. */
const aws = () => (loaded ??= (createRequire(__filename)("./components/aws") as typeof Aws).onAws());
