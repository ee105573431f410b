import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { applications } from "../../applications";
import { compileNetworkPolicies } from "../../components/networkPolicy/compile";
import { readStack } from "../../config";

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
  const file = load(readFileSync(`${__dirname}/../../Pulumi.${stack}.yaml`, "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  const values = Object.entries(as(file.config)).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { clusters } = readStack(Object.fromEntries(values) as Record<string, string>, as(applications));
  const compiled = clusters.flatMap(({ cluster, applications: placed, neighbours }) =>
    placed.map(({ application, placement }) =>
      compileNetworkPolicies(application, placement, cluster, neighbours),
    ),
  );
  return JSON.stringify(compiled);
}

// Run by itself, in a process with another locale and time zone.
if (require.main === module) process.stdout.write(manifests(process.argv[2] ?? "", "as-written"));
