// Tests: test/proof/groups.test.ts
import type { Declaration, RunningPods } from "../declared";
import { attachmentSelects } from "../reachability/compute";
import { type SecurityGroupPolicy, labelledPod } from "../reachability/read";
import { isOneOf, running } from "./ends";
import type { MadeGroups } from "./madeGroups";
import { podKey, type PolicyWorld } from "./policyWorld";

/** Pods of a plan with the security groups that they carry. */
export interface Carrier {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What people call them. */
  readonly name: string;
  /** Each set of groups that some of these pods have on their interface: while pods restart, two. */
  readonly interfaces: readonly (readonly string[])[];
  /** False where it isn't known yet which groups are attached. */
  readonly known: boolean;
  readonly observed: boolean;
}

/** Pods that get groups of ours though no application declares them. */
export interface UndeclaredPods {
  readonly attachment: SecurityGroupPolicy;
  readonly name: string;
}

/** Who carries which security groups on one cluster. */
export interface Carriers {
  readonly pods: readonly Carrier[];
  readonly strangers: readonly UndeclaredPods[];
}

/** An application's declaration and the name of the component that provisions it. */
export interface PlacedDeclaration {
  readonly component: string;
  readonly declaration: Declaration;
}

type Attaching = PolicyWorld["attaching"];

/** The pods of a cluster, declared or selected by an attachment, with their groups. */
export function carriersOf(
  attaching: Attaching,
  placed: readonly PlacedDeclaration[],
  made: MadeGroups,
): Carriers {
  const own = placed.flatMap(({ component, declaration }) =>
    declaration.workloads.map(({ id, pods, observed, ownGroup }): Carrier => {
      const attached = attachedTo(attaching, pods);
      const [workload = id] = id.split("/");
      const byOutput = [
        made.idOf(component, id) ?? made.idOf(component, workload),
        made.idOf(declaration.cluster, "dns-client"),
      ];
      return {
        namespace: pods.namespace,
        labels: pods.labels,
        name: placed.length > 1 ? `${id} of ${declaration.application}` : id,
        observed: observed || declaration.stage !== "enforce",
        known: attached.known,
        interfaces: interfacesOf(declaration, attached.ids, ownGroup ? byOutput : []),
      };
    }),
  );
  return { pods: [...own, ...othersOf(attaching, placed)], strangers: strangersOf(attaching, placed, made) };
}

/** The pods at the other ends of flows: they have the groups that are attached to them, their service's, or their node's. */
function othersOf(attaching: Attaching, placed: readonly PlacedDeclaration[]): Carrier[] {
  const declared = declaredPods(placed);
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
  return [...others.values()].map(({ namespace, labels, end, declaration }) => {
    const attached = attachedTo(attaching, { namespace, labels });
    const given = end.groups.flatMap((group) => (group.kind === "given" ? [group.id] : []));
    const otherwise = given.length > 0 ? given : nodesOf(declaration);
    const interfaces = [attached.ids.length > 0 ? attached.ids : otherwise];
    return { namespace, labels, name: end.name, observed: false, known: attached.known, interfaces };
  });
}

const declaredPods = (placed: readonly PlacedDeclaration[]) =>
  placed.flatMap(({ declaration }) => declaration.workloads.map(({ pods }) => pods));

function strangersOf(
  attaching: Attaching,
  placed: readonly PlacedDeclaration[],
  made: MadeGroups,
): UndeclaredPods[] {
  const declared = declaredPods(placed);
  return attaching.attachments
    .filter(({ groups }) => groups === undefined || groups.some((id) => made.has(id)))
    .flatMap((attachment): UndeclaredPods[] => {
      const { selects, namespace } = attachment;
      const labels = leastLabels(attachment);
      if (selects.by === "pods") {
        const known = isOneOf({ namespace, labels }, declared);
        return known ? [] : [{ attachment, name: `pods of ${namespace} with ${textOf(labels)}` }];
      }
      // An account that is asked for nothing is anybody's; else some declared workload has to run as one that is meant.
      const meant =
        selects.selector.requirements.length > 0 &&
        declared.some((pods) => matchOf(attachment, attaching, pods) === "yes");
      const name = `pods of ${namespace} whose ServiceAccount has ${textOf(labels)}`;
      return meant ? [] : [{ attachment, name }];
    });
}

/** The labels that a selector asks for and no others: a pod that has just these is selected. */
function leastLabels({ selects: { selector } }: SecurityGroupPolicy): Record<string, string> {
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

const matchOf = (
  attachment: SecurityGroupPolicy,
  attaching: Attaching,
  { namespace, labels, serviceAccount }: RunningPods,
) => attachmentSelects(attachment, attaching, namespace, labelledPod(Object.entries(labels), serviceAccount));

/** The groups that are surely attached to pods, and whether that is all. */
function attachedTo(attaching: Attaching, pods: RunningPods): { ids: readonly string[]; known: boolean } {
  const selecting = attaching.attachments
    .map((attachment) => ({ groups: attachment.groups, match: matchOf(attachment, attaching, pods) }))
    .filter(({ match }) => match !== "no");
  const ids = selecting.flatMap(({ groups, match }) => (match === "yes" ? (groups ?? []) : []));
  return {
    ids: [...new Set(ids)],
    known: selecting.every(({ groups, match }) => match === "yes" && groups !== undefined),
  };
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
    case "off":
    case undefined:
      return [attached.length === 0 ? nodes : attached];
  }
}
