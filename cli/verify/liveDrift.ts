import type { StackCluster } from "../../config/stack";
import { isForbidden, isNotFound } from "../../kube/errors";
import type { KubeObject, KubeReader } from "../../kube/objects";
import { UNKNOWN } from "../../reachability/unknown";
import { compareObjects, type Drift, objectName, type PlainObject } from "../../verify/drift";
import { openedBy } from "../../verify/liveWorld";
import { BadInput } from "../manifests/load";
import type { Live } from "./live";

const API_VERSIONS: Readonly<Record<string, string>> = {
  SecurityGroupPolicy: "vpcresources.k8s.aws/v1beta1",
  ServiceAccount: "v1",
};

/**
 * How the chosen applications' objects on one cluster differ from the plan, unexpected policies of their namespaces
 * included. @throws BadInput where they may not be read
 */
export async function driftOf(
  kube: KubeReader,
  { cluster, applications }: StackCluster,
  live: Live,
  planned: readonly PlainObject[],
): Promise<Drift[]> {
  const namespaces = applications.map(({ placement }) => placement.namespace);
  const own = planned.filter(({ kind, metadata }) =>
    namespaces.includes(kind === "Namespace" ? metadata.name : (metadata.namespace ?? "default")),
  );
  const found = new Map<string, PlainObject>();
  for (const object of live.world) if (object.kind !== "Pod") found.set(objectName(object), object);
  for (const kind of new Set(own.map((each) => each.kind))) {
    for (const namespace of namespaces) {
      for (const object of await others(kube, kind, namespace)) found.set(objectName(object), object);
    }
  }
  const expected = new Set(own.map(objectName));
  const extra = live.policies.filter(
    (policy) =>
      namespaces.includes(policy.metadata.namespace ?? "default") && !expected.has(objectName(policy)),
  );
  const rest = live.world.filter((object) => !extra.includes(object));
  return [
    ...compareObjects(own, found, UNKNOWN),
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
async function others(kube: KubeReader, kind: string, namespace: string): Promise<readonly KubeObject[]> {
  const apiVersion = API_VERSIONS[kind];
  if (apiVersion === undefined) return [];
  try {
    return await kube.list(apiVersion, kind, namespace);
  } catch (error) {
    if (isNotFound(error)) return [];
    if (isForbidden(error))
      throw new BadInput([
        `no permission to list ${kind} in ${namespace}; palisade drift --help shows the role it needs`,
      ]);
    throw error;
  }
}
