import { NAMESPACE_NAME_LABEL, namespacedName } from "../../kubernetes";
import type { AddressSet, Family } from "../../net";
import { type CiliumSettings, type Cni, type CniTraits, traitsOf } from "./cni";
import type { GroupWorld } from "./groups";
import { endId, UNKNOWN_NAME } from "./identity";
import { k3sPolicy } from "./k3sPolicies";
import { vpcCniPolicy } from "./vpcCniPolicies";
import { ServicesByNamespace, withServiceRules } from "./vpcCniServices";
import { resolveReferences } from "./otherWorkloads";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import { warnOfOthers } from "./otherKinds/warnOfOthers";
import { withNodeAddresses } from "./node";
import { withEndpoints } from "./service";
import { sharedRuleSets } from "./sharedRuleSets";
import { foldOwned } from "./owners";
import type { DirectionRules, NetworkPolicy } from "./policy";
import { withRepresentatives } from "./representatives";
import type { Warnings } from "./warnings";
import type { PodSet, World } from "./world";
import type { Store } from "./store";
import { apart, madePolicies } from "./otherKinds/madePolicies";
import { withNamedPeers } from "./namedPeers";
import { computedFor, otherPoliciesFor } from "./computedFor";

/** API servers that differ in what they refuse: since 1.36 CIDRs have to be canonical in new objects. */

export type KubernetesVersion = "1.35" | "1.36";

/** What the manifests don't say. */
export interface WorldOptions {
  readonly podRanges?: readonly AddressSet[];
  /** Where pods are of which neither address nor range is known; by default anywhere, so that ipBlocks may match. */
  readonly unplaced?: World["unplaced"];
  /** The cluster's network plugin; by default `any`. */
  readonly cni?: Cni;
  readonly cilium?: CiliumSettings;
  /** The API server's version, as far as it decides what is refused: 1.36 and newer by default, or older. */
  readonly kubernetes?: KubernetesVersion;
  /** Whether to add ends that no manifest holds; by default when no workload is given. `peers`: then, and else those alone that policies name. */
  readonly representatives?: boolean | "peers";
  /** Files whose objects needn't be right: what an API server would refuse there is left out, and counted. */
  readonly tolerant?: ReadonlySet<string>;
  /** Policies of kinds that a cluster doesn't let us list. */
  readonly unseen?: readonly UncomputedPolicy[];
  /** Whether warnings name all their subjects. */
  readonly verbose?: boolean;
  /** The AWS side; SecurityGroupPolicy manifests say what is attached to whom. */
  readonly groups?: Omit<GroupWorld, "attachments" | "serviceAccounts">;
}

/** A world as another plugin would enforce it. */
export function enforcedAs(world: World, cni: Cni, traits: CniTraits = traitsOf(cni)): World {
  const notComputed = new Set(
    [...world.writtenTiers, ...world.writtenCilium].flatMap(({ otherwise }) => otherwise),
  );
  const others = world.uncomputed.filter(
    (policy) => !notComputed.has(policy) && policy.because !== "shared rules" && policy.because !== "field",
  );
  const other = {
    ...world,
    ...computedFor(cni, world, others),
    cni,
    traits,
    policies: world.written,
  };
  return asEnforced(other);
}

/** A world with its policies as its plugin reads them, and what it can't be known to make of some. */
function asEnforced(world: World): World {
  const enforced = { ...world, policies: policiesAsEnforced(world) };
  return world.cni === "aws-vpc-cni"
    ? { ...enforced, uncomputed: [...world.uncomputed, ...sharedRuleSets(enforced)] }
    : enforced;
}

/** The policies as the cluster's plugin reads them, where that isn't what they say. */
function policiesAsEnforced(world: World): readonly NetworkPolicy[] {
  const { cni, traits, policies } = world;
  const read = traits.rulesBeyondTypes ? policies.map(withRulesBeyondTypes) : policies;
  if (cni === "k3s") return read.map((policy) => k3sPolicy(policy, world));
  if (cni !== "aws-vpc-cni") return read;
  const services = new ServicesByNamespace(world);
  return read.map((policy) => vpcCniPolicy(withServiceRules(policy, services), world));
}

/** A policy for a plugin that obeys, and isolates by, rules of a direction that policyTypes leaves out. */
function withRulesBeyondTypes(policy: NetworkPolicy): NetworkPolicy {
  const counted = (side: DirectionRules): DirectionRules =>
    side.isolates === "yes" || side.rules.length === 0 ? side : { ...side, isolates: "yes" };
  return { ...policy, ingress: counted(policy.ingress), egress: counted(policy.egress) };
}

/** With neither an address nor the cluster's pod ranges, it isn't known which ipBlocks match a pod. */
function warnOfUnplaced(
  workloads: readonly PodSet[],
  policies: readonly NetworkPolicy[],
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
    const subject = endId(kind, { namespace, name });
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
  workloads: readonly PodSet[],
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
  workloads: readonly PodSet[],
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

/** A world of what was read, and what isn't known of it because the manifests don't say. */
export function assemble(
  store: Store,
  standIns: readonly UncomputedPolicy[],
  options: WorldOptions,
  warnings: Warnings,
): World {
  const cni = options.cni ?? "any";
  const traits = traitsOf(cni, options.cilium);
  resolveReferences(store);
  const { missing, shown } = apart(store.makers, store.files);
  const workloads = withNodeAddresses(foldOwned(store.workloads, warnings), store.nodes);
  const namespaces = new Map(store.namespaces);
  const services = withEndpoints(store.services, store.endpoints);
  const others = otherPoliciesFor(cni, store, services, [...standIns, ...madePolicies(missing)]);
  const { cilium, uncomputed } = others;
  for (const { namespace } of [
    ...workloads,
    ...store.policies,
    ...cilium,
    ...uncomputed.filter(({ because }) => because !== "made"),
    ...store.attachments,
  ]) {
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
  warnOfOthers(uncomputed, { missing, shown }, warnings);
  const world: World = {
    namespaces,
    workloads: [...workloads, ...store.nodes],
    policies: store.policies,
    written: store.policies,
    services,
    ...others,
    makers: missing,
    groups:
      options.groups === undefined
        ? undefined
        : { ...options.groups, attachments: store.attachments, serviceAccounts: store.serviceAccounts },
    podRanges: options.podRanges ?? [],
    nodeRanges: store.nodeRanges,
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
    const subject = store.attachments.map(namespacedName).join(", ");
    warnings.add(
      "SecurityGroupPolicies were not taken into account: their groups' rules are not given",
      subject,
    );
  }
  const enforced = asEnforced(world);
  if (workloads.length > 0 && options.representatives === "peers") return withNamedPeers(enforced, warnings);
  return (options.representatives ?? true) && (options.representatives === true || workloads.length === 0)
    ? withRepresentatives(enforced, warnings)
    : enforced;
}
