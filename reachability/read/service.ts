import { PROTOCOLS } from "../../net";
import type { FieldReader, Fields } from "./fields";
import { UNKNOWN } from "../../kubernetes";
import type { Service } from "./world";

/** Reads a Service as far as questions need it: its selector, and which port leads to which. */
export function readService(fields: FieldReader, object: Fields, namespace: string, name: string): Service {
  const spec = fields.map(object["spec"], ["spec"]) ?? {};
  if (spec === UNKNOWN) return { namespace, name, selector: undefined, ports: [] };
  const map = fields.map(spec["selector"], ["spec", "selector"]);
  const entries = map === undefined || map === UNKNOWN ? [] : Object.entries(map);
  const selector = entries.flatMap(([key, value]): [string, string][] => {
    const text = fields.string(value, ["spec", "selector", key]);
    return typeof text === "string" ? [[key, text]] : [];
  });
  const list = fields.list(spec["ports"], ["spec", "ports"]);
  const ports = (list === undefined || list === UNKNOWN ? [] : list).flatMap((one, i): Service["ports"] => {
    const port = fields.map(one, ["spec", "ports", i]);
    if (port === undefined || port === UNKNOWN) return [];
    const number = port["port"];
    const target = port["targetPort"] ?? number;
    const protocol = PROTOCOLS.find((known) => known === (port["protocol"] ?? "TCP"));
    if (protocol === undefined || typeof number !== "number") return [];
    return typeof target === "number" || typeof target === "string"
      ? [{ protocol, port: number, target }]
      : [];
  });
  return {
    namespace,
    name,
    selector:
      selector.length > 0 && selector.length === entries.length ? Object.fromEntries(selector) : undefined,
    ports,
  };
}
