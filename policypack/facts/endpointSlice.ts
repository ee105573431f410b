import { type Cursor, type Field, known } from "../values";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** Addresses behind a Service that somebody wrote by hand: in a program nobody else writes them. */
export interface EndpointSliceFact {
  readonly kind: "EndpointSlice";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  readonly addresses: readonly Field<string>[];
  /** The namespaces of the pods that it names. */
  readonly pods: readonly Field<string | undefined>[];
  readonly ports: readonly SlicePort[];
}

export interface SlicePort {
  readonly protocol: Field<string>;
  /** Undefined for every port. */
  readonly port: Field<number | undefined>;
}

/** Reads an EndpointSlice (discovery.k8s.io) or Endpoints. */
export function readEndpointSlice(subject: Subject, kind: "EndpointSlice" | "Endpoints"): EndpointSliceFact {
  const namespace = namespaceOf(subject);
  const root = subject.object;
  const subsets = kind === "Endpoints" ? itemsOf(root.at("subsets")) : [known(root)];
  const lists = (name: string): Field<Cursor>[] =>
    subsets.flatMap((subset) => (subset.known ? itemsOf(subset.value.at(name)) : [subset]));
  const ends = lists(kind === "Endpoints" ? "addresses" : "endpoints");
  return {
    kind: "EndpointSlice",
    subject,
    title: describe(kind, [namespace, nameOf(subject)], subject),
    namespace,
    addresses: ends.flatMap((end) => (end.known ? addressesIn(end.value, kind) : [end])),
    pods: ends.flatMap((end) => {
      if (!end.known) return [end];
      const target = end.value.at("targetRef");
      return target.isAbsent() ? [] : [target.at("namespace").text()];
    }),
    ports: lists("ports").map((port): SlicePort => {
      if (!port.known) return { protocol: port, port };
      const protocol = port.value.at("protocol").text();
      return {
        protocol: protocol.known ? known(protocol.value ?? "TCP") : protocol,
        port: port.value.at("port").integer(),
      };
    }),
  };
}

function addressesIn(end: Cursor, kind: "EndpointSlice" | "Endpoints"): Field<string>[] {
  const places = kind === "Endpoints" ? [known(end.at("ip"))] : itemsOf(end.at("addresses"));
  return places.map((place) => {
    if (!place.known) return place;
    const text = place.value.text();
    return text.known ? known(text.value ?? "") : text;
  });
}

function itemsOf(place: Cursor): Field<Cursor>[] {
  const items = place.list();
  return items.known ? (items.value ?? []).map((item) => known(item)) : [items];
}
