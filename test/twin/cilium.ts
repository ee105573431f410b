// Longer than most: Cilium's documentation as one program, which imports nothing of the analyzer's.
import type { Protocol } from "../../net/ports";
import {
  all,
  any,
  blocksMatch,
  labelsOf,
  type Match,
  namespaceLabels,
  type Packet,
  type Resolved,
  selects,
} from "./matches";
import type {
  TwinCiliumPeers,
  TwinCiliumPolicy,
  TwinCiliumPort,
  TwinCiliumRule,
  TwinCiliumSpec,
  TwinPod,
  TwinSelector,
  TwinWorld,
} from "./world";

/** One direction of one packet: whose policies judge, and who is at the other end. */
export interface JudgedByCilium {
  readonly packet: Packet;
  readonly direction: "Ingress" | "Egress";
  /** Not of its node's network: no endpoint is. */
  readonly pod: TwinPod;
  readonly other: Resolved;
}

/**
 * Whether all policies of a pod let a connection pass where Cilium's own kinds are among them, after Cilium's documentation and its
 * policy code (v1.20.2): what is denied stays denied; without default deny all else passes; with it what some rule admits.
 * @param networkPolicies what the NetworkPolicies that isolate the pod come to; undefined where none does
 */
export function ciliumPermits(judged: JudgedByCilium, networkPolicies: Match | undefined): Match {
  const specs = specsFor(judged);
  const isIsolated =
    networkPolicies !== undefined || specs.some((spec) => setsDefaultDeny(spec, judged.direction));
  const admits = specs.flatMap((spec) =>
    rulesOf(spec, judged.direction, "admit").map((rule) => admissionOf(judged, rule)),
  );
  const passes = isIsolated ? any([networkPolicies ?? false, ...admits]) : true;
  return all([spares(judged), passes]);
}

/** Whether nothing denies a connection, whatever else admits it. */
export function spares(judged: JudgedByCilium): Match {
  const denies = specsFor(judged).flatMap((spec) => [
    ...rulesOf(spec, judged.direction, "deny").map((rule) => matchOf(judged, rule)),
    // What asks for content, or for certificates, may refuse what it matches.
    ...rulesOf(spec, judged.direction, "admit").map((rule) => refusalOf(judged, rule)),
  ]);
  const denied = any(denies);
  return denied === "unknown" ? "unknown" : !denied;
}

interface HomedSpec extends TwinCiliumSpec {
  /** Undefined for a clusterwide policy. */
  readonly home: string | undefined;
}

function specsFor({ packet: { world }, pod }: JudgedByCilium): readonly HomedSpec[] {
  return (world.ciliumPolicies ?? [])
    .flatMap((policy) =>
      [policy.spec, ...(policy.specs ?? [])].map((spec) => spec && { ...spec, home: homeOf(policy) }),
    )
    .filter((spec) => spec !== undefined)
    .filter(({ home, endpointSelector }) => {
      if (home === undefined) return hasLabels(endpointSelector, identityOf(world, pod));
      const matchLabels = Object.fromEntries(
        Object.entries(endpointSelector.matchLabels ?? {}).filter(
          ([key]) => key !== "k8s:io.kubernetes.pod.namespace",
        ),
      );
      return (
        pod.namespace === home && hasLabels({ ...endpointSelector, matchLabels }, identityOf(world, pod))
      );
    });
}

const homeOf = ({ kind, metadata }: TwinCiliumPolicy): string | undefined =>
  kind === "CiliumClusterwideNetworkPolicy" ? undefined : (metadata.namespace ?? "default");

function rulesOf(spec: HomedSpec, direction: "Ingress" | "Egress", what: "admit" | "deny") {
  const rules: readonly TwinCiliumRule[] | undefined =
    direction === "Ingress"
      ? what === "admit"
        ? spec.ingress
        : spec.ingressDeny
      : what === "admit"
        ? spec.egress
        : spec.egressDeny;
  return (rules ?? []).map((rule) => ({ ...rule, home: spec.home }));
}

function setsDefaultDeny(spec: HomedSpec, direction: "Ingress" | "Egress"): boolean {
  const asked = direction === "Ingress" ? spec.enableDefaultDeny?.ingress : spec.enableDefaultDeny?.egress;
  const count = rulesOf(spec, direction, "admit").length + rulesOf(spec, direction, "deny").length;
  return count > 0 && asked !== false;
}

type HomedRule = TwinCiliumRule & { readonly home: string | undefined };

const PEER_FIELDS = ["Endpoints", "Entities", "CIDR", "CIDRSet", "FQDNs", "Services", "Groups"] as const;

const peersOf = (rule: TwinCiliumRule): TwinCiliumPeers =>
  Object.fromEntries(
    PEER_FIELDS.map((field) => [
      field,
      (rule as Readonly<Record<string, unknown>>)[`from${field}`] ??
        (rule as Readonly<Record<string, unknown>>)[`to${field}`],
    ]),
  );

/** What the peers of a rule make of the other end; undefined where it names none. */
function peersMatch(judged: JudgedByCilium, rule: HomedRule): Match | undefined {
  const { packet, other } = judged;
  const { Endpoints, Entities, CIDR, CIDRSet, FQDNs, Services, Groups } = peersOf(rule);
  const { world } = packet;
  const isPod = other.pod !== undefined && other.pod.hostNetwork !== true;
  const isOutside = other.pod === undefined;
  if (Endpoints !== undefined)
    return any(Endpoints.map((selector) => isPod && isEndpoint(world, selector, rule.home, other.pod)));
  if (Entities !== undefined) return any(Entities.map((entity) => isOfEntity(judged, entity, Entities)));
  if (CIDR !== undefined)
    return any(
      CIDR.map((cidr) => blocksMatch(packet, { cidrs: [cidr.includes("/") ? cidr : `${cidr}/32`] }, other)),
    );
  if (CIDRSet !== undefined)
    return any(CIDRSet.map(({ cidr, except = [] }) => blocksMatch(packet, { cidrs: [cidr], except }, other)));
  if (FQDNs !== undefined && FQDNs.length > 0) return isPod ? false : "unknown";
  if (Groups !== undefined && Groups.length > 0) return isOutside ? "unknown" : false;
  if (Services !== undefined && Services.length > 0)
    return any(Services.map(({ k8sService }) => isBehind(world, k8sService, other)));
  return undefined;
}

function isEndpoint(
  world: TwinWorld,
  selector: TwinSelector,
  home: string | undefined,
  pod: TwinPod,
): boolean {
  const keys = [
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(({ key }) => key),
  ].map(bare);
  const names = keys.some(
    (key) => key === "io.kubernetes.pod.namespace" || key.startsWith("io.cilium.k8s.namespace.labels."),
  );
  if (!names && home !== undefined && pod.namespace !== home) return false;
  return hasLabels(selector, identityOf(world, pod));
}

function isOfEntity({ pod, other }: JudgedByCilium, entity: string, all: readonly string[]): Match {
  const isNode = other.pod?.hostNetwork === true;
  const isOutside = other.pod === undefined;
  switch (entity) {
    case "all":
      return true;
    case "world":
      return isOutside;
    case "cluster":
      return !isOutside;
    case "kube-apiserver":
      return isNode || isOutside ? "unknown" : false;
    case "host":
    case "remote-node": {
      if (!isNode) return false;
      if (all.includes("host") && all.includes("remote-node")) return true;
      const { node } = other.pod;
      if (node === undefined || pod.node === undefined) return "unknown";
      return (node === pod.node) === (entity === "host");
    }
    default:
      return false;
  }
}

function isBehind(
  world: TwinWorld,
  { serviceName, namespace }: { readonly serviceName: string; readonly namespace?: string },
  { pod }: Resolved,
): Match {
  const meant = (world.services ?? []).filter(
    (one) => one.name === serviceName && (namespace === undefined || one.namespace === namespace),
  );
  if (meant.length === 0) return "unknown";
  return meant.some(
    ({ namespace: home, selector }) =>
      pod !== undefined &&
      pod.hostNetwork !== true &&
      pod.namespace === home &&
      selects({ matchLabels: selector }, labelsOf(world, pod)),
  );
}

/** What a rule's ports make of the packet, `asks` apart: those that ask for content, or the others. */
function portsMatch({ packet }: JudgedByCilium, rule: TwinCiliumRule, asks?: boolean): boolean {
  if ((rule.icmps ?? []).length > 0) return false;
  const list = rule.toPorts ?? [];
  if (list.length === 0) return asks !== true;
  return list
    .filter((one) => asks === undefined || (one.rules?.http !== undefined) === asks)
    .some(({ ports = [] }) => ports.some((port) => isOfPort(packet, port)));
}

function isOfPort({ destination, protocol, port, world }: Packet, one: TwinCiliumPort): boolean {
  const protocols: readonly Protocol[] =
    one.protocol === undefined || one.protocol === "ANY" ? ["TCP", "UDP", "SCTP"] : [one.protocol];
  if (!protocols.includes(protocol)) return false;
  const number = Number(one.port);
  if (Number.isInteger(number))
    return number === 0 || (number <= port && port <= Math.max(number, one.endPort ?? number));
  const { pod } = destination;
  if (pod === undefined || pod.hostNetwork === true || world.cni !== "cilium") return false;
  // One port for a name, the last one, and no sidecars' names.
  const named = (pod.containerPorts ?? []).filter(({ name }) => name === one.port.toLowerCase()).at(-1);
  return named !== undefined && (named.protocol ?? "TCP") === protocol && named.containerPort === port;
}

/** Whether a rule says anything: without peers and ports it means nobody. */
const isSilent = (rule: TwinCiliumRule, peers: Match | undefined): boolean =>
  peers === undefined && (rule.toPorts ?? []).length === 0 && (rule.icmps ?? []).length === 0;

function matchOf(judged: JudgedByCilium, rule: HomedRule): Match {
  const peers = peersMatch(judged, rule);
  if (isSilent(rule, peers)) return false;
  // Cilium doesn't look Services up for what is denied.
  const means = (peersOf(rule).Services ?? []).length > 0 ? "unknown" : (peers ?? true);
  return all([means, portsMatch(judged, rule)]);
}

function admissionOf(judged: JudgedByCilium, rule: HomedRule): Match {
  const peers = peersMatch(judged, rule);
  if (isSilent(rule, peers)) return false;
  const asks = rule.authentication?.mode === "required";
  const plain = portsMatch(judged, rule, false);
  const content = portsMatch(judged, rule, true);
  return all([
    peers ?? true,
    asks && (plain || content) ? "unknown" : plain ? true : content ? "unknown" : false,
  ]);
}

/** What a rule that asks for more than peers and ports may refuse. */
function refusalOf(judged: JudgedByCilium, rule: HomedRule): Match {
  const peers = peersMatch(judged, rule);
  if (isSilent(rule, peers)) return false;
  const asks =
    portsMatch(judged, rule, true) || (rule.authentication?.mode === "required" && portsMatch(judged, rule));
  return asks ? all([peers ?? true, "unknown"]) : false;
}

const bare = (key: string): string => key.replace(/^(k8s|any):/, "");

function hasLabels(selector: TwinSelector, labels: Readonly<Record<string, string>>): boolean {
  // Each by itself: two spellings of one key are two conditions.
  const conditions: TwinSelector[] = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
      matchLabels: { [bare(key)]: value },
    })),
    ...(selector.matchExpressions ?? []).map((one) => ({
      matchExpressions: [{ ...one, key: bare(one.key) }],
    })),
  ];
  return conditions.every((condition) => selects(condition, labels));
}

/** The labels of a pod's identity. */
function identityOf(world: TwinWorld, pod: TwinPod): Readonly<Record<string, string>> {
  const ofNamespace = Object.entries(namespaceLabels(world, pod.namespace)).map(
    ([key, value]) => [`io.cilium.k8s.namespace.labels.${key}`, value] as const,
  );
  return {
    ...labelsOf(world, pod),
    ...Object.fromEntries(ofNamespace),
    "io.kubernetes.pod.namespace": pod.namespace,
    "io.cilium.k8s.policy.serviceaccount": "default",
  };
}
