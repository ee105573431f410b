import { below, type Place, placeText, type Problem } from "../problems";
import type { ClusterConfig } from "./clusterSchema";
import { placementPlace } from "./places";

/**
 * What a stack may not name twice: clusters, by their names old and new and by what a kubeconfig context leads to; and
 * buckets, because the policy for one application's roles shuts the other's out.
 */
export function duplicates(
  clusters: readonly { readonly config: ClusterConfig; readonly at: Place }[],
): Problem[] {
  const named = clusters.flatMap(({ config, at }) => [
    { text: config.name, at: below(at, "name") },
    ...config.aliases.map((alias, index) => ({ text: alias, at: below(at, "aliases", index) })),
  ]);
  const identified = clusters.map(({ config, at }) => ({
    text: config.identifier ?? config.name,
    at: config.identifier === undefined ? below(at, "name") : below(at, "identifier"),
  }));
  const reached = clusters.map(({ config, at }) => ({
    text: JSON.stringify([config.kubeconfig ?? null, config.context]),
    at: below(at, "context"),
  }));
  const buckets = clusters.flatMap(({ config, at }) =>
    Object.entries(config.applications).flatMap(([application, placement]) =>
      Object.entries(placement.buckets).flatMap(([bucket, { source }]) =>
        source === undefined
          ? []
          : [
              {
                text: source.bucketName,
                at: below(placementPlace(at, application), "buckets", bucket, "source", "bucketName"),
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
  items: readonly { readonly text: string; readonly at: Place }[],
  remedy: string,
): Problem[] {
  const first = new Map<string, Place>();
  return items.flatMap(({ text, at }) => {
    const before = first.get(text);
    if (before !== undefined) return [{ place: at, message: `is the same as ${placeText(before)}`, remedy }];
    first.set(text, at);
    return [];
  });
}
