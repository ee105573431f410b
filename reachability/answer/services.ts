import type { Protocol } from "../../net";
import type { Analysis, End } from "../compute";
import { matches } from "../../kubernetes";
import type { PodShape, Service, Workload, World } from "../read";

/** A workload that a Service selects: the id of its end, and the first of its pods that is selected. */
interface SelectedWorkload {
  readonly id: string;
  readonly shape: PodShape;
}

/** The workloads that a Service selects, surely or perhaps. */
export function selectedBy(
  { workloads }: World,
  { namespace, selector }: Service,
): readonly SelectedWorkload[] {
  if (selector === undefined) return [];
  const requirements = Object.entries(selector).map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: [value],
  }));
  const selects = ({ labels }: PodShape) =>
    matches({ requirements, complete: true, key: "" }, labels) !== "no";
  return workloads.flatMap((workload: Workload) => {
    const shape = workload.namespace === namespace ? workload.variants.find(selects) : undefined;
    return shape === undefined ? [] : [{ id: `${namespace}/${workload.name}[${workload.kind}]`, shape }];
  });
}

/** The ends behind a Service's port, and the port that it leads to at each: policies see the pods, not the Service. */
export function endsBehindService(
  { world, ends }: Analysis,
  service: Service,
  protocol: Protocol,
  port: number,
): readonly { readonly end: End; readonly port: number }[] {
  const mapping = service.ports.find((one) => one.protocol === protocol && one.port === port);
  if (mapping === undefined) return [];
  const { target } = mapping;
  const byId = new Map(ends.map((end) => [end.id, end]));
  return selectedBy(world, service).flatMap(({ id, shape }) => {
    const end = byId.get(id);
    const number =
      typeof target === "number"
        ? target
        : shape.namedPorts.find((one) => one.name === target && one.protocol === protocol)?.port;
    return end === undefined || number === undefined ? [] : [{ end, port: number }];
  });
}
