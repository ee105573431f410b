import type { Problem } from "../flows";
import type { ClusterConfig } from "./clusterSchema";
import { placeOf } from "./configIssues";

/**
 * What a stack may not name twice: clusters, by their names old and new and by what a kubeconfig context leads to; and
 * buckets, because the policy for one application's roles shuts the other's out.
 */
export function duplicates(
  clusters: readonly { readonly config: ClusterConfig; readonly at: string }[],
): Problem[] {
  const named = clusters.flatMap(({ config, at }) => [
    { text: config.name, at: `${at}.name` },
    ...config.aliases.map((alias, index) => ({ text: alias, at: `${at}.aliases[${index}]` })),
  ]);
  const identified = clusters.map(({ config, at }) => ({
    text: config.identifier ?? config.name,
    at: config.identifier === undefined ? `${at}.name` : `${at}.identifier`,
  }));
  const reached = clusters.map(({ config, at }) => ({
    text: JSON.stringify([config.kubeconfig ?? null, config.context]),
    at: `${at}.context`,
  }));
  const buckets = clusters.flatMap(({ config, at }) =>
    Object.entries(config.applications).flatMap(([application, placement]) =>
      Object.entries(placement.buckets).flatMap(([bucket, { source }]) =>
        source === undefined
          ? []
          : [
              {
                text: source.bucketName,
                at: placeOf(`${at}.applications`, [application, "buckets", bucket, "source", "bucketName"]),
              },
            ],
      ),
    ),
  );
  return [
    ...repeated(
      buckets,
      "Give each application a bucket of its own: a policy that admits one shuts the other out",
    ),
    ...repeated(named, "Give each cluster a name of its own"),
    ...repeated(
      identified.filter(({ text }) => !repeats(named, text)),
      "Give each cluster an identifier of its own",
    ),
    ...repeated(reached, "List a cluster once, with all its applications"),
  ];
}

/** Whether several have the same text: said already. */
const repeats = (items: readonly { readonly text: string }[], text: string): boolean =>
  items.filter((item) => item.text === text).length > 1;

function repeated(
  items: readonly { readonly text: string; readonly at: string }[],
  remedy: string,
): Problem[] {
  const first = new Map<string, string>();
  return items.flatMap(({ text, at }) => {
    const before = first.get(text);
    if (before !== undefined) return [{ subject: at, value: `is the same as ${before}`, remedy }];
    first.set(text, at);
    return [];
  });
}
