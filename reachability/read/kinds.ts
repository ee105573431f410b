import { type Fields, type Findings, shown } from "./fields";
import { type Maker, readMaker } from "./otherKinds/makerTable";
import { readUncomputed } from "./otherKinds/readPolicy";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import { readTierPolicy } from "./tiers/readTierPolicy";
import type { CiliumObject } from "./cilium/ciliumPolicy";
import { readCiliumPolicy } from "./cilium/readCiliumPolicy";
import type { TierPolicy } from "./tiers/tierPolicy";
import { foreignName, foreignRow, workloadRow, type WorkloadRow } from "./otherKinds/workloadTable";
import type { Path } from "../../problems";
import { objectProblem, type Source } from "./problems";
import type { SourcedObject } from "./world";

/** Kinds that are read, and the API group that each belongs to. */
export const GROUPS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Namespace: [""],
    Pod: [""],
    Service: [""],
    Endpoints: [""],
    EndpointSlice: ["discovery.k8s.io"],
    ServiceAccount: [""],
    Node: [""],
    ReplicationController: [""],
    Deployment: ["apps", "extensions"],
    DaemonSet: ["apps", "extensions"],
    ReplicaSet: ["apps", "extensions"],
    StatefulSet: ["apps"],
    Job: ["batch"],
    CronJob: ["batch"],
    NetworkPolicy: ["networking.k8s.io", "extensions"],
    SecurityGroupPolicy: ["vpcresources.k8s.aws"],
  }),
);

/** One object that is read: its kind is settled, and where it stands. */
export interface KindedObject {
  readonly kind: string;
  readonly fields: Fields;
  readonly source: Source;
  readonly path: Path;
  /** Of another project's workload: where its pods are described. */
  readonly row?: WorkloadRow;
}

/** What is done with each object, by what its kind is to the answer. */
export interface Visitor {
  /** An object that is read. */
  readonly read: (object: KindedObject) => void;
  /** An object whose kind changes what is reachable, and isn't computed: what it may change. */
  readonly uncomputed: (policies: readonly UncomputedPolicy[]) => void;
  /** A policy of a tier before or after NetworkPolicies. */
  readonly tier: (policy: TierPolicy) => void;
  /** A policy of Cilium's own kinds. */
  readonly cilium: (object: CiliumObject) => void;
  /** An object that makes pods or policies which the input doesn't show. */
  readonly maker: (maker: Maker) => void;
}

/**
 * Visits objects, Lists taken apart. Kinds that have nothing to do with the answer are counted in the warnings; what
 * is no Kubernetes object at all too.
 */
export function eachKinded(objects: Iterable<SourcedObject>, findings: Findings, visitor: Visitor): void {
  for (const object of objects) open(object, undefined, { findings, visitor, seen: new Map(), depth: 0 });
}

/** Lists in lists: more than anybody writes, fewer than a stack holds. */
const MAX_DEPTH = 50;

/** The way through one document's Lists. */
interface Walk {
  readonly findings: Findings;
  readonly visitor: Visitor;
  /** Items met, by what kind their list gives them: an alias that repeats one adds nothing, and a million would take forever. */
  readonly seen: Map<unknown, Set<string | undefined>>;
  readonly depth: number;
}

/** What a list of one kind says of its items, which needn't repeat it. */
interface Assumed {
  readonly kind: string;
  readonly version: unknown;
}

function open(object: SourcedObject, assumed: Assumed | undefined, walk: Walk): void {
  const { findings, visitor } = walk;
  const { value, source, path } = object;
  if (value === null || value === undefined) return;
  if (typeof value !== "object" || Array.isArray(value)) {
    findings.warnings.addEach(
      "documents that aren't Kubernetes objects were skipped",
      `${source.file}, ${shown(value)}`,
    );
    return;
  }
  const fields = value as Fields;
  const kind = fields["kind"] ?? assumed?.kind;
  if (kind === undefined) {
    findings.warnings.addEach("documents that aren't Kubernetes objects were skipped", source.file);
    return;
  }
  if (typeof kind !== "string") {
    problem(object, kind, "kind", `expected a string, found ${shown(kind)}`, findings);
    return;
  }
  if (kind.endsWith("List") && !GROUPS.has(kind) && (kind === "List" || Array.isArray(fields["items"]))) {
    openList(object, fields, kind, walk);
    return;
  }
  const version = fields["apiVersion"] ?? assumed?.version;
  if (version !== undefined && typeof version !== "string") {
    if (GROUPS.has(kind))
      problem(object, kind, "apiVersion", `expected a string, found ${shown(version)}`, findings);
    else skip(kind, source, findings);
    return;
  }
  const group = groupOf(version);
  if (GROUPS.has(kind) && version === undefined && assumed === undefined) {
    problem(object, kind, "apiVersion", "is missing", findings);
  } else if (!belongs(kind, version)) {
    openOther({ kind, group, version }, object, fields, walk);
  } else if (kind === "NetworkPolicy" && version !== undefined && version !== "networking.k8s.io/v1") {
    const message = `${version} is not served; write networking.k8s.io/v1`;
    problem(object, kind, "apiVersion", message, findings);
  } else {
    visitor.read({ kind, fields, source, path });
  }
}

/** An object of a kind that isn't Kubernetes' own: a workload, a policy, something that makes either, or none of these. */
function openOther(
  named: { readonly kind: string; readonly group: string; readonly version: unknown },
  { source, path }: SourcedObject,
  fields: Fields,
  { findings, visitor }: Walk,
): void {
  const row = workloadRow(named.kind, named.group);
  if (row !== undefined) {
    visitor.read({ kind: row.as, fields, source, path, row });
    return;
  }
  const policies = readUncomputed(named, fields, source);
  const maker = readMaker(named, fields, source);
  const foreign = foreignRow(named.kind, named.group, fields);
  if (policies !== undefined) {
    const cilium = readCiliumPolicy(named, fields, source, policies);
    const read = readTierPolicy(named, fields, source, policies);
    if (cilium !== undefined) visitor.cilium(cilium);
    else if ("tier" in read) visitor.tier(read.tier);
    else visitor.uncomputed(read.uncomputed);
  } else if (maker !== undefined) visitor.maker(maker);
  else if (foreign !== undefined) {
    findings.warnings.addEach(
      "objects of kinds that aren't known hold a pod template, and were taken for workloads whose pods may have more labels and ports",
      `${foreign.as} in ${source.file}`,
    );
    visitor.read({ kind: foreign.as, fields, source, path, row: foreign });
  } else
    skip(
      named.group !== "" && GROUPS.has(named.kind) ? `${named.group} ${named.kind}` : named.kind,
      source,
      findings,
    );
}

function problem(
  { source, path }: SourcedObject,
  kind: unknown,
  field: string,
  message: string,
  { problems }: Findings,
): void {
  const where = typeof kind === "string" ? kind : shown(kind);
  problems.push(objectProblem(source, where, [...path, field], message));
}

function openList(object: SourcedObject, fields: Fields, kind: string, walk: Walk): void {
  const { findings, seen, depth } = walk;
  const { source, path } = object;
  if (depth === MAX_DEPTH) {
    problem(object, kind, "items", `Lists are nested more than ${MAX_DEPTH} deep`, findings);
    return;
  }
  const items = fields["items"] ?? [];
  if (!Array.isArray(items)) {
    problem(object, kind, "items", `expected a list, found ${shown(items)}`, findings);
    return;
  }
  const assumed: Assumed | undefined =
    kind === "List" ? undefined : { kind: kind.slice(0, -"List".length), version: fields["apiVersion"] };
  for (const [i, value] of (items as readonly unknown[]).entries()) {
    const met = seen.get(value);
    if (met?.has(assumed?.kind) === true) continue;
    if (met === undefined) seen.set(value, new Set([assumed?.kind]));
    else met.add(assumed?.kind);
    open({ value, source, path: [...path, "items", i] }, assumed, { ...walk, depth: depth + 1 });
  }
}

/** The API group of an `apiVersion`; empty for the core group, and where none is given. */
const groupOf = (version: string | undefined): string =>
  version?.includes("/") === true ? version.slice(0, version.indexOf("/")) : "";

/** Whether a kind that is read is of the API group that a version names. */
function belongs(kind: string, version: string | undefined): boolean {
  const groups = GROUPS.get(kind);
  return groups !== undefined && (version === undefined || groups.includes(groupOf(version)));
}

/** What ends call an owner's kind; undefined where its objects are none of ours. */
export function kindNamed(kind: string, version: string | undefined): string | undefined {
  if (belongs(kind, version)) return kind;
  const group = groupOf(version);
  return workloadRow(kind, group)?.as ?? (group.includes(".") ? foreignName(kind, group) : undefined);
}

function skip(kind: string, source: Source, findings: Findings): void {
  const subject = `${kind} in ${source.file}`;
  findings.warnings.addEach("objects of kinds that don't bear on reachability were skipped", subject);
}
