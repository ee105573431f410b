import type { Declaration, DeclaredGroup } from "../declared";
import { attachedGroups } from "../reachability/compute";
import { type GroupAttachment, type GroupWorld, readWorld } from "../reachability/read";
import { UNKNOWN } from "../kubernetes";
import { isOneOf, running } from "./ends";
import type { PlannedObjects } from "./plannedObjects";
import { podKey } from "./policyWorld";

/** Pods of a plan with the security groups that they carry. */
export interface Carrier {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What people call them. */
  readonly name: string;
  /** Each set of groups that some of these pods have on their interface: while pods restart, two. */
  readonly interfaces: readonly (readonly string[])[];
  /** False where not all groups are known yet. */
  readonly known: boolean;
  readonly observed: boolean;
}

/** Pods that get groups of ours though no application declares them. */
export interface Stranger {
  readonly attachment: GroupAttachment;
  readonly name: string;
}

/** Who carries which security groups on one cluster. */
export interface Carriers {
  readonly pods: readonly Carrier[];
  readonly strangers: readonly Stranger[];
}

/** The groups that components say they make, by component and key. */
export class MadeGroups {
  private readonly ids = new Map<string, string>();
  /** By component, its URN. */
  private readonly components = new Map<string, string>();

  constructor(planned: PlannedObjects) {
    for (const { type, name, urn, outputs } of planned.resources) {
      if (!MAKERS.has(type)) continue;
      this.components.set(`${type} ${name}`, urn);
      const groups = outputs["groups"];
      if (typeof groups !== "object" || groups === null) continue;
      for (const [key, group] of Object.entries(groups)) {
        if (typeof group === "string") this.ids.set(`${name} ${key}`, planned.groups.idOf(group));
      }
    }
  }

  /** The id of a group, as rules name it; undefined where the component makes none. */
  idOf(component: string, key: string): string | undefined {
    return this.ids.get(`${component} ${key}`);
  }

  /** A database's component. */
  databaseUrn(component: string): string | undefined {
    return this.components.get(`${DATABASE} ${component}`);
  }

  /** The ids of all. */
  get all(): ReadonlySet<string> {
    return new Set(this.ids.values());
  }
}

const DATABASE = "palisade:index:DatabaseAccess";
const MAKERS = new Set([DATABASE, "palisade:index:WorkloadSecurityGroups", "palisade:index:ClusterAccess"]);

/** An application's declaration and the name of the component that provisions it. */
export interface Placed {
  readonly component: string;
  readonly declaration: Declaration;
}

/** The pods of a cluster, declared or selected by an attachment, with their groups. */
export function carriersOf(
  planned: PlannedObjects,
  cluster: string,
  placed: readonly Placed[],
  made: MadeGroups,
): Carriers {
  const { world } = readWorld(planned.objects(cluster), {
    representatives: false,
    groups: {
      groups: [],
      guarded: [],
      nodeGroups: undefined,
      vpc: undefined,
      externalSnat: true,
    },
  });
  const { groups } = world;
  if (groups === undefined) return { pods: [], strangers: [] };
  const own = placed.flatMap(({ component, declaration }) =>
    declaration.workloads.map(({ id, pods, observed, ownGroup }) => {
      const labels = pods.labels === "every-pod" ? {} : pods.labels;
      const { namespace, serviceAccount } = pods;
      const byOutput = made.idOf(component, id) ?? made.idOf(component, id.split("/")[0] ?? id);
      const attached = attachedTo(groups, namespace, labels, serviceAccount);
      return {
        namespace,
        labels,
        name: placed.length > 1 ? `${id} of ${declaration.application}` : id,
        observed: observed || declaration.stage !== "enforce",
        known: attached.known,
        interfaces: interfacesOf(
          declaration,
          attached.ids,
          ownGroup ? [byOutput, made.idOf(cluster, "dns-client")] : [],
        ),
      };
    }),
  );
  const declared = placed.flatMap(({ declaration }) => declaration.workloads.map(({ pods }) => pods));
  const others = new Map(
    placed
      .flatMap(({ declaration }) =>
        declaration.flows.flatMap(({ from, to }) =>
          [from, to].flatMap((end) => running(end).map((pod) => ({ ...pod, end, declaration }))),
        ),
      )
      .filter((pod) => !isOneOf(pod, declared))
      .map((pod) => [podKey(pod.namespace, pod.labels), pod] as const),
  );
  const foreign = [...others.values()].map(({ namespace, labels, end, declaration }): Carrier => {
    const attached = attachedTo(groups, namespace, labels, undefined);
    const given = end.groups.flatMap((group) => (group.kind === "given" ? [group.id] : []));
    const fallback = given.length > 0 ? given : nodesOf(declaration);
    return {
      namespace,
      labels,
      name: end.name,
      observed: false,
      known: attached.known,
      interfaces: [attached.ids.length > 0 ? attached.ids : fallback],
    };
  });
  const ours = made.all;
  const strangers = groups.attachments
    .filter((one) => one.groups === undefined || one.groups.some((id) => ours.has(id)))
    .flatMap((attachment): Stranger[] => {
      const { selects, namespace } = attachment;
      if (selects.by === "serviceAccounts") return [];
      const labels = leastLabels(attachment);
      return isOneOf({ namespace, labels }, declared)
        ? []
        : [{ attachment, name: `pods of ${namespace} with ${textOf(labels)}` }];
    });
  return { pods: [...own, ...foreign], strangers };
}

/** The labels that a selector asks for and no others: a pod that has just these is selected. */
function leastLabels({ selects: { selector } }: GroupAttachment): Record<string, string> {
  return Object.fromEntries(
    selector.requirements.flatMap(({ key, operator, values: [value] }) =>
      operator === "In" && typeof value === "string"
        ? [[key, value]]
        : operator === "Exists"
          ? [[key, "any"]]
          : [],
    ),
  );
}

const textOf = (labels: Readonly<Record<string, string>>): string =>
  Object.keys(labels).length === 0
    ? "any labels"
    : Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");

function attachedTo(
  groups: GroupWorld,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  serviceAccount: string | undefined,
): { ids: readonly string[]; known: boolean } {
  const { ids, own } = attachedGroups(groups, namespace, {
    labels: { known: new Map(Object.entries(labels)), complete: true },
    hostNetwork: false,
    namedPorts: [],
    portsComplete: false,
    addresses: undefined,
    node: undefined,
    serviceAccount: serviceAccount ?? UNKNOWN,
  });
  const unknown = groups.attachments.some((one) => one.namespace === namespace && one.groups === undefined);
  return { ids: own ? (ids ?? []) : [], known: !unknown };
}

const nodesOf = ({ aws }: Declaration): string[] => (aws?.node.kind === "given" ? [aws.node.id] : []);

/** Which groups pods have: those attached, or the nodes'; while they restart, one or the other. */
function interfacesOf(
  declaration: Declaration,
  attached: readonly string[],
  byOutput: readonly (string | undefined)[],
): (readonly string[])[] {
  const nodes = nodesOf(declaration);
  const held = byOutput.filter((id) => id !== undefined);
  switch (declaration.aws?.podSecurityGroups) {
    case "migrating":
      return attached.length === 0 ? [nodes] : [attached, nodes];
    case "leaving":
      // Nothing attaches groups any more, and pods that run still hold theirs.
      return held.length === 0 ? [nodes] : [[...attached, ...held], nodes];
    case "on":
      return [attached.length === 0 ? nodes : attached];
    case "off":
    case undefined:
      return [attached.length === 0 ? nodes : attached];
  }
}

/** The id of a declared group; undefined for a made one that the plan doesn't hold, and for prefix lists. */
export function groupId(group: DeclaredGroup, made: MadeGroups): string | undefined {
  switch (group.kind) {
    case "given":
      return group.id;
    case "made":
      return made.idOf(group.component, group.group);
    case "prefix-list":
      return undefined;
  }
}
