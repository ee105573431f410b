import path from "node:path";
import { PreviewError, preview, readProject, type Resource } from "../../engine";
import { readDescribed } from "../../reachability/groups/describe";
import { UNKNOWN } from "../../reachability/unknown";
import type { SourcedObject } from "../../reachability/world";
import { BadInput, type Loaded, type WorldFlags, loadObjects, worldOptions } from "./load";
import { StackGroups } from "./stackGroups";
import { plain } from "./stackValues";

/** `kubernetes:apps/v1:Deployment` and the like; not the chart and file components, nor lists. */
const KUBERNETES = /^kubernetes:(?:([a-z0-9.-]+)\/)?(v\w+):(\w+?)(Patch)?$/;

/**
 * The world of a stack's plan, from the embedded preview: its Kubernetes objects, and its security groups if it has
 * some. What the preview doesn't know is unknown here. A stack of several clusters needs `--cluster`.
 * @throws BadInput when the program fails, or the stack or cluster isn't there.
 */
export async function loadStack(stack: string, flags: WorldFlags): Promise<Loaded> {
  const resources = await planned(stack, flags.cwd ?? ".");
  const objects = resources.filter(({ type, read }) => KUBERNETES.test(type) && !read);
  const clusters = [...new Set(objects.map(clusterOf))].sort();
  const cluster = chosen(clusters, flags.cluster, stack);
  const groups = new StackGroups(resources);
  const answer = groups.answer();
  const own = objects.filter((one) => clusterOf(one) === cluster);
  const fromStack =
    answer === undefined ? undefined : readDescribed([{ file: `stack ${stack}`, value: answer }]);
  // Groups of another cluster's workloads guard nothing here.
  const guarded = own.some(({ type }) => type.endsWith(":SecurityGroupPolicy")) ? fromStack : undefined;
  const sourced = own.map((resource, i) => objectOf(resource, stack, i, groups));
  return loadObjects(sourced, worldOptions(flags, guarded), []);
}

async function planned(stack: string, folder: string): Promise<readonly Resource[]> {
  let printed = "";
  try {
    const project = readProject(folder);
    const name = stack.split("/").at(-1) ?? stack;
    const result = await preview({
      project,
      stack,
      packs: [],
      answersFile: path.resolve(project.root, `Pulumi.${name}.answers.json`),
      answerRemedy: `record it with palisade preview --stack ${stack} --record`,
      output: (text) => (printed += text),
    });
    return result.resources;
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    throw new BadInput([...error.problems, ...printed.split("\n").filter((line) => line !== "")]);
  }
}

/** The name of the provider that a resource goes through: one a cluster. */
const clusterOf = ({ provider }: Resource): string => provider.split("::").at(-2) ?? "";

function chosen(clusters: readonly string[], wanted: string | undefined, stack: string): string {
  const names = clusters.join(", ");
  if (wanted !== undefined) {
    if (clusters.includes(wanted)) return wanted;
    throw new BadInput([`--cluster ${wanted}: stack ${stack} has ${names === "" ? "no cluster" : names}`]);
  }
  const [only, ...others] = clusters;
  if (only === undefined) throw new BadInput([`stack ${stack} registers no Kubernetes object`]);
  if (others.length === 0) return only;
  throw new BadInput([`stack ${stack} spans several clusters: choose one by --cluster: ${names}`]);
}

function objectOf(resource: Resource, stack: string, index: number, groups: StackGroups): SourcedObject {
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
  return { value, source: { file: `stack ${stack}`, document: index + 1 }, path: [] };
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
