import type { Protocol } from "../net/ports";
import type { Analysis } from "./analysis";
import type { End } from "./ends";
import { matches } from "./selector";
import type { Service } from "./world";

/** The ends behind a Service's port, and the port that it leads to at each: policies see the pods, not the Service. */
export function behind(
  { world, ends }: Analysis,
  service: Service,
  protocol: Protocol,
  port: number,
): readonly { readonly end: End; readonly port: number }[] {
  const { selector, ports } = service;
  const mapping = ports.find((one) => one.protocol === protocol && one.port === port);
  if (selector === undefined || mapping === undefined) return [];
  const requirements = Object.entries(selector).map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: [value],
  }));
  const byId = new Map(ends.map((end) => [end.id, end]));
  return world.workloads.flatMap(({ kind, namespace, name, variants }) => {
    const end = byId.get(`${namespace}/${name}[${kind}]`);
    if (end === undefined || namespace !== service.namespace) return [];
    const selected = variants.find(
      ({ labels }) => matches({ requirements, complete: true, key: "" }, labels) !== "no",
    );
    if (selected === undefined) return [];
    const { target } = mapping;
    const number =
      typeof target === "number"
        ? target
        : selected.namedPorts.find((one) => one.name === target && one.protocol === protocol)?.port;
    return number === undefined ? [] : [{ end, port: number }];
  });
}
