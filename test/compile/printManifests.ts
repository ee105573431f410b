import { applications } from "../../applications";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import { readStack } from "../../config";
import { configOf } from "./stackConfig";

/** The same data with every mapping's keys in the opposite order. */
function turned<T>(data: T): T {
  if (Array.isArray(data)) return data.map(turned) as T;
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .reverse()
      .map(([key, value]) => [key, turned<unknown>(value)]),
  ) as T;
}

/** All manifests of a stack of this repository, as the bytes that they are. */
export function manifests(stack: string, order: "as-written" | "turned"): string {
  const as = <T>(data: T): T => (order === "turned" ? turned(data) : data);
  const values = Object.entries(configOf(stack)).map(([key, value]) => [
    key,
    key === "palisade:clusters" ? JSON.stringify(as<unknown>(JSON.parse(value))) : value,
  ]);
  const config = Object.fromEntries(as(values)) as Record<string, string>;
  const { clusters } = readStack(config, as(applications));
  const compiled = clusters.flatMap(({ cluster, applications: placed, neighbours }) =>
    placed.map(({ application, placement }) =>
      compileNetworkPolicies(application, placement, cluster, neighbours),
    ),
  );
  return JSON.stringify(compiled);
}

// Run by itself, in a process with another locale and time zone.
if (require.main === module) process.stdout.write(manifests(process.argv[2] ?? "", "as-written"));
