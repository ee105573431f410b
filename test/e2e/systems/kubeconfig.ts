import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";

/** A kubeconfig of one cluster, as far as tests change it. */
interface Kubeconfig {
  readonly clusters: { readonly cluster: Record<string, string> }[];
  readonly contexts: { name: string }[];
  readonly users: { readonly user: { token: string } }[];
}

let copies = 0;

/** A copy of a cluster's kubeconfig with something else in it; returns its path. */
export function changedKubeconfig({ controlPlane }: Cluster, change: (config: Kubeconfig) => void): string {
  const config = load(readFileSync(controlPlane.kubeconfig, "utf8")) as Kubeconfig;
  change(config);
  const path = join(bench().folder, `kubeconfig-changed-${++copies}`);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
