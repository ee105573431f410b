// Tests: test/config/aws.test.ts
import { below, type Place, type Problem } from "../../problems";
import limits from "./branchInterfaceLimits.json";

/** What the cluster's nodes are. */
export interface NodeFacts {
  /** EC2 instance types that pods with groups may run on. */
  readonly instanceTypes: readonly string[];
  readonly fargate: boolean;
  readonly windows: boolean;
  readonly autoMode: boolean;
  /** "1.34". */
  readonly kubernetesVersion: string;
  /** Branch interfaces of types that our table doesn't know yet. */
  readonly branchInterfaces: Readonly<Record<string, number>>;
}

const table: ReadonlyMap<string, number> = new Map(
  Object.entries(limits.types).flatMap(([count, types]) =>
    types.split(" ").map((type): [string, number] => [type, Number(count)]),
  ),
);

/** How many pods with groups of their own an instance of a type holds; 0: none; undefined: unknown. */
export const branchInterfacesOf = (type: string, { branchInterfaces }: NodeFacts): number | undefined =>
  Object.hasOwn(branchInterfaces, type) ? branchInterfaces[type] : table.get(type);

/** Types on which no pod could get a group, and those of which nobody knows. */
export function branchInterfaceProblems(nodes: NodeFacts, at: Place): Problem[] {
  const place = below(at, "instanceTypes");
  if (nodes.instanceTypes.length === 0) {
    return [
      {
        place,
        message: "an empty list",
        remedy: "Write the types of the nodes that pods with groups run on",
      },
    ];
  }
  return nodes.instanceTypes.flatMap((type) => {
    const count = branchInterfacesOf(type, nodes);
    if (count === undefined) {
      return [
        {
          place,
          message: `nothing is known about ${type}'s branch interfaces`,
          remedy: `Correct it, or say how many it has: branchInterfaces: { ${type}: … }`,
        },
      ];
    }
    if (count > 0) return [];
    return [
      {
        place,
        message: `${type} has no branch interfaces, so its pods get no security groups and wait forever`,
        remedy: "Use another type, such as m6i.large, or set podSecurityGroups: off",
      },
    ];
  });
}
