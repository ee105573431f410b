import { atPath, type Problem, problemText, throwProblems, messageOf } from "../problems";
import { isMap } from "../data";

/** Where a look-up is made: a cluster's account and region. */
export interface LookUpPlace {
  /** The cluster's name. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/** The CIDRs of every subnet of an RDS subnet group. What it throws is the problem's text. */
export type SubnetsOf = (place: LookUpPlace, subnetGroup: string) => Promise<readonly string[]>;

const entries = (value: unknown): [string, unknown][] => (isMap(value) ? Object.entries(value) : []);

/** `{ subnetGroup: … }` where a database's CIDRs belong. */
function groupOf(database: unknown): string | undefined {
  const { subnetCidrs } = isMap(database) ? database : {};
  if (!isMap(subnetCidrs) || Object.keys(subnetCidrs).join() !== "subnetGroup") return undefined;
  const { subnetGroup } = subnetCidrs;
  return typeof subnetGroup === "string" && subnetGroup !== "" ? subnetGroup : undefined;
}

/**
 * Clusters of a stack's config with each database's `subnetCidrs: { subnetGroup: … }` replaced by the CIDRs of that
 * group's subnets: a failover moves a database to any of them, and AWS knows them best.
 *
 * @param clusters As the config has them, references to other stacks resolved.
 * @throws PalisadeInputError with every look-up that finds nothing.
 */
export async function resolveSubnetGroups(clusters: unknown, subnetsOf: SubnetsOf): Promise<unknown> {
  if (!Array.isArray(clusters)) return clusters;
  const problems: Problem[] = [];
  const resolved = await Promise.all(
    clusters.map((cluster: unknown, index) => resolveCluster(cluster, index, subnetsOf, problems)),
  );
  problems.sort((a, b) => (problemText(a) < problemText(b) ? -1 : 1));
  throwProblems(problems);
  return resolved;
}

async function resolveCluster(
  cluster: unknown,
  index: number,
  subnetsOf: SubnetsOf,
  problems: Problem[],
): Promise<unknown> {
  const changed = structuredClone(cluster);
  const { applications } = isMap(changed) ? changed : {};
  for (const [application, placement] of entries(applications)) {
    const { databases } = isMap(placement) ? placement : {};
    for (const [name, database] of entries(databases)) {
      const group = groupOf(database);
      if (group === undefined) continue;
      const place = atPath("clusters", index, "applications", application, "databases", name, "subnetCidrs");
      try {
        const subnetCidrs = await subnetsOf(lookUpPlace(cluster), group);
        if (subnetCidrs.length === 0) throw new Error(`RDS subnet group ${group} has no subnets`);
        Object.assign(database as object, { subnetCidrs });
      } catch (error) {
        const message = messageOf(error);
        problems.push({
          place,
          message,
          remedy: "Correct the group's name, or write the subnets' CIDRs here",
        });
      }
    }
  }
  return changed;
}

function lookUpPlace(cluster: unknown): LookUpPlace {
  const { name, aws } = isMap(cluster) ? cluster : {};
  const { region, account } = isMap(aws) ? aws : {};
  if (typeof name !== "string" || typeof region !== "string" || typeof account !== "string") {
    throw new Error("the cluster has no aws.region and aws.account to look it up in");
  }
  return { name, region, account };
}
