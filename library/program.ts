// Tests: test/components/stacks.test.ts
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type * as Aws from "../components/aws";
import type { Environment } from "../compile";
import { IsolatedApplication, outputOf, seeClusters, withoutStackTraceForInputErrors } from "../components";
import { locatedIn, readStack, resolveReferences, type StackCluster, type SubnetsOf } from "../config";
import type { DeclaredApplication } from "../flows";

/** What a program made by `stackProgram` exports: where applications are, and what owners of buckets and endpoints may add. */
export interface StackOutputs {
  readonly namespaces: readonly {
    readonly cluster: string;
    readonly namespace: string;
    readonly stage: string;
  }[];
  /** Policies as JSON, by what they are for. */
  readonly policiesForOwners?: Readonly<Record<string, pulumi.Output<string>>>;
}

/**
 * The whole program of a stack: reads `palisade:environment` and `palisade:clusters` from its configuration, and provisions
 * the applications that it places on each cluster. In index.ts: `export = stackProgram(applications);`
 *
 * @param applications all that a stack may place; its configuration chooses.
 * @returns a function that Pulumi calls. It rejects with PalisadeInputError, with every problem of the configuration, the
 *   applications and the clusters, before anything is registered.
 */
export function stackProgram(applications: readonly DeclaredApplication[]): () => Promise<StackOutputs> {
  return () =>
    withoutStackTraceForInputErrors(async () => {
      // 1. What the stack wants: every problem of the config, the applications and the clusters is said before anything is.
      const values = await resolveReferences(pulumi.runtime.allConfig(), outputOf, subnetsOf);
      const { clusters, environment } = asLocated(() => readStack(values, applications));
      await seeClusters(clusters, pulumi.getStack(), (text) => pulumi.log.warn(text));

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
}

/** Runs what reads the config; its problems name the lines of the stack's file, where there is one. */
function asLocated<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    const name = `Pulumi.${pulumi.getStack()}.yaml`;
    const file = path.join(pulumi.getRootDirectory(), name);
    throw existsSync(file) ? locatedIn({ name, text: readFileSync(file, "utf8") }, error) : error;
  }
}

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
        providers: [provider, ...(onAws ? [onAws.provider] : [])],
        aliases: aliases.map((before) => ({ name: under(before) })),
      },
    );
  });
}

let loaded: Aws.OnAws | undefined;
const subnetsOf: SubnetsOf = (place, group) => aws().subnetsOf(place, group);

/** Loaded for a cluster that is in a VPC, and for no other: it takes a twentieth of a second. */
const aws = () => (loaded ??= (createRequire(__filename)("../components/aws") as typeof Aws).onAws());
