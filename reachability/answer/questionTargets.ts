import type { Protocol } from "../../net";
import type { Analysis } from "../compute";
import type { AddressMeaning } from "./addressMeaning";
import type { Question } from "./question";
import { type ServiceTarget, targetsOf, unknownTarget, workloadId } from "./services";

/** What is asked about, and what to say of how its words were read. */
export interface QuestionTarget extends Omit<Question, "from"> {
  readonly notes: readonly string[];
}

const serviceName = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

/** A Service's target as a question asks about it. */
export const asTarget = (
  { to, port, way, note }: ServiceTarget,
  protocol: Protocol,
  ...notes: string[]
): QuestionTarget => ({
  to,
  protocol,
  port,
  way,
  notes: [...notes, ...(note === undefined ? [] : [note])],
});

/** What is asked about at one address that something has: a Service where it has the port, else the pod or node. */
export function targetsAt(
  analysis: Analysis,
  text: string,
  { ends, services }: Extract<AddressMeaning, { kind: "inside" }>,
  protocol: Protocol,
  port: number,
): readonly QuestionTarget[] {
  const own = services.flatMap(([service, by]) => {
    const note = `${text} is ${by === "cluster" ? "the cluster IP" : "an external address"} of Service ${serviceName(service)}.`;
    return (targetsOf(analysis, service, protocol, port, by) ?? []).map((one) =>
      asTarget(one, protocol, note),
    );
  });
  if (own.length > 0) return own;
  const isNode = ends.some(({ id }) => isInNodesNetwork(analysis, id));
  const byNode = isNode
    ? analysis.world.services.flatMap((service) =>
        (service.opensNodes ? (targetsOf(analysis, service, protocol, port, "node") ?? []) : []).map((one) =>
          asTarget(one, protocol),
        ),
      )
    : [];
  if (byNode.length > 0) return byNode;
  if (ends.length > 0) return ends.map((to) => ({ to, protocol, port, notes: [`${text} is ${to.id}.`] }));
  return services.map(([service]) => {
    const because = `${text} is an address of Service ${serviceName(service)}, which has no ${protocol} port ${port}`;
    return asTarget(unknownTarget(service, port, because), protocol);
  });
}

const isInNodesNetwork = ({ world }: Analysis, id: string): boolean =>
  world.workloads.some(
    ({ kind, namespace, name, variants }) =>
      workloadId({ namespace, name, kind }) === id &&
      variants.some(({ hostNetwork }) => hostNetwork === true),
  );
