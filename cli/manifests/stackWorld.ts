import type { Resource } from "../../engine";
import { readDescribed } from "../../reachability/groups/describe";
import { append } from "../../data/grouping";
import type { Source } from "../../reachability/read/problems";
import { UNKNOWN } from "../../reachability/read/unknown";
import type { SourcedObject } from "../../reachability/read/world";
import { type Loaded, type WorldFlags, loadObjects, worldOptions } from "./load";
import { StackGroups } from "./stackGroups";
import { plain } from "./stackValues";

/** `kubernetes:apps/v1:Deployment` and the like; not the chart and file components, nor lists. */
const KUBERNETES = /^kubernetes:(?:([a-z0-9.-]+)\/)?(v\w+):(\w+?)(Patch)?$/;

/** A plan's Kubernetes objects by cluster, and its security groups, which clusters may share. */
export class StackWorlds {
  private readonly byCluster = new Map<string, Resource[]>();
  private readonly groups: StackGroups;

  /** @param stack its name, as sources of evidence call it. */
  constructor(
    private readonly stack: string,
    resources: readonly Resource[],
  ) {
    this.groups = new StackGroups(resources);
    for (const resource of resources) {
      if (KUBERNETES.test(resource.type) && !resource.read) {
        append(this.byCluster, clusterOf(resource), resource);
      }
    }
  }

  /** The names of the Kubernetes providers, one a cluster, in order. */
  get clusters(): readonly string[] {
    return [...this.byCluster.keys()].sort();
  }

  /**
   * One cluster's world. What the plan doesn't know is unknown in it.
   * @throws BadInput with what an API server would refuse.
   */
  world(cluster: string, flags: WorldFlags): Loaded {
    const own = this.byCluster.get(cluster) ?? [];
    const answer = this.groups.answer();
    const file = `stack ${this.stack}`;
    // Groups of another cluster's workloads guard nothing here.
    const guarded =
      answer !== undefined && own.some(({ type }) => type.endsWith(":SecurityGroupPolicy"))
        ? readDescribed([{ file, value: answer }])
        : undefined;
    const sourced = own.map((resource, i) => objectOf(resource, { file, document: i + 1 }, this.groups));
    return loadObjects(sourced, worldOptions(flags, guarded), []);
  }
}

/** The name of the provider that a resource goes through: one a cluster. */
const clusterOf = ({ provider }: Resource): string => provider.split("::").at(-2) ?? "";

function objectOf(resource: Resource, source: Source, groups: StackGroups): SourcedObject {
  const [, group, version = "", kind = "", patch] = KUBERNETES.exec(resource.type) ?? [];
  const inputs = plain(resource.inputs) as Record<string, unknown>;
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

function withGroupIds(spec: unknown, resource: Resource, groups: StackGroups): unknown {
  if (typeof spec !== "object" || spec === null) return spec;
  const holder = (spec as { securityGroups?: { groupIds?: unknown } }).securityGroups;
  const values = Array.isArray(holder?.groupIds) ? (holder.groupIds as unknown[]) : [];
  const ids = groups.named(resource, "spec", values);
  return ids === undefined ? spec : { ...spec, securityGroups: { groupIds: ids } };
}
