import type { DeclaredAddresses, DeclaredEnd, DeclaredFlow, DeclaredPods, RunningPods } from "../declared";
import { AddressSet, GLOBAL_UNICAST_V6, NEVER_INTERNET, parsePortSpec, PortSet } from "../net";

/** Addresses of an end, and the ports on which it has them, where these aren't the flow's. */
export interface EndAddresses {
  readonly addresses: AddressSet;
  readonly kind: "internet" | "blocks" | "service";
  readonly ports: PortSet | undefined;
}

/** A declared flow, its texts read. */
export interface ReadFlow {
  readonly flow: DeclaredFlow;
  readonly from: ReadEnd;
  readonly to: ReadEnd;
  readonly ports: PortSet;
}

/** A declared end, its texts read. */
export interface ReadEnd {
  readonly end: DeclaredEnd;
  readonly parts: readonly EndAddresses[];
}

/** @throws CidrError or PortSpecError for a text that isn't a block or a port. */
export const readFlow = (flow: DeclaredFlow): ReadFlow => ({
  flow,
  from: readEnd(flow.from),
  to: readEnd(flow.to),
  ports: portsOf(flow.ports),
});

const readEnd = (end: DeclaredEnd): ReadEnd => ({ end, parts: end.addresses.map(readAddresses) });

const portsOf = (specs: readonly string[]): PortSet => PortSet.of(specs.map(parsePortSpec));

export const PUBLIC = { 4: AddressSet.allV4, 6: AddressSet.of(GLOBAL_UNICAST_V6) } as const;

function readAddresses(given: DeclaredAddresses): EndAddresses {
  switch (given.kind) {
    case "blocks":
      return {
        addresses: AddressSet.of(...given.cidrs),
        kind: given.service === true ? "service" : "blocks",
        ports: given.ports === undefined ? undefined : portsOf(given.ports),
      };
    case "internet": {
      const all = given.families.reduce((sum, family) => sum.union(PUBLIC[family]), AddressSet.empty);
      const own = AddressSet.of(...given.except);
      const addresses = NEVER_INTERNET.reduce((left, { set }) => left.subtract(set), all.subtract(own));
      return { addresses, kind: "internet", ports: undefined };
    }
  }
}

/** The ports that a flow opens at a part of its target, or from a part of its source. */
export const portsAt = ({ ports }: ReadFlow, part: EndAddresses): PortSet => part.ports ?? ports;

/** A pod as selectors see it. */
export interface PodLabels {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a pod is one of some declared ones: in their namespace, with all their labels. */
export const isOneOf = (pod: PodLabels, declared: readonly DeclaredPods[]): boolean =>
  declared.some(
    ({ namespace, labels }) =>
      namespace === pod.namespace &&
      (labels === "every-pod" || Object.entries(labels).every(([key, value]) => pod.labels[key] === value)),
  );

/** The pods for which what is declared has to be open: each instance of a workload that runs as instances. */
export function running({ pods }: DeclaredEnd): RunningPods[] {
  return pods.flatMap(({ namespace, labels, serviceAccount, instances }) =>
    instances === undefined
      ? [
          {
            namespace,
            labels: labels === "every-pod" ? {} : labels,
            ...(serviceAccount === undefined ? {} : { serviceAccount }),
          },
        ]
      : instances.map((instance) => ({ namespace, ...instance })),
  );
}

/** A part of the addresses, with ports: what is left of an opening when flows are taken out of it. */
export interface Remainder {
  readonly addresses: AddressSet;
  readonly ports: PortSet;
}

/** Takes an opening out of remainders. */
export const without = (
  remainders: readonly Remainder[],
  addresses: AddressSet,
  ports: PortSet,
): Remainder[] =>
  remainders.flatMap((remainder) => {
    const inside = remainder.addresses.intersect(addresses);
    if (inside.isEmpty() || !remainder.ports.overlaps(ports)) return [remainder];
    return [
      { addresses: remainder.addresses.subtract(addresses), ports: remainder.ports },
      { addresses: inside, ports: remainder.ports.subtract(ports) },
    ].filter((rest) => !rest.addresses.isEmpty() && !rest.ports.isEmpty());
  });
