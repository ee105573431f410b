// Tests: test/cli/declaredPorts.test.ts
import type { StackCluster } from "../config";
import { readProject } from "../engine";
import type { DeclaredApplication } from "../flows";
import { parsePortSpec } from "../net";
import { PalisadeInputError } from "../problems";
import type { DeclaredPorts } from "../reachability/answer/explain";
import { projectApplications } from "./projectApplications";
import { declaredWorkload } from "./proposedFlow";
import { readConfigured } from "./verify/stack";

/** The ports that declarations name at a cluster's ends; what monitoring reads is called "metrics". */
export function portsDeclaredOn(
  { applications }: Pick<StackCluster, "applications">,
  declarations: readonly Pick<DeclaredApplication, "name" | "workloads">[],
): DeclaredPorts {
  return ({ id, namespace, labels }) => {
    const found = declaredWorkload(applications, { namespace, labels });
    const declaration = declarations.find(({ name }) => name === found?.application);
    const { ports = {}, metrics } = declaration?.workloads[found?.workload.name ?? ""] ?? {};
    const named = [
      ...Object.entries(ports),
      ...(metrics === undefined ? [] : [["metrics", metrics] as const]),
    ];
    return named.map(([name, spec]) => {
      const { protocol, from } = parsePortSpec(spec);
      return { owner: id, name, protocol, port: from };
    });
  };
}

/** The same of each cluster of a stack, by its name; none where the stack's config can't be read without running its program. */
export async function declaredPortsOf(
  stack: string,
  cwd: string,
): Promise<ReadonlyMap<string, DeclaredPorts>> {
  try {
    const { clusters } = await readConfigured({ stack, cwd });
    const declarations = projectApplications(readProject(cwd));
    return new Map(clusters.map((one) => [one.cluster.name, portsDeclaredOn(one, declarations)]));
  } catch (error) {
    if (error instanceof PalisadeInputError) return new Map();
    throw error;
  }
}
