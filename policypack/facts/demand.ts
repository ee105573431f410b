import { type Cursor, type Field, known, type Unread, unreadOf } from "../values";
import { readSelector, type SelectorFact } from "./selector";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** Who opens the connection that an object asks for; it decides which peers of a policy may be meant. */
export type Requester = "prometheus" | "api-server" | "ingress-controller" | "gateway" | "load-balancer";

/** An object that works only if somebody reaches some pods: a scrape, a webhook, a route. */
export interface DemandFact {
  readonly kind: "Demand";
  readonly subject: Subject;
  readonly title: string;
  readonly requester: Requester;
  readonly demands: readonly Demand[];
  /** What keeps more demands from being read. */
  readonly unread: readonly Unread[];
}

/** One connection that an object asks for: to a Service by name, or to Services or pods by their labels. */
export interface Demand {
  readonly path: string;
  readonly to: ServiceDemand | SelectionDemand;
}

export interface ServiceDemand {
  readonly kind: "service";
  readonly namespace: Field<string>;
  readonly name: Field<string | undefined>;
  /** The Service's port, by number or name. */
  readonly port: Field<number | string | undefined>;
}

export interface SelectionDemand {
  readonly kind: "services" | "pods";
  readonly namespaces: Field<"any" | readonly Field<string>[]>;
  readonly selector: SelectorFact;
  /** Of the Service, by name, or of the pods, by number or name. */
  readonly port: {
    readonly of: "service" | "pods";
    readonly value: Field<number | string | undefined>;
  };
}

type Found = Pick<DemandFact, "demands" | "unread">;

/** Kinds of objects that ask for connections. */
export interface DemandKind {
  readonly group: string;
  readonly kinds: readonly string[];
  readonly requester: Requester;
  readonly read: (subject: Subject) => Found;
}

/** Sources: each project's API reference. */
export const DEMAND_KINDS: readonly DemandKind[] = [
  {
    group: "monitoring.coreos.com",
    kinds: ["ServiceMonitor"],
    requester: "prometheus",
    read: (subject) =>
      each(subject.object.at("spec").at("endpoints"), (endpoint) => {
        const target = endpoint.at("targetPort");
        const port = target.isAbsent()
          ? { of: "service" as const, value: endpoint.at("port").text() }
          : { of: "pods" as const, value: target.integerOrText() };
        return found({ path: endpoint.path, to: { kind: "services", ...monitored(subject), port } });
      }),
  },
  {
    group: "monitoring.coreos.com",
    kinds: ["PodMonitor"],
    requester: "prometheus",
    read: (subject) =>
      each(subject.object.at("spec").at("podMetricsEndpoints"), (endpoint) => {
        const written = ["port", "portNumber", "targetPort"].map((key) => endpoint.at(key));
        const value = written.find((port) => !port.isAbsent())?.integerOrText() ?? known(undefined);
        const port = { of: "pods" as const, value };
        return found({ path: endpoint.path, to: { kind: "pods", ...monitored(subject), port } });
      }),
  },
  {
    group: "admissionregistration.k8s.io",
    kinds: ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
    requester: "api-server",
    read: ({ object }) => each(object.at("webhooks"), (hook) => called(hook.at("clientConfig"))),
  },
  {
    group: "apiextensions.k8s.io",
    kinds: ["CustomResourceDefinition"],
    requester: "api-server",
    read: ({ object }) => called(object.at("spec").at("conversion").at("webhook").at("clientConfig")),
  },
  {
    group: "apiregistration.k8s.io",
    kinds: ["APIService"],
    requester: "api-server",
    read: ({ object }) => called(object.at("spec")),
  },
  {
    group: "networking.k8s.io",
    kinds: ["Ingress"],
    requester: "ingress-controller",
    read: (subject) => {
      const spec = subject.object.at("spec");
      const rules = each(spec.at("rules"), (rule) =>
        each(rule.at("http").at("paths"), (one) => routed(one.at("backend"), subject)),
      );
      return joined([rules, routed(spec.at("defaultBackend"), subject)]);
    },
  },
  {
    group: "gateway.networking.k8s.io",
    kinds: ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"],
    requester: "gateway",
    read: (subject) =>
      each(subject.object.at("spec").at("rules"), (rule) =>
        joined([
          each(rule.at("backendRefs"), (backend) => referred(backend, subject)),
          each(rule.at("filters"), (filter) =>
            mirrored(filter.at("requestMirror").at("backendRef"), subject),
          ),
        ]),
      ),
  },
  {
    group: "elbv2.k8s.aws",
    kinds: ["TargetGroupBinding"],
    requester: "load-balancer",
    read: (subject) => mirrored(subject.object.at("spec").at("serviceRef"), subject),
  },
  // k3s brings Traefik.
  ...["traefik.io", "traefik.containo.us"].map((group): DemandKind => ({
    group,
    kinds: ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"],
    requester: "ingress-controller",
    read: (subject) =>
      each(subject.object.at("spec").at("routes"), (route) =>
        each(route.at("services"), (service) => referred(service, subject)),
      ),
  })),
];

/** Reads what an object of some kind asks for; undefined where it asks for nothing. */
export function readDemand(row: DemandKind, kind: string, subject: Subject): DemandFact | undefined {
  const read = row.read(subject);
  if (read.demands.length + read.unread.length === 0) return undefined;
  const own = row.requester === "api-server" ? [] : [namespaceOf(subject)];
  const title = describe(kind, [...own, nameOf(subject)], subject);
  return { kind: "Demand", subject, title, requester: row.requester, ...read };
}

const NOTHING: Found = { demands: [], unread: [] };
const found = (demand: Demand): Found => ({ demands: [demand], unread: [] });
const joined = (parts: readonly Found[]): Found => ({
  demands: parts.flatMap(({ demands }) => demands),
  unread: parts.flatMap(({ unread }) => unread),
});

/** What each item of a list asks for. */
function each(place: Cursor, read: (item: Cursor) => Found): Found {
  const items = place.list();
  return items.known ? joined((items.value ?? []).map(read)) : { demands: [], unread: [items] };
}

/** Whether something is there to be read; unread where nobody can say. */
function there(place: Cursor): boolean | Unread {
  const map = place.map();
  return map.known ? map.value !== undefined : map;
}

/** The Service that the API server calls, on 443 where no port is written; none where it calls a URL. */
function called(config: Cursor): Found {
  const service = config.at("service");
  const isThere = there(service);
  if (isThere === false) return NOTHING;
  if (isThere !== true) return { demands: [], unread: [isThere] };
  const [namespace, port] = [service.at("namespace").text(), service.at("port").integer()];
  const to: ServiceDemand = {
    kind: "service",
    namespace: namespace.known ? known(namespace.value ?? "") : namespace,
    name: service.at("name").text(),
    port: port.known ? known(port.value ?? 443) : port,
  };
  return found({ path: service.path, to });
}

/** The Service behind a path of an Ingress; none for a resource of another kind. */
function routed(backend: Cursor, subject: Subject): Found {
  const service = backend.at("service");
  const isThere = there(service);
  if (isThere === false) return NOTHING;
  if (isThere !== true) return { demands: [], unread: [isThere] };
  const port = service.at("port");
  const [name, number] = [port.at("name").text(), port.at("number").integer()];
  const to: ServiceDemand = {
    kind: "service",
    namespace: namespaceOf(subject),
    name: service.at("name").text(),
    port: name.known && name.value === undefined ? number : name,
  };
  return found({ path: service.path, to });
}

/** The Service that a route of the Gateway API refers to; none for another kind. */
function referred(backend: Cursor, subject: Subject): Found {
  const [group, kind] = [backend.at("group").text(), backend.at("kind").text()];
  const unread = unreadOf([group, kind]);
  if (unread.length > 0) return { demands: [], unread };
  if (!group.known || !kind.known || (group.value ?? "") !== "" || (kind.value ?? "Service") !== "Service")
    return NOTHING;
  const namespace = backend.at("namespace").text();
  const to: ServiceDemand = {
    kind: "service",
    namespace: !namespace.known
      ? namespace
      : namespace.value === undefined
        ? namespaceOf(subject)
        : known(namespace.value),
    name: backend.at("name").text(),
    port: backend.at("port").integerOrText(),
  };
  return found({ path: backend.path, to });
}

/** The same where there may be none. */
function mirrored(backend: Cursor, subject: Subject): Found {
  const isThere = there(backend);
  if (isThere === false) return NOTHING;
  return isThere === true ? referred(backend, subject) : { demands: [], unread: [isThere] };
}

/** Which Services or pods a monitor means: those of its own namespace where it says nothing. */
function monitored(subject: Subject): Pick<SelectionDemand, "namespaces" | "selector"> {
  const spec = subject.object.at("spec");
  const selector = readSelector(spec.at("selector"));
  const place = spec.at("namespaceSelector");
  const [any, names] = [place.at("any").boolean(), place.at("matchNames").list()];
  if (!any.known || !names.known) return { namespaces: any.known ? (names as Unread) : any, selector };
  if (any.value === true) return { namespaces: known("any"), selector };
  if (names.value === undefined || names.value.length === 0)
    return { namespaces: known([namespaceOf(subject)]), selector };
  const texts = names.value.map((item): Field<string> => {
    const text = item.text();
    return text.known ? known(text.value ?? "") : text;
  });
  return { namespaces: known(texts), selector };
}
