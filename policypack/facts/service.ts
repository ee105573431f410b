import { type Cursor, type Field, known, knownTexts } from "../values";
import { type LabelMap, readLabelMap } from "./labelMap";
import { type LoadBalancerNotes, readLoadBalancerNotes } from "./loadBalancer";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** A Service, as far as it opens pods to what is outside the cluster, and as far as it says which ports of theirs are meant. */
export interface ServiceFact {
  readonly kind: "Service";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  readonly name: Field<string | undefined>;
  readonly labels: LabelMap;
  /** The labels of the pods behind it; empty where it selects none. */
  readonly selector: LabelMap;
  /** `ClusterIP` where the field is absent. */
  readonly type: Field<string>;
  readonly externalIPs: Field<readonly Field<string>[]>;
  /** The addresses that lead to its pods, as far as they are known: cluster IPs, external ones, its load balancer's by its status. */
  readonly addresses: readonly string[];
  /** Whether it has no cluster IP, so that its name leads to the pods' own addresses; undefined where it isn't known. */
  readonly headless: boolean | undefined;
  readonly sourceRanges: Field<readonly Field<string>[]>;
  readonly ports: Field<readonly ServicePortFact[]>;
  readonly loadBalancer: LoadBalancerNotes;
}

export interface ServicePortFact {
  readonly path: string;
  /** Empty where the Service's only port has none. */
  readonly name: Field<string>;
  readonly protocol: Field<string>;
  readonly port: Field<number | undefined>;
  /** The pods' port, by number or name: `port` where nothing is written. */
  readonly target: Field<number | string | undefined>;
}

/** Reads one Service. */
export function readService(subject: Subject): ServiceFact {
  const spec = subject.object.at("spec");
  const namespace = namespaceOf(subject);
  const name = nameOf(subject);
  const type = spec.at("type").text();
  return {
    kind: "Service",
    subject,
    title: describe("Service", [namespace, name], subject),
    namespace,
    name,
    labels: readLabelMap(subject.object.at("metadata").at("labels")),
    selector: readLabelMap(spec.at("selector")),
    type: type.known ? known(type.value ?? "ClusterIP") : type,
    externalIPs: texts(spec.at("externalIPs")),
    addresses: addressesOf(subject.object),
    headless: headlessBy(spec.at("clusterIP").text()),
    sourceRanges: texts(spec.at("loadBalancerSourceRanges")),
    ports: readPorts(spec.at("ports")),
    loadBalancer: readLoadBalancerNotes(subject.object.at("metadata").at("annotations")),
  };
}

function addressesOf(object: Cursor): readonly string[] {
  const spec = object.at("spec");
  const balancer = object.at("status").at("loadBalancer").at("ingress").list();
  const single = [
    ...["clusterIP", "loadBalancerIP"].map((name) => spec.at(name).text()),
    // What pods send to a balancer with ipMode Proxy goes there.
    ...(balancer.known ? (balancer.value ?? []) : []).flatMap((one) =>
      isText(one.at("ipMode"), "Proxy") ? [] : [one.at("ip").text()],
    ),
  ];
  const listed = ["clusterIPs", "externalIPs"].flatMap((name) => {
    const list = texts(spec.at(name));
    return list.known ? list.value : [];
  });
  return knownTexts([...single, ...listed]).filter((text) => text !== "None");
}

const headlessBy = (clusterIP: Field<string | undefined>): boolean | undefined =>
  clusterIP.known ? clusterIP.value === "None" : undefined;

function isText(place: Cursor, wanted: string): boolean {
  const text = place.text();
  return text.known && text.value === wanted;
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
      const [protocol, name] = [item.at("protocol").text(), item.at("name").text()];
      const [port, target] = [item.at("port").integer(), item.at("targetPort").integerOrText()];
      return {
        path: item.path,
        name: name.known ? known(name.value ?? "") : name,
        protocol: protocol.known ? known(protocol.value ?? "TCP") : protocol,
        port,
        // The API server takes 0 and the empty text for an absent one.
        target: target.known && (target.value ?? 0) === 0 ? port : target,
      };
    }),
  );
}
