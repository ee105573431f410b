import { type Cursor, type Field, known } from "../values";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** A Service, as far as it opens pods to what is outside the cluster. */
export interface ServiceFact {
  readonly kind: "Service";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  /** `ClusterIP` where the field is absent. */
  readonly type: Field<string>;
  readonly externalIPs: Field<readonly Field<string>[]>;
  readonly sourceRanges: Field<readonly Field<string>[]>;
  readonly ports: Field<readonly ServicePort[]>;
}

export interface ServicePort {
  readonly protocol: Field<string>;
  readonly port: Field<number | undefined>;
}

/** Reads one Service. */
export function readService(subject: Subject): ServiceFact {
  const spec = subject.object.at("spec");
  const namespace = namespaceOf(subject);
  const type = spec.at("type").text();
  return {
    kind: "Service",
    subject,
    title: describe("Service", [namespace, nameOf(subject)], subject),
    namespace,
    type: type.known ? known(type.value ?? "ClusterIP") : type,
    externalIPs: texts(spec.at("externalIPs")),
    sourceRanges: texts(spec.at("loadBalancerSourceRanges")),
    ports: readPorts(spec.at("ports")),
  };
}

function texts(place: Cursor): Field<readonly Field<string>[]> {
  const items = place.list();
  if (!items.known) return items;
  return known(
    (items.value ?? []).map((item) => {
      const text = item.text();
      return text.known ? known(text.value ?? "") : text;
    }),
  );
}

function readPorts(place: Cursor): ServiceFact["ports"] {
  const items = place.list();
  if (!items.known) return items;
  return known(
    (items.value ?? []).map((item) => {
      const protocol = item.at("protocol").text();
      return {
        protocol: protocol.known ? known(protocol.value ?? "TCP") : protocol,
        port: item.at("port").integer(),
      };
    }),
  );
}
