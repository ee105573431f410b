// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import type { PortFact, RuleFact, ServicePortFact } from "../../facts";
import type { SeenWorkload } from "../../judgment";

/** Whether a rule for addresses may open a Service's own port. */
export const mayOpen = ({ ports }: RuleFact, { port, protocol }: ServicePortFact): boolean =>
  !ports.known ||
  ports.value.length === 0 ||
  ports.value.some(
    (one) =>
      !one.port.known ||
      !one.protocol.known ||
      !protocol.known ||
      (one.protocol.value === protocol.value &&
        (one.port.value === undefined || (port.known && holdsNumber(one, port.value)))),
  );

/** Whether a rule for pods opens the way to them that a Service's port leads by. */
export const opensPods = (
  ports: readonly PortFact[],
  port: ServicePortFact,
  pods: readonly SeenWorkload[],
): boolean =>
  ports.length === 0 ||
  ports.some(
    (one) =>
      isSameProtocol(one, port) &&
      one.port.known &&
      (one.port.value === undefined || hasTarget(one, targets(port, pods))),
  );

const hasTarget = (one: PortFact, found: readonly Target[]): boolean =>
  found.some((target) => holdsNumber(one, target) || (one.port.known && one.port.value === target));

/**
 * Whether a rule opens a Service's port by its target, as the controller resolves it: its number is the target's, or the first of the rule's
 * range, and no port before it has the same target.
 */
export const opensPort = (
  { ports }: RuleFact,
  port: ServicePortFact,
  earlier: readonly ServicePortFact[],
  pods: readonly SeenWorkload[],
): boolean =>
  ports.known &&
  (ports.value.length === 0 ||
    ports.value.some((one) => {
      if (!isSameProtocol(one, port) || !one.port.known) return !one.port.known;
      const { value } = one.port;
      if (value === undefined) return true;
      const isTarget = (some: ServicePortFact) =>
        isSameProtocol(one, some) && targets(some, pods).includes(value);
      return isTarget(port) && !earlier.some(isTarget);
    }));

const isSameProtocol = (one: PortFact, { protocol }: ServicePortFact): boolean =>
  one.protocol.known && protocol.known && one.protocol.value === protocol.value;

function holdsNumber({ port, endPort }: PortFact, number: number | string | undefined): boolean {
  if (!port.known || !endPort.known || typeof port.value !== "number" || typeof number !== "number")
    return false;
  return port.value <= number && number <= (endPort.value ?? port.value);
}

type Target = number | string;

/** A Service port's target: as it is written, and what pods behind it have for it under another spelling. */
function targets({ target, protocol }: ServicePortFact, pods: readonly SeenWorkload[]): readonly Target[] {
  if (!target.known || target.value === undefined || !protocol.known) return [];
  const { value } = target;
  const others = pods.flatMap(({ pods: { namedPorts } }) =>
    [...(namedPorts.known ? namedPorts.value : [])].flatMap(([key, number]): Target[] => {
      const [own, name = ""] = key.split("/");
      if (own !== protocol.value) return [];
      return value === name ? [number] : value === number ? [name] : [];
    }),
  );
  return [value, ...others];
}

export const portText = ({ port, name }: ServicePortFact): string =>
  `port ${String(port.known ? (port.value ?? "") : (name.known && name.value) || "")}`;
