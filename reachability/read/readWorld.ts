import { throwProblems } from "../../problems";
import { type KnownLabels, NAMESPACE_NAME_LABEL, UNKNOWN, withLabels } from "../../kubernetes";
import { FieldReader, type Fields, type Findings, newFindings } from "./fields";
import { readGroupAttachment } from "./groupAttachment";
import { type Identity, objectText, readIdentity, UNKNOWN_NAME } from "./identity";
import { eachKinded, type KindedObject } from "./kinds";
import { readLabels } from "./readLabels";
import { readNetworkPolicy } from "./networkPolicy";
import { readOtherWorkload } from "./otherWorkloads";
import { nodeWorkload, podRangesOf } from "./node";
import { readOwner, readPodSelector } from "./owners";
import { type ObjectProblem, objectProblem, sourceText } from "./problems";
import { sameObject } from "./sameObject";
import { readEndpoints, readEndpointSlice } from "./endpoints";
import { readService } from "./service";
import { readShape } from "./workload";
import { type SourcedObject, WORKLOAD_KINDS, type WorkloadKind, type World } from "./world";
import { isEmptyStore, joinStores, newStore, type Store } from "./store";
import { addStandIn, joinConflict, type Tolerated } from "./tolerance";
import { assemble, type WorldOptions } from "./assembleWorld";

export type { WorldOptions };

/** A world, and what is to be said of how it was read. */
export interface ReadWorld {
  readonly world: World;
  readonly warnings: readonly string[];
  /** In tolerated files: what an API server would refuse, and objects that differ under one name. */
  readonly refused: readonly ObjectProblem[];
  readonly conflicts: readonly ObjectProblem[];
  /** Whether there is nothing to judge: no workload, no policy, no Namespace. */
  readonly isEmpty: boolean;
}

/**
 * Reads Kubernetes objects into a world.
 * @param objects parsed documents: plain values, in which UNKNOWN may stand for any part.
 * @returns the world, and what is worth saying about it.
 * @throws PalisadeInputError with every problem, when some object is not what an API server would accept.
 */
export function readWorld(objects: Iterable<SourcedObject>, options: WorldOptions = {}): ReadWorld {
  const findings = newFindings(options.kubernetes === "1.35");
  const store = newStore();
  const seen = new Map<string, KindedObject>();
  const tolerated: Tolerated = { refused: [], conflicts: [], standIns: [...(options.unseen ?? [])] };
  const isTolerated = (file: string) => options.tolerant?.has(file) === true;
  eachKinded(noted(objects, store.files), findings, {
    read: (object) => {
      if (isTolerated(object.source.file)) readTolerantly(object, seen, findings, store, tolerated);
      else readObject(object, seen, findings, store);
    },
    uncomputed: (policies) => store.uncomputed.push(...policies),
    tier: (policy) => store.tiers.push(policy),
    cilium: (object) => {
      store.cilium.push(object);
      store.uncomputed.push(...object.otherwise);
    },
    maker: (maker) => store.makers.push(maker),
  });
  tolerated.refused.push(...findings.problems.filter(({ place: [{ source }] }) => isTolerated(source)));
  throwProblems(findings.problems.filter(({ place: [{ source }] }) => !isTolerated(source)));
  const { refused, conflicts, standIns } = tolerated;
  const isEmpty = isEmptyStore(store) && standIns.length === 0;
  const world = assemble(store, standIns, options, findings.warnings);
  return { world, warnings: findings.warnings.texts(options.verbose === true), refused, conflicts, isEmpty };
}

/** Objects as they come, with a note of their files. */
function* noted(objects: Iterable<SourcedObject>, files: Set<string>): Generator<SourcedObject> {
  for (const object of objects) {
    files.add(object.source.file);
    yield object;
  }
}

/** Reads one object, unless it was read before: the same twice is one, and different ones under one name a problem. */
function readObject(
  object: KindedObject,
  seen: Map<string, KindedObject>,
  findings: Findings,
  store: Store,
): void {
  const { kind, fields: value, source, path } = object;
  const fields = new FieldReader(source, path, kind, findings);
  const identity = identityOf(fields, object, seen);
  if (identity === undefined) return;
  const earlier = seen.get(fields.where);
  if (earlier === undefined || identity.name === UNKNOWN_NAME) {
    seen.set(fields.where, object);
    readInto(fields, object, identity, store);
  } else if (!sameObject(kind, earlier.fields, value)) {
    fields.problem([], `is also in ${sourceText(earlier.source)}, but different`);
  }
}

/** The same for an object that needn't be right: what it may change is unknown where it is refused, or one of several. */
function readTolerantly(
  object: KindedObject,
  seen: Map<string, KindedObject>,
  { shared, warnings, takesLaxCidrs }: Findings,
  store: Store,
  tolerated: Tolerated,
): void {
  const { kind, fields: value, source, path } = object;
  const problems: ObjectProblem[] = [];
  const fields = new FieldReader(source, path, kind, { problems, warnings, shared, takesLaxCidrs });
  const identity = identityOf(fields, object, seen);
  const own = newStore();
  if (identity !== undefined) readInto(fields, object, identity, own);
  const earlier = seen.get(fields.where);
  if (problems.length > 0) {
    tolerated.refused.push(...problems);
    addStandIn(object, identity, store, tolerated);
  } else if (earlier === undefined || identity?.name === UNKNOWN_NAME) {
    seen.set(fields.where, object);
    joinStores(store, own);
  } else if (!sameObject(kind, earlier.fields, value)) {
    const message = `is also in ${sourceText(earlier.source)}, but different`;
    tolerated.conflicts.push(objectProblem(source, fields.where, path, message));
    joinConflict(store, own, tolerated);
  }
}

/** Whose object it is; undefined, with a problem, where nothing tells. Problems call it so from here on. */
function identityOf(
  fields: FieldReader,
  { kind, fields: value }: KindedObject,
  seen: ReadonlyMap<string, KindedObject>,
): Identity | undefined {
  const read = readIdentity(fields, value);
  if (read === undefined) return undefined;
  const text = (named: Identity) =>
    kind === "Namespace" || kind === "Node" ? `${kind} ${named.name}` : objectText(kind, named);
  // Each that the API server names by a prefix is an object of its own.
  let identity = read;
  for (let n = 2; read.generated && seen.has(text(identity)); n++)
    identity = { ...read, name: `${read.name}${n}` };
  fields.where = text(identity);
  return identity;
}

function readInto(fields: FieldReader, object: KindedObject, identity: Identity, store: Store): void {
  const { kind, fields: value, source } = object;
  const { namespace, name } = identity;
  const workload = WORKLOAD_KINDS.find((known) => known === kind);
  if (workload !== undefined) {
    if (isOver(workload, value["status"])) return;
    const shape = readShape(fields, value, workload, name);
    const owner = readOwner(fields, value);
    const selector = readPodSelector(fields, value, workload);
    store.workloads.push({ kind: workload, namespace, name, shapes: [shape], owner, selector });
    return;
  }
  if (object.row !== undefined) {
    readOtherWorkload(fields, value, identity, object.row, store);
    return;
  }
  switch (kind) {
    case "NetworkPolicy":
      fields.isStored = isExported(value);
      store.policies.push(readNetworkPolicy(fields, value, { namespace, name, source }));
      return;
    case "Namespace":
      store.namespaces.set(name, withLabels(ownLabels(fields, value), { [NAMESPACE_NAME_LABEL]: name }));
      return;
    case "Service":
      store.services.push(readService(fields, value, namespace, name));
      return;
    case "Endpoints":
      store.endpoints.push(...readEndpoints(value, namespace, name));
      return;
    case "EndpointSlice": {
      const endpoints = readEndpointSlice(value, namespace);
      if (endpoints !== undefined) store.endpoints.push(endpoints);
      return;
    }
    case "ServiceAccount":
      store.serviceAccounts.set(`${namespace}/${name}`, ownLabels(fields, value));
      return;
    case "Node":
      store.nodes.push(nodeWorkload(fields, value, name));
      for (const range of podRangesOf(value)) store.nodeRanges.push(range);
      return;
    case "SecurityGroupPolicy":
      store.attachments.push(readGroupAttachment(fields, value, namespace, name));
      return;
    default:
      throw new Error(`kind ${kind} is on the list of kinds to read, and nothing reads it`);
  }
}

/** Whether an object comes from a cluster: an API server has written into it. */
function isExported({ status, metadata }: Fields): boolean {
  const { uid, resourceVersion } =
    typeof metadata === "object" && metadata !== null ? (metadata as Fields) : {};
  return [status, uid, resourceVersion].some((one) => one !== undefined && one !== null);
}

function ownLabels(fields: FieldReader, object: Fields): KnownLabels {
  const metadata = fields.map(object["metadata"], ["metadata"]);
  const map = metadata === undefined || metadata === UNKNOWN ? undefined : metadata["labels"];
  return readLabels(fields, map, ["metadata", "labels"]);
}

/** A completed pod has no network any more, and a finished Job no pods. */
function isOver(kind: WorkloadKind, status: unknown): boolean {
  if (typeof status !== "object" || status === null) return false;
  const { phase, conditions } = status as { phase?: unknown; conditions?: unknown };
  if (kind === "Pod") return phase === "Succeeded" || phase === "Failed";
  return (
    kind === "Job" &&
    Array.isArray(conditions) &&
    (conditions as readonly ({ type?: unknown; status?: unknown } | null)[]).some(
      (one) => (one?.type === "Complete" || one?.type === "Failed") && one.status === "True",
    )
  );
}
