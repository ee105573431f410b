import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { applications } from "./applications";
import { sayingMistakesPlainly } from "./components/inputError";
import { IsolatedApplication } from "./components/isolatedApplication";
import { readStack, type StackCluster } from "./config";

// 1. What the stack wants: every problem of the config, the applications and the clusters is said before anything is.
const stack = sayingMistakesPlainly(() => readStack(pulumi.runtime.allConfig(), applications));

// 2. What it provisions, cluster by cluster.
const isolated = stack.clusters.flatMap(isolate);

// 3. What it tells others.
export const namespaces = isolated.map(({ cluster, namespace, stage }) => ({ cluster, namespace, stage }));

/** Each cluster has a provider of its own: nothing ever goes to whatever context happens to be current. */
function isolate({ cluster, applications: placed, neighbours }: StackCluster): IsolatedApplication[] {
  const aliases = cluster.aliases ?? [];
  const { context, kubeconfig } = cluster.access;
  const provider = new Provider(
    cluster.name,
    kubeconfig === undefined ? { context } : { context, kubeconfig },
    { aliases: aliases.map((name) => ({ name })) },
  );
  return placed.map(({ application, placement }) => {
    const under = (name: string) => `${name}/${placement.namespace}`;
    return new IsolatedApplication(
      under(cluster.name),
      { application, placement, cluster, neighbours },
      { provider, aliases: aliases.map((name) => ({ name: under(name) })) },
    );
  });
}
