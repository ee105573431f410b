import type { Problem } from "../flows/problem";
import type { ClusterConfig } from "./clusterSchema";

/** What two clusters of a stack may not share: their names, old and new, and what a kubeconfig context leads to. */
export function duplicates(
  clusters: readonly { readonly config: ClusterConfig; readonly at: string }[],
): Problem[] {
  const named = clusters.flatMap(({ config, at }) => [
    { text: config.name, at: `${at}.name` },
    ...config.aliases.map((alias, index) => ({ text: alias, at: `${at}.aliases[${index}]` })),
  ]);
  const reached = clusters.map(({ config, at }) => ({
    text: JSON.stringify([config.kubeconfig ?? null, config.context]),
    at: `${at}.context`,
  }));
  return [
    ...repeated(named, "Give each cluster a name of its own"),
    ...repeated(reached, "List a cluster once, with all its applications"),
  ];
}

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
