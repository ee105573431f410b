import { MAX_PORT, PROTOCOLS, type PortRange, PortSet, type Protocol } from "../net";
import { isPortName } from "./names";
import { UNKNOWN, type Unknown } from "./unknown";

/** The fields of a NetworkPolicyPort as they are written; undefined where one is absent or null. */
export interface WrittenPort {
  readonly protocol: unknown;
  readonly port: unknown;
  readonly endPort: unknown;
}

/** A port by name: its number is the destination's to say, for each protocol. */
export interface NamedPort {
  readonly protocol: Protocol;
  readonly name: string;
}

/** What one port of a rule opens. */
export type ReadPort =
  | { readonly kind: "range"; readonly range: PortRange }
  | { readonly kind: "named"; readonly port: NamedPort }
  /** Some ports among these. */
  | { readonly kind: "unknown"; readonly among: PortSet }
  /** What the API server refuses: each fault with the field that it is about. */
  | { readonly kind: "refused"; readonly faults: readonly PortFault[] };

export interface PortFault {
  readonly field: keyof WrittenPort;
  /** `80 isn't a port name`; `needs a port`. */
  readonly message: string;
}

/** A number that a port can have. */
export const isPort = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_PORT;

export const isProtocol = (value: unknown): value is Protocol => PROTOCOLS.some((one) => one === value);

/**
 * Reads one port of a NetworkPolicy's rule as the API server does: no protocol is TCP, no port is every port of the
 * protocol; a text is a container port's name, never a number; `endPort` goes with a number only.
 * Source: k8s.io/kubernetes, pkg/apis/networking/validation, ValidateNetworkPolicyPort.
 * @param show a value as a message has it.
 */
export function readPolicyPort(
  { protocol = "TCP", port, endPort }: WrittenPort,
  show: (value: unknown) => string,
): ReadPort {
  const faults: PortFault[] = [];
  const fault = (field: keyof WrittenPort, message: string) => faults.push({ field, message });
  if (protocol !== UNKNOWN && !isProtocol(protocol)) {
    fault("protocol", `${show(protocol)} is none of ${PROTOCOLS.join(", ")}`);
  }
  if (port !== undefined && port !== UNKNOWN && !isPort(port)) {
    if (typeof port !== "string") fault("port", `${show(port)} isn't a port: 1-${MAX_PORT} or a name`);
    else if (!isPortName(port)) {
      fault(
        "port",
        `${show(port)} isn't a port name${/^\d+$/.test(port) ? ": write a number without quotes" : ""}`,
      );
    }
  }
  if (endPort !== undefined) {
    if (endPort !== UNKNOWN && !isPort(endPort)) {
      fault("endPort", `${show(endPort)} isn't a port number 1-${MAX_PORT}`);
    } else if (port === undefined) fault("endPort", "needs a port");
    else if (typeof port === "string") fault("endPort", `can't follow the named port "${port}"`);
    else if (isPort(port) && isPort(endPort) && endPort < port) {
      fault("endPort", `${endPort} is less than port ${port}`);
    }
  }
  return faults.length > 0
    ? { kind: "refused", faults }
    : meaning(protocol as Protocol | Unknown, port, endPort);
}

/** Of what the API server takes. */
function meaning(protocol: Protocol | Unknown, port: unknown, endPort: unknown): ReadPort {
  if (protocol === UNKNOWN) return { kind: "unknown", among: PortSet.all };
  if (port === UNKNOWN || endPort === UNKNOWN) return { kind: "unknown", among: PortSet.allOf(protocol) };
  if (typeof port === "string") return { kind: "named", port: { protocol, name: port } };
  if (!isPort(port)) return { kind: "range", range: { protocol, from: 1, to: MAX_PORT } };
  return { kind: "range", range: { protocol, from: port, to: isPort(endPort) ? endPort : port } };
}
