import { app, block, egress, tcp, type VpcCniCase } from "./case";

/** The address of the cases' Services, the pod that it leads to, and by which of its ports to which of the pod's. */
export const clusterIP = "172.20.0.50";
export const behind = "w-b/p2";
export const forwarded = [
  [80, 80],
  [8080, 80],
  [443, 443],
] as const;

const service = (selector: Readonly<Record<string, string>>, ports: readonly object[], ip = clusterIP) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "db", namespace: "w-b" },
  spec: { clusterIP: ip, selector, ports: ports.map((each) => ({ protocol: "TCP", ...each })) },
});
const db = { app: "db" };
const toB = { namespaceSelector: { matchLabels: { team: "b" } }, ...app("db") };

export const services: readonly VpcCniCase[] = [
  {
    what: "a Service on its pods' port",
    services: [service(db, [{ port: 80, targetPort: 80 }])],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80", "w-a/np egress 172.20.0.50 TCP/80"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80", "out the Service: tcp/80"],
  },
  {
    what: "a Service on another port than its pods'",
    services: [service(db, [{ port: 8080, targetPort: 80 }])],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80", "w-a/np egress 172.20.0.50 TCP/8080"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80", "out the Service: tcp/8080"],
  },
  {
    what: "a Service whose target is the name of its pods' port",
    services: [service(db, [{ port: 8080, targetPort: "http" }])],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80", "w-a/np egress 172.20.0.50 TCP/8080"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80", "out the Service: tcp/8080"],
  },
  {
    what: "a Service and a rule that say the same name",
    services: [service(db, [{ port: 8080, targetPort: "http" }])],
    policies: [egress({ to: [toB], ports: [tcp("http")] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80", "w-a/np egress 172.20.0.50 TCP/8080"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80", "out the Service: tcp/8080"],
  },
  {
    what: "a Service's ports that the rule doesn't name stay closed",
    services: [
      service(db, [
        { port: 80, targetPort: 80 },
        { port: 443, targetPort: 443 },
      ]),
    ],
    policies: [egress({ to: [toB], ports: [tcp(443)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/443", "w-a/np egress 172.20.0.50 TCP/443"],
    open: ["in everybody: every port", "out w-b/p2: tcp/443", "out the Service: tcp/443"],
  },
  {
    what: "a rule for every port opens all of a Service's",
    services: [
      service(db, [
        { port: 80, targetPort: 80 },
        { port: 443, targetPort: 443 },
      ]),
    ],
    policies: [egress({ to: [toB] })],
    rules: ["w-a/np egress 10.42.1.16 every port", "w-a/np egress 172.20.0.50 every port"],
    open: ["in everybody: every port", "out w-b/p2: every port", "out the Service: tcp/80 tcp/8080 tcp/443"],
  },
  {
    what: "of two ports of a Service with one target, the first",
    services: [
      service(db, [
        { port: 8080, targetPort: 80 },
        { port: 80, targetPort: 80 },
      ]),
    ],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80", "w-a/np egress 172.20.0.50 TCP/8080"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80", "out the Service: tcp/8080"],
  },
  {
    what: "a range of ports that begins at another than the Service's target: the Service stays closed",
    services: [service(db, [{ port: 8080, targetPort: 80 }])],
    policies: [egress({ to: [toB], ports: [tcp(79, 81)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/79-81"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80 tcp/81"],
  },
  {
    what: "a Service that selects by fewer labels than the rule: its address stays closed, its pods are open",
    services: [service({ tier: "" }, [{ port: 80, targetPort: 80 }])],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80"],
  },
  {
    what: "a Service that selects by more labels than the rule",
    services: [service({ ...db, tier: "" }, [{ port: 80, targetPort: 80 }])],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80", "w-a/np egress 172.20.0.50 TCP/80"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80", "out the Service: tcp/80"],
  },
  {
    what: "a Service of a namespace that the rule doesn't name",
    services: [service(db, [{ port: 80, targetPort: 80 }])],
    policies: [egress({ to: [app("db")], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.0.12 TCP/80"],
    open: ["in everybody: every port", "out w-a/p2: tcp/80"],
  },
  {
    what: "a headless Service: there is no address to open",
    services: [service(db, [{ port: 80, targetPort: 80 }], "None")],
    policies: [egress({ to: [toB], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.1.16 TCP/80"],
    open: ["in everybody: every port", "out w-b/p2: tcp/80"],
  },
  {
    what: "a Service's pods as a block: its address stays closed",
    services: [service(db, [{ port: 80, targetPort: 80 }])],
    policies: [egress({ to: [block("10.42.0.0/16")], ports: [tcp(80)] })],
    rules: ["w-a/np egress 10.42.0.0/16 TCP/80"],
    open: [
      "in everybody: every port",
      "out w-a/p1 w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2: tcp/80",
    ],
  },
  {
    what: "a Service's address as a block: its pods stay closed, though it leads to one",
    services: [service(db, [{ port: 80, targetPort: 80 }])],
    policies: [egress({ to: [block(`${clusterIP}/32`)], ports: [tcp(80)] })],
    rules: ["w-a/np egress 172.20.0.50/32 TCP/80"],
    open: ["in everybody: every port", "out the Service: tcp/80"],
  },
];
