// Longer than most: what each CNI makes of a Service, a test each.
import { type Row, app, block, from, on, pod, policy, testRows, to } from "./table";
import type { Cni } from "../../../reachability/read/cni";

const WEB = pod("web", ["10.42.0.1"], { nodeName: "n1" });
const API = pod("api", ["10.42.0.2"], { nodeName: "n2" });
const node = (name: string, address: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { addresses: [{ type: "InternalIP", address }] },
});

/** A Service `api` of the pods `app: api`, 443 to their 8080, at 10.43.7.9. */
const service = (spec: object = {}, more: object = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "api", namespace: "default" },
  spec: {
    clusterIP: "10.43.7.9",
    clusterIPs: ["10.43.7.9"],
    selector: { app: "api" },
    ports: [{ port: 443, targetPort: 8080 }],
    ...spec,
  },
  ...more,
});

const nodePort = (spec: object = {}) =>
  service({ type: "NodePort", ports: [{ port: 443, targetPort: 8080, nodePort: 30080 }], ...spec });
const balancer = (loadBalancer: object = { ingress: [{ ip: "192.0.2.20" }] }) =>
  service({ type: "LoadBalancer" }, { status: { loadBalancer } });
const external = (externalName: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "out", namespace: "default" },
  spec: { type: "ExternalName", externalName },
});

const OFFICE = block("203.0.113.0/24");
const ADDRESS = block("10.43.7.9/32");

type Answers = Partial<Record<Cni, Row["is"]>>;
const each = (row: Omit<Row, "cni" | "is">, answers: Answers): readonly Row[] =>
  Object.entries(answers).map(([cni, is]) => ({ ...row, cni: cni as Cni, is }));
const AFTER = ["k3s", "cilium", "calico"] as const;
/** What the plugins answer that see pods, the one that sees the Service, and those of which it isn't known. */
const seeing = (pods: Row["is"], told: Row["is"], unknown: Row["is"]): Answers => ({
  ...Object.fromEntries(AFTER.map((cni) => [cni, pods])),
  "aws-vpc-cni": told,
  azure: unknown,
  any: unknown,
});
const everywhere = (is: Row["is"]): Answers => seeing(is, is, is);

/** The same connection asked about by the Service's address and by its name. */
const asked = (row: Omit<Row, "cni" | "is" | "ask">, answers: Answers): readonly Row[] =>
  ["10.43.7.9", "10.43.7.9/32", "svc/api", "svc/default/api"].flatMap((name) =>
    each({ ...row, ask: `web ${name} 443` }, answers),
  );

const clusterIP: readonly Row[] = [
  ...asked({ claim: "no policy", objects: [WEB, API, service()] }, everywhere("allowed")),
  ...asked(
    {
      claim: "egress to the Service's address only",
      objects: [WEB, API, service(), policy("web", { egress: [to(ADDRESS)] })],
    },
    seeing("blocked", "allowed", "unknown"),
  ),
  ...each(
    {
      claim: "the pod behind, where egress is to the Service's address only",
      objects: [WEB, API, service(), policy("web", { egress: [to(ADDRESS)] })],
      ask: "web api 8080",
    },
    seeing("blocked", "unknown", "unknown"),
  ),
  ...each(
    {
      claim: "another port of the pod behind, where egress is to the Service's address only",
      objects: [WEB, API, service(), policy("web", { egress: [to(ADDRESS)] })],
      ask: "web api 9090",
    },
    everywhere("blocked"),
  ),
  ...asked(
    {
      claim: "egress to the pods behind, on their port",
      objects: [WEB, API, service(), policy("web", { egress: [on(to(app("api")), 8080)] })],
    },
    everywhere("allowed"),
  ),
  ...asked(
    {
      claim: "egress to the pods behind, on the Service's port",
      objects: [WEB, API, service(), policy("web", { egress: [on(to(app("api")), 443)] })],
    },
    everywhere("blocked"),
  ),
  ...asked(
    {
      claim: "egress to the Service's address, ingress closed at the pods",
      objects: [
        WEB,
        API,
        service(),
        policy("web", { egress: [to(ADDRESS)] }),
        policy("api", { ingress: [] }),
      ],
    },
    everywhere("blocked"),
  ),
  ...asked(
    {
      claim: "egress to a block around the Service's address",
      objects: [WEB, API, service(), policy("web", { egress: [to(block("10.43.0.0/16"))] })],
    },
    seeing("blocked", "allowed", "unknown"),
  ),
  ...asked(
    {
      claim: "egress to a block without the Service's address",
      objects: [WEB, API, service(), policy("web", { egress: [to(block("10.43.0.0/16", "10.43.7.9/32"))] })],
    },
    everywhere("blocked"),
  ),
  ...asked(
    {
      claim: "egress to a block of pods' addresses",
      objects: [WEB, API, service(), policy("web", { egress: [to(block("10.42.0.0/16"))] })],
    },
    {
      k3s: "allowed",
      calico: "allowed",
      cilium: "blocked",
      "aws-vpc-cni": "blocked",
      any: "unknown",
      azure: "unknown",
    },
  ),
  ...asked(
    {
      claim: "egress to everybody on the pods' port",
      objects: [WEB, API, service(), policy("web", { egress: [on({}, 8080)] })],
    },
    seeing("allowed", "blocked", "unknown"),
  ),
  ...asked(
    {
      claim: "a Service that asks for fewer labels than the rule",
      objects: [
        WEB,
        pod("api", ["10.42.0.2"], {}, { tier: "x" }),
        service(),
        policy("web", {
          egress: [to({ podSelector: { matchLabels: { app: "api", tier: "x" } } })],
        }),
      ],
    },
    seeing("allowed", "blocked", "unknown"),
  ),
];

const outer: readonly Row[] = [
  ...each(
    {
      claim: "from outside to a node port, no policy",
      objects: [API, node("n1", "10.9.0.1"), nodePort()],
      ask: "203.0.113.7 10.9.0.1 30080",
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "from outside to a node port, where the pods admit some addresses",
      objects: [API, node("n1", "10.9.0.1"), nodePort(), policy("api", { ingress: [from(OFFICE)] })],
      ask: "203.0.113.7 10.9.0.1 30080",
      says: /doesn't keep sources/,
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "others, which the pods don't admit: they may come as a node",
      objects: [API, node("n1", "10.9.0.1"), nodePort(), policy("api", { ingress: [from(OFFICE)] })],
      ask: "198.51.100.7 10.9.0.1 30080",
    },
    everywhere("unknown"),
  ),
  ...["203.0.113.7 api 8080", "198.51.100.7 api 8080"].flatMap((ask) =>
    each(
      {
        claim: "the pod itself: it is the same connection",
        objects: [API, nodePort(), policy("api", { ingress: [from(OFFICE)] })],
        ask,
      },
      everywhere("unknown"),
    ),
  ),
  ...each(
    {
      claim: "another port of it",
      objects: [API, nodePort(), policy("api", { ingress: [from(OFFICE)] })],
      ask: "198.51.100.7 api 9090",
    },
    everywhere("blocked"),
  ),
  ...each(
    {
      claim: "from outside, where sources are kept",
      objects: [
        API,
        node("n1", "10.9.0.1"),
        nodePort({ externalTrafficPolicy: "Local" }),
        policy("api", { ingress: [from(OFFICE)] }),
      ],
      ask: "203.0.113.7 10.9.0.1 30080",
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "others, where sources are kept",
      objects: [
        API,
        node("n1", "10.9.0.1"),
        nodePort({ externalTrafficPolicy: "Local" }),
        policy("api", { ingress: [from(OFFICE)] }),
      ],
      ask: "198.51.100.7 10.9.0.1 30080",
    },
    everywhere("blocked"),
  ),
  ...each(
    {
      claim: "from outside, where the pods admit everybody on that port",
      objects: [API, node("n1", "10.9.0.1"), nodePort(), policy("api", { ingress: [on({}, 8080)] })],
      ask: "203.0.113.7 10.9.0.1 30080",
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "from outside, where the pods admit all addresses as a block: Cilium's match no nodes",
      objects: [
        API,
        node("n1", "10.9.0.1"),
        nodePort(),
        policy("api", { ingress: [from(block("0.0.0.0/0"))] }),
      ],
      ask: "203.0.113.7 10.9.0.1 30080",
    },
    { ...everywhere("allowed"), cilium: "unknown" },
  ),
  ...each(
    {
      claim: "from a pod to a node port past the pods' own rules",
      objects: [WEB, API, node("n1", "10.9.0.1"), nodePort(), policy("api", { ingress: [from(OFFICE)] })],
      ask: "web 10.9.0.1 30080",
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "a pod whose egress is to the pods behind: a node's address may be seen instead",
      objects: [WEB, API, node("n2", "10.9.0.2"), nodePort(), policy("web", { egress: [to(app("api"))] })],
      ask: "web 10.9.0.2 30080",
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "a pod whose egress is closed",
      objects: [WEB, API, node("n2", "10.9.0.2"), nodePort(), policy("web", { egress: [] })],
      ask: "web 10.9.0.2 30080",
    },
    { k3s: "blocked", calico: "blocked", cilium: "blocked", any: "unknown" },
  ),
  ...each(
    {
      claim: "a port that no Service opens is the node's own",
      objects: [
        WEB,
        API,
        node("n2", "10.9.0.2"),
        nodePort(),
        policy("web", { egress: [to(block("10.9.0.0/16"))] }),
      ],
      ask: "web 10.9.0.2 10250",
      says: /^10\.9\.0\.2 is n2\[Node\]\.$/m,
    },
    { ...everywhere("allowed"), cilium: "blocked" },
  ),
  ...each(
    {
      claim: "a bridge's address, the first of a node's range of pods, is the node",
      objects: [
        { ...node("n1", "10.9.0.1"), spec: { podCIDRs: ["10.42.7.0/24", "fd00:42:7::/64"] } },
        pod("web", ["10.42.7.9"], { nodeName: "n1" }),
        policy("web", { ingress: [] }),
      ],
      ask: "10.42.7.1 web 80",
      says: /^10\.42\.7\.1 is n1\[Node\]\.$/m,
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "a pod without address has no Service's cluster IP",
      objects: [pod("web"), API, service(), policy("api", { ingress: [from(block("10.43.7.9/32"))] })],
      ask: "web api 8080",
    },
    everywhere("blocked"),
  ),
  ...each(
    {
      claim: "docker0's default address, of which no manifest tells",
      objects: [WEB, policy("web", { egress: [] })],
      ask: "web 172.17.0.1 80",
      says: /^172\.17\.0\.1 is by default the address of docker0 on every node/m,
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "an address of the pods' ranges that nothing here has",
      objects: [WEB, policy("web", { egress: [] })],
      ask: "web 10.42.9.1 80",
      podCidr: ["10.42.0.0/16"],
      says: /^10\.42\.9\.1 is in the pods' ranges, and nothing here has it: it may be a pod that isn't given, or a node's bridge/m,
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "an address of a node's pods that nothing here has",
      objects: [
        { ...node("n1", "10.9.0.1"), spec: { podCIDR: "10.42.7.0/24" } },
        WEB,
        policy("web", { egress: [] }),
      ],
      ask: "web 10.42.7.254 80",
      says: /^10\.42\.7\.254 is in the pods' ranges, and nothing here has it/m,
      departs: [],
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "what comes from docker0's default address, past a policy that admits nobody",
      objects: [WEB, policy("web", { ingress: [] })],
      ask: "172.17.0.1 web 80",
      departs: [],
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "a block that holds an address which may be a node's, and nodes that blocks may not match",
      objects: [WEB, policy("web", { egress: [to(block("172.17.0.1/32"))] })],
      ask: "web 172.17.0.1 80",
      departs: [],
    },
    { ...everywhere("allowed"), cilium: "unknown" },
  ),
  ...each(
    {
      claim: "an address that may be a node's, where nothing isolates",
      objects: [WEB],
      ask: "web 172.17.0.1 80",
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "the next address of docker's range is as any outside",
      objects: [WEB, policy("web", { egress: [] })],
      ask: "web 172.17.0.2 80",
    },
    everywhere("blocked"),
  ),
  ...each(
    {
      claim: "an address that is a bridge's by its range, and a pod's by its status, is the pod",
      objects: [
        { ...node("n1", "10.9.0.1"), spec: { podCIDR: "10.42.7.0/24" } },
        pod("web", ["10.42.7.1"], { nodeName: "n1" }),
        API,
        policy("api", { ingress: [] }),
      ],
      ask: "10.42.7.1 api 80",
      says: /^10\.42\.7\.1 is default\/web\[Pod\]\.$/m,
    },
    everywhere("blocked"),
  ),
  ...each(
    {
      claim: "a node port asked about by the Service's name",
      objects: [WEB, API, nodePort()],
      ask: "web svc/api 30080",
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "an external address, egress to the pods behind",
      objects: [
        WEB,
        API,
        service({ externalIPs: ["192.0.2.10"] }),
        policy("web", { egress: [to(app("api"))] }),
      ],
      ask: "web 192.0.2.10 443",
    },
    seeing("allowed", "blocked", "unknown"),
  ),
  ...each(
    {
      claim: "an external address, egress to it",
      objects: [
        WEB,
        API,
        service({ externalIPs: ["192.0.2.10"] }),
        policy("web", { egress: [to(block("192.0.2.10/32"))] }),
      ],
      ask: "web 192.0.2.10 443",
    },
    seeing("blocked", "allowed", "unknown"),
  ),
  ...each(
    {
      claim: "a load balancer's address, ingress from pods by labels: they may come as a node",
      objects: [WEB, API, balancer(), policy("api", { ingress: [from(app("web"))] })],
      ask: "web 192.0.2.20 443",
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "the same pods by the cluster IP keep their address",
      objects: [WEB, API, balancer(), policy("api", { ingress: [from(app("web"))] })],
      ask: "web 10.43.7.9 443",
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "a load balancer's address that pods are sent to, egress to the pods behind",
      objects: [
        WEB,
        API,
        balancer({ ingress: [{ ip: "192.0.2.20", ipMode: "Proxy" }] }),
        policy("web", { egress: [to(app("api"))] }),
      ],
      ask: "web 192.0.2.20 443",
    },
    { k3s: "unknown", cilium: "unknown", calico: "unknown", any: "unknown" },
  ),
];

const slice = (addresses: readonly string[], port = 6443) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "api-x", namespace: "default", labels: { "kubernetes.io/service-name": "api" } },
  addressType: "IPv4",
  endpoints: [{ addresses }],
  ports: [{ port, protocol: "TCP" }],
});
const bare = service({ selector: undefined });

const others: readonly Row[] = [
  ...asked(
    { claim: "a Service without a selector, whose endpoints aren't given", objects: [WEB, bare] },
    everywhere("unknown"),
  ),
  ...asked(
    {
      claim: "endpoints outside, egress to these",
      objects: [WEB, bare, slice(["192.0.2.30"]), policy("web", { egress: [to(block("192.0.2.30/32"))] })],
    },
    seeing("allowed", "blocked", "unknown"),
  ),
  ...asked(
    {
      claim: "endpoints outside, egress to the Service's address",
      objects: [WEB, bare, slice(["192.0.2.30"]), policy("web", { egress: [to(ADDRESS)] })],
    },
    seeing("blocked", "allowed", "unknown"),
  ),
  ...asked(
    {
      claim: "endpoints that are a pod's address",
      objects: [
        WEB,
        API,
        bare,
        slice(["10.42.0.2"], 8080),
        policy("api", { ingress: [on(from(app("web")), 8080)] }),
      ],
    },
    everywhere("allowed"),
  ),
  ...asked(
    {
      claim: "endpoints that are a node's address, egress to it",
      objects: [
        WEB,
        node("n2", "10.9.0.2"),
        bare,
        slice(["10.9.0.2"]),
        policy("web", { egress: [on(to(block("10.9.0.2/32")), 6443)] }),
      ],
    },
    { k3s: "allowed", calico: "allowed", cilium: "blocked", "aws-vpc-cni": "blocked", any: "unknown" },
  ),
  ...asked(
    { claim: "a Service whose pods no manifest has", objects: [WEB, service({ selector: { app: "gone" } })] },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "a name of something outside",
      objects: [WEB, external("db.example.com")],
      ask: "web svc/out 443",
      says: /stands for db\.example\.com, whose addresses aren't known/,
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "a name of another Service",
      objects: [
        WEB,
        API,
        service(),
        external("api.default.svc.cluster.local"),
        policy("web", { egress: [to(ADDRESS)] }),
      ],
      ask: "web svc/out 443",
    },
    seeing("blocked", "allowed", "unknown"),
  ),
  ...each(
    {
      claim: "a headless Service leads to the pods on the port that is asked about",
      objects: [
        WEB,
        API,
        service({ clusterIP: "None", clusterIPs: ["None"] }),
        policy("web", { egress: [on(to(app("api")), 8080)] }),
      ],
      ask: "web svc/api 8080",
      says: /headless/,
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "a port that the Service at an address doesn't have",
      objects: [WEB, API, service()],
      ask: "web 10.43.7.9 80",
      says: /which has no TCP port 80/,
    },
    everywhere("unknown"),
  ),
  ...each(
    {
      claim: "the rest of a block around the Service's address is outside",
      objects: [WEB, API, service(), policy("web", { egress: [to(block("10.43.0.0/16"))] })],
      ask: "web 10.43.0.0/16 443",
      says: /svc\/default\/api is there too/,
    },
    everywhere("allowed"),
  ),
  ...each(
    {
      claim: "a node's address is the node",
      objects: [WEB, node("n2", "10.9.0.2"), policy("web", { egress: [to(block("10.9.0.2/32"))] })],
      ask: "web 10.9.0.2 443",
    },
    { ...everywhere("allowed"), cilium: "blocked" },
  ),
  ...each(
    {
      claim: "a pod's address is the pod",
      objects: [WEB, API, policy("web", { egress: [to(block("10.42.0.2/32"))] })],
      ask: "web 10.42.0.2 443",
    },
    { ...everywhere("allowed"), cilium: "blocked" },
  ),
];

describe("evidence: Services' addresses are no outside", () => {
  describe("cluster IPs", () => testRows(clusterIP));
  describe("node ports and addresses outside", () => testRows(outer));
  describe("other Services, and addresses of pods and nodes", () => testRows(others));
});
