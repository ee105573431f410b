import { type Labels, NAMESPACE_NAME_LABEL, UNKNOWN, withLabels } from "../../kubernetes";
import type { AddressSet, Family } from "../../net";
import { type CiliumSettings, type Cni, type CniTraits, traitsOf } from "./cni";
import { FieldReader, type Fields, type Findings, newFindings } from "./fields";
import { readGroupAttachment } from "./groupAttachment";
import type { GroupWorld } from "./groups";
import { type Identity, objectText, readIdentity, UNKNOWN_NAME } from "./identity";
import { eachKinded, type KindedObject } from "./kinds";
import { readLabels } from "./readLabels";
import { k3sPolicy } from "./k3sPolicies";
import { vpcCniPolicy } from "./vpcCniPolicies";
import { readNetworkPolicy } from "./networkPolicy";
import { makerOf } from "./otherKinds/makerTable";
import { readOtherShapes } from "./otherKinds/readWorkload";
import { type UncomputedPolicy, uncomputedText } from "./otherKinds/uncomputed";
import { workloadRowAs } from "./otherKinds/workloadTable";
import { nodeWorkload, podRangesOf, withNodeAddresses } from "./node";
import { foldOwned, readOwner, readPodSelector } from "./owners";
import type { DirectionRules, Policy } from "./policy";
import { type Problem, problemText, type Source } from "./problems";
import { withRepresentatives } from "./representatives";
import { sameObject } from "./sameObject";
import { readService } from "./service";
import type { Warnings } from "./warnings";
import { readShape } from "./workload";
import { type SourcedObject, type Workload, WORKLOAD_KINDS, type World } from "./world";
import { isEmptyStore, joinStores, newStore, type Store } from "./store";
import { addStandIn, joinConflict, type Tolerated } from "./tolerance";
import { withNamedPeers } from "./namedPeers";

/** What the manifests don't say. */
export interface WorldOptions {
  readonly podRanges?: readonly AddressSet[];
  /** Where pods are of which neither address nor range is known; by default anywhere, so that ipBlocks may match. */
  readonly unplaced?: World["unplaced"];
  /** The cluster's network plugin; by default `any`. */
  readonly cni?: Cni;
  readonly cilium?: CiliumSettings;
  /** Whether to add ends that no manifest holds; by default when no workload is given. `peers`: then, and else those alone that policies name. */
  readonly representatives?: boolean | "peers";
  /** Files whose objects needn't be right: what an API server would refuse there is left out, and counted. */
  readonly tolerant?: ReadonlySet<string>;
  /** Whether warnings name all their subjects. */
  readonly verbose?: boolean;
  /** The AWS side; SecurityGroupPolicy manifests say what is attached to whom. */
  readonly groups?: Omit<GroupWorld, "attachments" | "serviceAccounts">;
}

/** A world that isn't one: every problem of the input, at once. */
export class InputError extends Error {
  override readonly name = "InputError";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(problemText).join("\n"));
  }
}

/** A world, and what is to be said of how it was read. */
export interface ReadWorld {
  readonly world: World;
  readonly warnings: readonly string[];
  /** In tolerated files: what an API server would refuse, and objects that differ under one name. */
  readonly refused: readonly Problem[];
  readonly conflicts: readonly Problem[];
  /** Whether there is nothing to judge: no workload, no policy, no Namespace. */
  readonly isEmpty: boolean;
}

/**
 * Reads Kubernetes objects into a world.
 * @param objects parsed documents: plain values, in which UNKNOWN may stand for any part.
 * @returns the world, and what is worth saying about it.
 * @throws InputError with every problem, when some object is not what an API server would accept.
 */
export function readWorld(objects: Iterable<SourcedObject>, options: WorldOptions = {}): ReadWorld {
  const findings = newFindings();
  const store = newStore();
  const seen = new Map<string, KindedObject>();
  const tolerated: Tolerated = { refused: [], conflicts: [], standIns: [] };
  const isTolerated = ({ file }: Source) => options.tolerant?.has(file) === true;
  eachKinded(objects, findings, {
    read: (object) => {
      if (isTolerated(object.source)) readTolerantly(object, seen, findings, store, tolerated);
      else readObject(object, seen, findings, store);
    },
    uncomputed: (policies) => store.uncomputed.push(...policies),
    maker: (maker) => store.makers.push(maker),
  });
  tolerated.refused.push(...findings.problems.filter(({ source }) => isTolerated(source)));
  const problems = findings.problems.filter(({ source }) => !isTolerated(source));
  if (problems.length > 0) throw new InputError(problems);
  const { refused, conflicts, standIns } = tolerated;
  const isEmpty = isEmptyStore(store) && standIns.length === 0;
  const world = assemble(store, standIns, options, findings.warnings);
  return { world, warnings: findings.warnings.texts(options.verbose === true), refused, conflicts, isEmpty };
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
    const { file, document } = earlier.source;
    fields.problem([], `is also in ${file}, document ${document}, but different`);
  }
}

/** The same for an object that needn't be right: what it may change is unknown where it is refused, or one of several. */
function readTolerantly(
  object: KindedObject,
  seen: Map<string, KindedObject>,
  { shared, warnings }: Findings,
  store: Store,
  tolerated: Tolerated,
): void {
  const { kind, fields: value, source, path } = object;
  const problems: Problem[] = [];
  const fields = new FieldReader(source, path, kind, { problems, warnings, shared });
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
    tolerated.conflicts.push({
      source,
      where: fields.where,
      path,
      message: `is also in ${earlier.source.file}, document ${earlier.source.document}, but different`,
    });
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
    if (workload === "Pod" && isOver(value["status"])) return;
    const shape = readShape(fields, value, workload, name);
    const owner = readOwner(fields, value);
    const selector = readPodSelector(fields, value, workload);
    store.workloads.push({ kind: workload, namespace, name, shapes: [shape], owner, selector });
    return;
  }
  const other = workloadRowAs(kind);
  if (other !== undefined) {
    const shapes = readOtherShapes(fields, value, other);
    if (shapes.length === 0) store.makers.push(makerOf(kind, value, "pods"));
    else
      store.workloads.push({
        kind,
        namespace,
        name,
        shapes,
        owner: readOwner(fields, value),
        selector: undefined,
      });
    return;
  }
  switch (kind) {
    case "NetworkPolicy":
      store.policies.push(readNetworkPolicy(fields, value, { namespace, name, source }));
      return;
    case "Namespace":
      store.namespaces.set(name, withLabels(ownLabels(fields, value), { [NAMESPACE_NAME_LABEL]: name }));
      return;
    case "Service":
      store.services.push(readService(fields, value, namespace, name));
      return;
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

function ownLabels(fields: FieldReader, object: Fields): Labels {
  const metadata = fields.map(object["metadata"], ["metadata"]);
  const map = metadata === undefined || metadata === UNKNOWN ? undefined : metadata["labels"];
  return readLabels(fields, map, ["metadata", "labels"]);
}

/** A completed pod has no network any more. */
function isOver(status: unknown): boolean {
  const phase =
    typeof status === "object" && status !== null ? (status as { phase?: unknown }).phase : undefined;
  return phase === "Succeeded" || phase === "Failed";
}

/** The policies as the cluster's plugin reads them, where that isn't what they say. */
function policiesAsEnforced(world: World): readonly Policy[] {
  const { cni, traits, policies } = world;
  const read = traits.rulesBeyondTypes ? policies.map(withRulesBeyondTypes) : policies;
  if (cni === "k3s") return read.map((policy) => k3sPolicy(policy, world));
  return cni === "aws-vpc-cni" ? read.map((policy) => vpcCniPolicy(policy, world)) : read;
}

/** A policy for a plugin that obeys, and isolates by, rules of a direction that policyTypes leaves out. */
function withRulesBeyondTypes(policy: Policy): Policy {
  const counted = (side: DirectionRules): DirectionRules =>
    side.isolates === "yes" || side.rules.length === 0 ? side : { ...side, isolates: "yes" };
  return { ...policy, ingress: counted(policy.ingress), egress: counted(policy.egress) };
}

/** With neither an address nor the cluster's pod ranges, it isn't known which ipBlocks match a pod. */
function warnOfUnplaced(
  workloads: readonly Workload[],
  policies: readonly Policy[],
  { podRanges = [], unplaced }: WorldOptions,
  traits: CniTraits,
  warnings: Warnings,
): void {
  const blocks = policies.some(({ ingress, egress }) =>
    [...ingress.rules, ...egress.rules].some(
      ({ peers }) => peers !== "everyone" && peers.some(({ kind }) => kind === "block"),
    ),
  );
  if (!blocks || podRanges.length > 0 || !traits.blocksMatch.pods) return;
  for (const { namespace, name, kind, variants } of workloads) {
    if (!variants.some(({ addresses, hostNetwork }) => addresses === undefined && hostNetwork === false))
      continue;
    const subject = `${namespace}/${name}[${kind}]`;
    warnings.add(
      unplaced === "in no block"
        ? "ipBlocks were taken not to match pods whose addresses aren't known; --pod-cidr says where they are"
        : "it isn't known whether ipBlocks match pods whose addresses aren't known; --pod-cidr says where they are",
      subject,
    );
  }
}

/** The families of pods' addresses: of the ranges that are given, else those that pods and nodes show. */
function podFamiliesOf(
  workloads: readonly Workload[],
  given: readonly AddressSet[],
  nodeRanges: readonly AddressSet[],
): readonly Family[] {
  const found = new Set<Family>();
  const add = (addresses: AddressSet | undefined) => {
    for (const family of addresses?.families() ?? []) found.add(family);
  };
  for (const range of given.length > 0 ? given : nodeRanges) add(range);
  for (const { variants } of given.length > 0 ? [] : workloads) {
    for (const { hostNetwork, addresses } of variants) if (hostNetwork === false) add(addresses);
  }
  return [...found].sort((a, b) => a - b);
}

/** ServiceAccounts whose labels a SecurityGroupPolicy asks for, and that no manifest shows. */
function warnOfAccounts(
  { attachments, serviceAccounts }: Store,
  workloads: readonly Workload[],
  { groups }: WorldOptions,
  warnings: Warnings,
): void {
  if (groups === undefined) return;
  for (const { namespace, name, selects } of attachments) {
    if (selects.by !== "serviceAccounts") continue;
    for (const { serviceAccount } of workloads.flatMap((one) =>
      one.namespace === namespace ? one.variants : [],
    )) {
      if (typeof serviceAccount !== "string" || serviceAccounts.has(`${namespace}/${serviceAccount}`))
        continue;
      warnings.add(
        "which pods a serviceAccountSelector means isn't known where the ServiceAccount isn't given",
        `SecurityGroupPolicy ${namespace}/${name}: ServiceAccount ${namespace}/${serviceAccount}`,
      );
    }
  }
}

/** What the answer lacks or leaves open because of objects that other projects' controllers act on. */
function warnOfOthers({ uncomputed, makers }: Store, warnings: Warnings): void {
  for (const policy of uncomputed)
    warnings.add("what policies of kinds that aren't computed may change is unknown", uncomputedText(policy));
  for (const { kind, namespace, name, into, makes } of makers) {
    const what =
      makes === "pods" ? "pods that these make" : "objects that these make, pods and policies among them,";
    const where = into === undefined ? ", in any namespace" : into === namespace ? "" : `, in ${into}`;
    warnings.add(
      `${what} aren't in the input, so the answer lacks them`,
      `${kind} ${namespace}/${name}${where}`,
    );
  }
}

function assemble(
  store: Store,
  standIns: readonly UncomputedPolicy[],
  options: WorldOptions,
  warnings: Warnings,
): World {
  const cni = options.cni ?? "any";
  const traits = traitsOf(cni, options.cilium);
  const workloads = withNodeAddresses(foldOwned(store.workloads, warnings), store.nodes);
  const namespaces = new Map(store.namespaces);
  const uncomputed = [...store.uncomputed, ...standIns];
  for (const { namespace } of [...workloads, ...store.policies, ...uncomputed, ...store.attachments]) {
    if (namespace === "" || namespaces.has(namespace)) continue;
    const known = namespace !== UNKNOWN_NAME;
    namespaces.set(namespace, {
      known: new Map<string, string>(known ? [[NAMESPACE_NAME_LABEL, namespace]] : []),
      complete: known,
    });
    if (known) {
      warnings.add("namespaces are referred to but not given; their only label is their name", namespace);
    }
  }
  warnOfUnplaced(workloads, store.policies, options, traits, warnings);
  warnOfOthers(store, warnings);
  const world: World = {
    namespaces,
    workloads: [...workloads, ...store.nodes],
    services: store.services,
    policies: store.policies,
    uncomputed,
    makers: store.makers,
    groups:
      options.groups === undefined
        ? undefined
        : { ...options.groups, attachments: store.attachments, serviceAccounts: store.serviceAccounts },
    podRanges: options.podRanges ?? [],
    podFamilies: podFamiliesOf(workloads, options.podRanges ?? [], store.nodeRanges),
    unplaced: options.unplaced ?? "anywhere",
    cni,
    traits,
  };
  if (options.groups !== undefined && options.groups.nodeGroups === undefined) {
    warnings.add(
      "ends are judged without their nodes' security groups, which are not given",
      "pods that no SecurityGroupPolicy selects",
    );
  }
  warnOfAccounts(store, workloads, options, warnings);
  if (options.groups === undefined && store.attachments.length > 0) {
    const subject = store.attachments.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
    warnings.add(
      "SecurityGroupPolicies were not taken into account: their groups' rules are not given",
      subject,
    );
  }
  const enforced = { ...world, policies: policiesAsEnforced(world) };
  if (workloads.length > 0 && options.representatives === "peers") return withNamedPeers(enforced, warnings);
  return (options.representatives ?? true) && (options.representatives === true || workloads.length === 0)
    ? withRepresentatives(enforced, warnings)
    : enforced;
}
