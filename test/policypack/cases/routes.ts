import { namespace, type TestResource, UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const DATABASES = "no-route-to-databases";
const PROTECTED = "protected-ends";

const object = (type: string, name: string, spec: object, more: object = {}): TestResource => ({
  type: `kubernetes:${type}`,
  name,
  props: { metadata: { name, namespace: "shop" }, spec, ...more },
});
const service = (name: string, ports: unknown, selector: unknown = { app: name }) =>
  object("core/v1:Service", name, { selector, ports });
const ingress = (serviceName: unknown, port: object) =>
  object("networking.k8s.io/v1:Ingress", "route", {
    rules: [{ http: { paths: [{ path: "/", backend: { service: { name: serviceName, port } } }] } }],
  });
const gatewayRoute = (kind: string, backend: object) =>
  object(`gateway.networking.k8s.io/v1:${kind}`, "route", { rules: [{ backendRefs: [backend] }] });
const binding = (serviceRef: unknown) =>
  object("elbv2.k8s.aws/v1beta1:TargetGroupBinding", "route", { serviceRef, targetGroupARN: "arn" });
const traefik = (kind: string, backend: object) =>
  object(`traefik.io/v1alpha1:${kind}`, "route", { routes: [{ services: [backend] }] });
const slice = (endpoints: unknown, port: unknown = 5432) =>
  object(
    "discovery.k8s.io/v1:EndpointSlice",
    "slice",
    {},
    { endpoints, ports: [{ port }], addressType: "IPv4" },
  );
const endpoints = (ip: unknown, port = 6379) =>
  object("core/v1:Endpoints", "slice", {}, { subsets: [{ addresses: [{ ip }], ports: [{ port }] }] });

const SOURCE = "an attacker's shortest way to a database that policies guard: the controller's own pods";
const cases = casesOf(DATABASES, SOURCE);
const ranges = { settings: { clusterRanges: ["10.42.0.0/16"] } };
const inCluster = (
  id: string,
  idea: string,
  stack: readonly TestResource[],
  ...expected: readonly string[]
): Case => ({
  id,
  idea,
  source: "CVE-2021-25740: endpoints by hand lead across namespaces",
  policies: [DATABASES],
  config: ranges,
  stack,
  expected: expected.map((name) => `${DATABASES} ${name}`),
});
const end = { name: "the database", namespace: "shop", labels: { app: "db" }, ports: ["tcp/9999"], from: [] };
const guarded = casesOf(PROTECTED, "an Ingress in front of what only listed peers may reach", {
  ends: [end],
});
const allowed = casesOf(PROTECTED, "an end that its owner shows to the outside", {
  ends: [{ ...end, routes: true }],
});
const db = service("db", [{ port: 80, targetPort: 9999 }]);

/** Routes from outside, and endpoints that somebody wrote by hand. */
export const ROUTE_CASES: readonly Case[] = [
  cases(
    "ingress-to-database",
    "An Ingress whose backend is PostgreSQL's port",
    [ingress("db", { number: 5432 })],
    "route",
  ),
  cases(
    "ingress-to-named-port",
    "An Ingress whose backend is a port named postgresql",
    [ingress("db", { name: "postgresql" })],
    "route",
  ),
  cases(
    "ingress-to-database-behind-80",
    "A Service that calls PostgreSQL's port 80",
    [service("db", [{ port: 80, targetPort: 5432 }]), ingress("db", { number: 80 })],
    "route",
  ),
  cases("ingress-to-other-port", "The Service's other port", [
    service("db", [
      { name: "http", port: 80 },
      { name: "sql", port: 81, targetPort: 5432 },
    ]),
    ingress("db", { name: "http" }),
  ]),
  cases("ingress-to-application", "An Ingress that leads to the application", [
    ingress("web", { number: 8080 }),
  ]),
  cases(
    "ingress-unknown-port",
    "The deployment tells the port",
    [ingress("db", { number: UNKNOWN })],
    "route?",
  ),
  cases(
    "ingress-unknown-rules",
    "The deployment tells the rules",
    [object("networking.k8s.io/v1:Ingress", "route", { rules: UNKNOWN })],
    "route?",
  ),
  cases(
    "ingress-default-backend",
    "An Ingress whose default backend is Redis",
    [
      object("networking.k8s.io/v1:Ingress", "route", {
        defaultBackend: { service: { name: "cache", port: { number: 6379 } } },
      }),
    ],
    "route",
  ),
  ...["HTTPRoute", "TCPRoute", "TLSRoute"].flatMap((kind) => [
    cases(
      `${kind.toLowerCase()}-to-database`,
      `A ${kind} to MySQL`,
      [gatewayRoute(kind, { name: "db", port: 3306 })],
      "route",
    ),
    cases(`${kind.toLowerCase()}-to-application`, `A ${kind} to the application`, [
      gatewayRoute(kind, { name: "web", port: 8443 }),
    ]),
  ]),
  cases(
    "httproute-mirror",
    "A route that mirrors requests to MongoDB",
    [
      object("gateway.networking.k8s.io/v1:HTTPRoute", "route", {
        rules: [
          {
            filters: [{ type: "RequestMirror", requestMirror: { backendRef: { name: "db", port: 27017 } } }],
          },
        ],
      }),
    ],
    "route",
  ),
  cases(
    "binding-to-database",
    "A target group of PostgreSQL's pods",
    [binding({ name: "db", port: 5432 })],
    "route",
  ),
  cases("binding-to-application", "A target group of the application's pods", [
    binding({ name: "web", port: 8080 }),
  ]),
  cases("binding-unknown", "The deployment tells the Service", [binding(UNKNOWN)], "route?"),
  cases(
    "traefik-tcp-to-database",
    "Traefik leads TCP to PostgreSQL",
    [traefik("IngressRouteTCP", { name: "db", port: 5432 })],
    "route",
  ),
  cases("traefik-to-application", "Traefik leads to the application", [
    traefik("IngressRoute", { name: "web", port: "http" }),
  ]),
  inCluster(
    "slice-to-pod",
    "A slice by hand that holds a pod's address and PostgreSQL's port",
    [slice([{ addresses: ["10.42.3.4"] }])],
    "slice",
  ),
  inCluster("slice-to-rds", "A slice that holds the address of a database outside", [
    slice([{ addresses: ["10.20.192.7"] }]),
  ]),
  inCluster("slice-to-pod-on-http", "A slice that holds a pod's address and an application's port", [
    slice([{ addresses: ["10.42.3.4"] }], 8080),
  ]),
  inCluster(
    "slice-of-another-namespace",
    "A slice that names pods of another namespace",
    [
      slice(
        [{ addresses: ["10.42.3.4"], targetRef: { kind: "Pod", name: "web-1", namespace: "bank" } }],
        8080,
      ),
    ],
    "slice",
  ),
  inCluster(
    "slice-unknown-address",
    "The deployment tells the address",
    [slice([{ addresses: [UNKNOWN] }])],
    "slice?",
  ),
  inCluster(
    "slice-unknown-port",
    "The deployment tells the port of a pod's address",
    [slice([{ addresses: ["10.42.3.4"] }], UNKNOWN)],
    "slice?",
  ),
  inCluster(
    "endpoints-to-pod",
    "Endpoints by hand that hold a pod's address and Redis's port",
    [endpoints("10.42.3.4")],
    "slice",
  ),
  inCluster("endpoints-to-application", "Endpoints of an application's port", [endpoints("10.42.3.4", 8080)]),
  cases(
    "slice-without-ranges",
    "A slice to an address that may be a pod's: nobody told the cluster's ranges",
    [slice([{ addresses: ["10.42.3.4"] }])],
    "slice?",
  ),
  guarded(
    "route-to-protected",
    "An Ingress to a protected end's Service",
    [namespace(), db, ingress("db", { number: 80 })],
    "route",
  ),
  guarded("route-to-protected-other-port", "The same Service's other port", [
    namespace(),
    service("db", [
      { port: 80, targetPort: 9999 },
      { port: 81, targetPort: 9100 },
    ]),
    ingress("db", { number: 81 }),
  ]),
  guarded("route-to-others", "An Ingress to somebody else", [
    namespace(),
    service("web", [{ port: 80, targetPort: 9999 }]),
    ingress("web", { number: 80 }),
  ]),
  guarded(
    "route-to-unseen-service",
    "An Ingress to a Service that isn't in the stack",
    [ingress("db", { number: 9999 })],
    "route?",
  ),
  guarded(
    "binding-to-protected",
    "A target group of a protected end's pods",
    [db, binding({ name: "db", port: 80 })],
    "route",
  ),
  guarded(
    "gateway-to-protected",
    "A TCPRoute to a protected end",
    [db, gatewayRoute("TCPRoute", { name: "db", port: 80 })],
    "route",
  ),
  guarded(
    "route-to-protected-unknown",
    "The deployment tells whom a Service selects",
    [service("db", [{ port: 80, targetPort: 9999 }], UNKNOWN), ingress("db", { number: 80 })],
    "route?",
  ),
  allowed("route-allowed", "Routes to it are allowed", [db, ingress("db", { number: 80 })]),
];
