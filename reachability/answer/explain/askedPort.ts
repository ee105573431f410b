// Tests: test/cli/reach/names.test.ts
import { namespacedName } from "../../../kubernetes";
import type { Protocol } from "../../../net";
import { atSubject, didYouMean, inputError, quote } from "../../../problems";
import type { ReportedEnd } from "../../compute";
import type { Service, World } from "../../read";
import type { AddressMeaning } from "../addressMeaning";
import type { Meaning } from "../endFilter";
import { workloadId } from "../services";
import { some } from "./text";

/** What a text means in a world: an address or addresses, or what `meaningOf` says. */
export type Meant =
  | { readonly kind: "address"; readonly text: string; readonly address: AddressMeaning }
  | (Meaning<Service> & { readonly text: string });

export type Something = Exclude<Meant, { readonly kind: "nothing" }>;

/** The port of a question: a number, or the name that the destination gives it; any protocol where none is said. */
export type AskedPort =
  | { readonly kind: "number"; readonly protocol: Protocol; readonly port: number }
  | { readonly kind: "name"; readonly protocol: Protocol | undefined; readonly name: string };

/** A port by its number, and where its name was read. */
interface NumberedPort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly note: readonly string[];
}

/**
 * The numbers that a question's port has at its destination: of a Service's port, else of containers' ports, or as a declaration has them. Several where pods of
 * one name give it different numbers.
 * @throws PalisadeInputError where nothing there has a port of that name.
 */
export function numbersOf(
  world: World,
  target: Something,
  port: AskedPort,
  declared: DeclaredPorts = () => [],
): readonly NumberedPort[] {
  if (port.kind === "number") return [{ protocol: port.protocol, port: port.port, note: [] }];
  const { owners, ports: own, areAllKnown } = namedPortsOf(world, target);
  const ports = [...own, ...(target.kind === "ends" ? target.ends.flatMap(declared) : [])];
  const ofProtocol = ports.filter(
    ({ protocol }) => port.protocol === undefined || protocol === port.protocol,
  );
  const found = ofProtocol.filter(({ name }) => name === port.name);
  if (found.length === 0) throw noSuchPort(port.name, owners, ofProtocol, areAllKnown);
  const byNumber = new Map(found.map((one) => [`${one.protocol} ${one.port}`, one]));
  return [...byNumber].map(([text, { protocol, port: number, owner }]) => ({
    protocol,
    port: number,
    note: [`Port ${port.name} of ${owner} is ${text}.`],
  }));
}

/** The ports that a declaration names at an end, whose pods needn't be in the input. */
export type DeclaredPorts = (end: ReportedEnd) => readonly OwnedPort[];

/** A port that has a name, and what has it. */
export interface OwnedPort {
  readonly owner: string;
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** What a destination is made of, its ports that have a name, and whether there are no others. */
interface PortNames {
  readonly owners: readonly string[];
  readonly ports: readonly OwnedPort[];
  readonly areAllKnown: boolean;
}

function namedPortsOf(world: World, target: Something): PortNames {
  switch (target.kind) {
    case "services":
      return ofServices(target.services);
    case "ends":
      return ofWorkloads(world, new Set(target.ends.map(({ id }) => id)));
    case "address": {
      const { address } = target;
      if (address.kind === "outside")
        throw inputError(
          atSubject(target.text),
          "is outside, where ports have no names",
          "Write the port's number",
        );
      const services = address.services.map(([service]) => service);
      return services.length > 0
        ? ofServices(services)
        : ofWorkloads(world, new Set(address.ends.map(({ id }) => id)));
    }
  }
}

const ofServices = (services: readonly Service[]): PortNames => ({
  owners: services.map((service) => `Service ${namespacedName(service)}`),
  ports: services.flatMap((service) =>
    service.ports.flatMap(({ name, protocol, port }) =>
      name === "" ? [] : [{ owner: `Service ${namespacedName(service)}`, name, protocol, port }],
    ),
  ),
  areAllKnown: true,
});

function ofWorkloads({ workloads }: World, ids: ReadonlySet<string>): PortNames {
  const own = workloads.filter((workload) => ids.has(workloadId(workload)));
  return {
    owners: [...ids],
    ports: own.flatMap((workload) =>
      workload.variants.flatMap(({ namedPorts }) =>
        namedPorts.map(({ name, protocol, port }) => ({ owner: workloadId(workload), name, protocol, port })),
      ),
    ),
    areAllKnown: own.every(({ variants }) => variants.every(({ portsComplete }) => portsComplete)),
  };
}

function noSuchPort(
  name: string,
  owners: readonly string[],
  ports: readonly OwnedPort[],
  areAllKnown: boolean,
) {
  const names = [...new Set(ports.map((port) => port.name))];
  const near = didYouMean(name, names);
  const has = names.length === 0 ? "" : `; it has ${some(names)}`;
  return inputError(
    atSubject(some(owners)),
    areAllKnown
      ? `no port is called ${quote(name)}${near === undefined ? has : ""}`
      : `whether a port is called ${quote(name)} isn't known`,
    near ?? "Write the port's number",
  );
}
