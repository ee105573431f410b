import { append } from "../data";
import { type DescribedGroups, readDescribed, type Source, type SourcedObject } from "../reachability/read";
import { UNKNOWN } from "../kubernetes";
import { PlannedGroups } from "./plannedGroups";
import type { PlannedResource } from "./resource";

/** `kubernetes:apps/v1:Deployment` and the like; not the chart and file components, nor lists. */
const KUBERNETES = /^kubernetes:(?:([a-z0-9.-]+)\/)?(v\w+):(\w+?)(Patch)?$/;

/** Components whose types look the same: what they make are resources of their own, which only their provider can name. */
const COMPONENT = /^kubernetes:(?:(?:yaml|kustomize)\/|helm\.sh\/v\d+:Chart$)/;

const isObject = (type: string): boolean => KUBERNETES.test(type) && !COMPONENT.test(type);

/** A plan's Kubernetes objects by cluster, and its security groups, which clusters may share. */
export class PlannedObjects {
  private readonly byCluster = new Map<string, PlannedResource[]>();
  readonly groups: PlannedGroups;

  /** @param stack its name, as sources of evidence call it. */
  constructor(
    private readonly stack: string,
    readonly resources: readonly PlannedResource[],
  ) {
    this.groups = new PlannedGroups(resources);
    for (const resource of resources) {
      if (isObject(resource.type) && !resource.read) {
        append(this.byCluster, clusterOf(resource), resource);
      }
    }
  }

  /** The names of the Kubernetes providers, one a cluster, in order. */
  get clusters(): readonly string[] {
    return [...this.byCluster.keys()].sort();
  }

  /** The cluster that what is made under a component goes to; undefined where nothing of Kubernetes is. */
  clusterUnder(component: string): string | undefined {
    const child = this.resources.find(({ type, parent }) => parent === component && isObject(type));
    return child === undefined ? undefined : clusterOf(child);
  }

  /** One cluster's objects, as an API server gets them. What the plan doesn't know is UNKNOWN in them. */
  objects(cluster: string): SourcedObject[] {
    const file = `stack ${this.stack}`;
    return this.resourcesOf(cluster).map((resource, i) =>
      objectOf(resource, { file, document: i + 1 }, this.groups),
    );
  }

  /** The resource that an object of `objects` was made from, by its source. */
  resourcesOf(cluster: string): readonly PlannedResource[] {
    return this.byCluster.get(cluster) ?? [];
  }

  /** The plan's security groups and what they guard; undefined where the plan makes none. */
  described(): DescribedGroups | undefined {
    const answer = this.groups.answer();
    return answer === undefined ? undefined : readDescribed([{ file: `stack ${this.stack}`, value: answer }]);
  }
}

/** The name of the provider that a resource goes through: one a cluster. */
const clusterOf = ({ provider }: PlannedResource): string => provider.split("::").at(-2) ?? "";

function objectOf(resource: PlannedResource, source: Source, groups: PlannedGroups): SourcedObject {
  const [, group, version = "", kind = "", patch] = KUBERNETES.exec(resource.type) ?? [];
  const { inputs } = resource;
  const core = group === undefined || group === "core";
  const metadata = namedMetadata(inputs["metadata"], resource.name);
  const value = {
    ...inputs,
    apiVersion: core ? version : `${group}/${version}`,
    kind,
    // A patch says some labels; the object has others.
    metadata:
      patch === undefined ? metadata : { ...metadata, labels: { ...labelsOf(metadata), [UNKNOWN]: true } },
    ...(kind === "SecurityGroupPolicy" ? { spec: withGroupIds(inputs["spec"], resource, groups) } : {}),
  };
  return { value, source, path: [] };
}

/** An object without a name gets one like the resource's when it is made. */
function namedMetadata(metadata: unknown, name: string): Record<string, unknown> {
  const given =
    typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>) : {};
  return given["name"] === undefined && given["generateName"] === undefined
    ? { ...given, generateName: `${name.toLowerCase()}-` }
    : given;
}

function labelsOf({ labels }: Record<string, unknown>): object {
  return typeof labels === "object" && labels !== null ? labels : {};
}

function withGroupIds(spec: unknown, resource: PlannedResource, groups: PlannedGroups): unknown {
  if (typeof spec !== "object" || spec === null) return spec;
  const holder = (spec as { securityGroups?: { groupIds?: unknown } }).securityGroups;
  const values = Array.isArray(holder?.groupIds) ? (holder.groupIds as unknown[]) : [];
  const ids = groups.named(resource, "spec", values);
  return ids === undefined ? spec : { ...spec, securityGroups: { groupIds: ids } };
}
