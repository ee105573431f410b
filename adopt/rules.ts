import { PortSet } from "../net";
import { atPath, atSource, atSubject, type Path, type Place } from "../problems";
import { type NetworkPolicy, objectText, type PodSet, type RulePorts } from "../reachability/read";
import { shapesOf } from "./workloads";

/** A rule as it stands in the input. */
export const placeOf = ({ source, namespace, name }: NetworkPolicy, path: Path = []): Place => [
  ...(source.isLive === true ? atSource(source.file) : atSource(source.file, { document: source.document })),
  ...atSubject(objectText("NetworkPolicy", { namespace, name })),
  ...atPath(...path),
];

/** `spec.ingress[0]` as a path. */
export const pathOf = (place: string): Path =>
  [...place.matchAll(/([A-Za-z]+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index));

/** A rule's ports at its destination; not whole where a name's number isn't known to be one for all its pods. Addresses have no names. */
export function portsAt(
  { numbers, named }: RulePorts,
  destination: readonly PodSet[] | "addresses",
): { readonly ports: PortSet; readonly isWhole: boolean } {
  if (named.length === 0 || destination === "addresses") return { ports: numbers, isWhole: true };
  const shapes = destination.flatMap(shapesOf);
  const [first, ...others] = shapes.map(({ namedPorts, portsComplete }) =>
    portsComplete
      ? PortSet.of(
          named.flatMap(({ protocol, name }) =>
            namedPorts
              .filter((port) => port.protocol === protocol && port.name === name)
              .map(({ port }) => ({ protocol, from: port, to: port })),
          ),
        )
      : undefined,
  );
  const isWhole = first !== undefined && others.every((ports) => ports?.equals(first) === true);
  return { ports: isWhole ? numbers.union(first) : numbers, isWhole };
}

/** Whether ports are so many that the language refuses them to the internet. */
export const tooManyPorts = (ports: PortSet): boolean =>
  ports.ranges().some(({ from, to }) => Math.min(to, 1023) - from >= 511);
