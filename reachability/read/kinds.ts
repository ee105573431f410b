import { type Fields, type Findings, shown } from "./fields";
import type { Path, Source } from "./problems";
import type { SourcedObject } from "./world";

/** Kinds that are read, and the API group that each belongs to. */
const GROUPS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Namespace: [""],
    Pod: [""],
    Service: [""],
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

/** Kinds of other policy languages: they change what is reachable, and aren't computed. */
const OTHER_POLICIES =
  /^(Cluster|Global|Admin|Baseline|Cilium|Application|Staged|AuthorizationPolicy|Antrea).*Policy$|^AuthorizationPolicy$/;

/** One object that is read: its kind is settled, and where it stands. */
export interface KindedObject {
  readonly kind: string;
  readonly fields: Fields;
  readonly source: Source;
  readonly path: Path;
}

/** What is done with each object that is read. */
type Visit = (object: KindedObject) => void;

/**
 * Visits the objects to read, Lists taken apart. Kinds that aren't read are counted in the warnings; what is no
 * Kubernetes object at all too.
 */
export function eachKinded(objects: Iterable<SourcedObject>, findings: Findings, visit: Visit): void {
  for (const object of objects) open(object, undefined, { findings, visit, seen: new Map(), depth: 0 });
}

/** Lists in lists: more than anybody writes, fewer than a stack holds. */
const MAX_DEPTH = 50;

/** The way through one document's Lists. */
interface Walk {
  readonly findings: Findings;
  readonly visit: Visit;
  /** Items met, by what kind their list gives them: an alias that repeats one adds nothing, and a million would take forever. */
  readonly seen: Map<unknown, Set<string | undefined>>;
  readonly depth: number;
}

function open(object: SourcedObject, assumed: string | undefined, walk: Walk): void {
  const { findings, visit } = walk;
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
  const kind = fields["kind"] ?? assumed;
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
  const version = fields["apiVersion"];
  if (!GROUPS.has(kind)) {
    skip(kind, source, findings);
  } else if (version === undefined && assumed === undefined) {
    problem(object, kind, "apiVersion", "is missing", findings);
  } else if (version !== undefined && typeof version !== "string") {
    problem(object, kind, "apiVersion", `expected a string, found ${shown(version)}`, findings);
  } else if (!belongs(kind, version)) {
    skip(`${version ?? ""} ${kind}`, source, findings);
  } else if (kind === "NetworkPolicy" && version !== undefined && version !== "networking.k8s.io/v1") {
    const message = `${version} is not served; write networking.k8s.io/v1`;
    problem(object, kind, "apiVersion", message, findings);
  } else {
    visit({ kind, fields, source, path });
  }
}

function problem(
  { source, path }: SourcedObject,
  kind: unknown,
  field: string,
  message: string,
  { problems }: Findings,
): void {
  const where = typeof kind === "string" ? kind : shown(kind);
  problems.push({ source, where, path: [...path, field], message });
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
  const assumed = kind === "List" ? undefined : kind.slice(0, -"List".length);
  for (const [i, value] of (items as readonly unknown[]).entries()) {
    const met = seen.get(value);
    if (met?.has(assumed) === true) continue;
    if (met === undefined) seen.set(value, new Set([assumed]));
    else met.add(assumed);
    open({ value, source, path: [...path, "items", i] }, assumed, { ...walk, depth: depth + 1 });
  }
}

/** Whether a kind that is read is of the API group that a version names. */
export function belongs(kind: string, version: string | undefined): boolean {
  if (version === undefined) return true;
  const group = version.includes("/") ? version.slice(0, version.indexOf("/")) : "";
  return GROUPS.get(kind)?.includes(group) ?? false;
}

function skip(kind: string, source: Source, findings: Findings): void {
  const subject = `${kind} in ${source.file}`;
  if (OTHER_POLICIES.test(kind) || kind.endsWith(" NetworkPolicy")) {
    findings.warnings.addEach(
      "policies of other kinds were not taken into account, so the answer may be wrong about them",
      subject,
    );
  } else {
    findings.warnings.addEach("objects of kinds that don't bear on reachability were skipped", subject);
  }
}
