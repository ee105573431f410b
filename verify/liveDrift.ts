import type { StackCluster } from "../config";
import { isForbidden, isNotFound, type KubeObject, type KubeReader } from "../kube";
import { UNKNOWN } from "../kubernetes";
import { compareObjects, type Drift, objectName, type PlainObject } from "./drift";
import { openedBy } from "./liveWorld";
import type { Live } from "./live";
import { noPermission } from "./permissions";

const API_VERSIONS: Readonly<Record<string, string>> = {
  SecurityGroupPolicy: "vpcresources.k8s.aws/v1beta1",
  ServiceAccount: "v1",
};

/** What a SecurityGroupPolicy that nobody planned does. */
const GROUPS = "its pods carry security groups other than the planned ones";

/** Of a cluster's planned objects, the chosen applications' namespaces and what is in them. */
export function plannedFor(
  { applications }: StackCluster,
  planned: readonly PlainObject[],
): readonly PlainObject[] {
  const namespaces = applications.map(({ placement }) => placement.namespace);
  return planned.filter(({ kind, metadata }) =>
    namespaces.includes(kind === "Namespace" ? metadata.name : (metadata.namespace ?? "default")),
  );
}

/**
 * How the chosen applications' objects on one cluster differ from the plan, unexpected policies of their namespaces
 * included. @throws PalisadeInputError where they may not be read
 */
export async function driftOf(
  kube: KubeReader,
  given: StackCluster,
  live: Live,
  planned: readonly PlainObject[],
): Promise<Drift[]> {
  const { cluster, applications } = given;
  const namespaces = applications.map(({ placement }) => placement.namespace);
  const own = plannedFor(given, planned);
  const found = new Map<string, PlainObject>();
  for (const object of live.world) if (object.kind !== "Pod") found.set(objectName(object), object);
  const attached: KubeObject[] = [];
  for (const kind of new Set(own.map((each) => each.kind))) {
    for (const namespace of namespaces) {
      const objects = await others(kube, kind, namespace, cluster);
      if (kind === "SecurityGroupPolicy") attached.push(...objects);
      for (const object of objects) found.set(objectName(object), object);
    }
  }
  const expected = new Set(own.map(objectName));
  const unplanned = (object: KubeObject) =>
    namespaces.includes(object.metadata.namespace ?? "default") && !expected.has(objectName(object));
  const extra = live.policies.filter(unplanned);
  const rest = live.world.filter((object) => !extra.includes(object));
  return [
    ...compareObjects(own, found, UNKNOWN),
    ...attached
      .filter(unplanned)
      .map((object): Drift => ({ kind: "unexpected", object: objectName(object), admits: [GROUPS] })),
    ...extra.map((policy): Drift => {
      return {
        kind: "unexpected",
        object: objectName(policy),
        admits: openedBy([policy], rest, cluster.cni),
      };
    }),
  ];
}

/** Objects of a kind that isn't read already. */
async function others(
  kube: KubeReader,
  kind: string,
  namespace: string,
  { name, access }: StackCluster["cluster"],
): Promise<readonly KubeObject[]> {
  const apiVersion = API_VERSIONS[kind];
  if (apiVersion === undefined) return [];
  try {
    return await kube.list(apiVersion, kind, namespace);
  } catch (error) {
    if (isNotFound(error)) return [];
    if (isForbidden(error)) throw noPermission(name, access.context, [`list ${kind} in ${namespace}`]);
    throw error;
  }
}
