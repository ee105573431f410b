// Longer than most: a table, one row a refusal.
import { strict as assert } from "node:assert";
import { PalisadeInputError, problemText } from "../../problems";
import type { Cluster, Placement } from "../../compile/cluster";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import type { Neighbour } from "../../compile/networkPolicy/context";
import type { Application, Flow } from "../../flows/model";
import { application, cluster, flow, placement, workload } from "./worlds";

interface Case {
  readonly claim: string;
  readonly flows?: readonly Flow[];
  readonly app?: Partial<Application>;
  readonly on?: Cluster;
  readonly at?: Partial<Placement>;
  readonly beside?: readonly Neighbour[];
  readonly says: readonly string[];
}

const web = { databases: { main: { engine: "postgres", port: 5432 } }, buckets: { docs: {} } };
const dns = cluster("k3s").dns;
const api = cluster("k3s").apiServer;
const cidr = (...cidrs: string[]) => flow("web", { kind: "cidr", cidrs }, ["tcp/443"]);
const INSIDE = "Name the workload, the platform service or kubernetesApi() instead of addresses.";

/** As many pairs as the VPC CNI holds for a peer: no two are neighbours. */
const SPARSE = Array.from({ length: 24 }, (_, i) => `tcp/${1000 + 2 * i}`);

const CASES: readonly Case[] = [
  {
    claim: "Cilium can't admit the API server by address",
    flows: [flow("web", { kind: "kubernetes-api" }, ["tcp/443"])],
    on: cluster("cilium"),
    says: [
      "shop on lab: flow web → kubernetes-api tcp/443: cilium can't match the API server by its address. Remove the flow by an override and admit it with a CiliumNetworkPolicy (toEntities: kube-apiserver).",
    ],
  },
  {
    claim: "Cilium can't admit the Pod Identity agent",
    flows: [flow("web", { kind: "cloud-identity" }, ["tcp/443"])],
    on: cluster("cilium"),
    at: { identity: { kind: "pod-identity" } },
    says: [
      "shop on lab: flow web → cloud-identity tcp/443: cilium can't match a node-local agent by its address, so Pod Identity can't be admitted. Use identity: { kind: irsa, stsSubnetCidrs: […] }.",
    ],
  },
  {
    claim: "Cilium can't admit a node-local DNS cache",
    on: cluster("cilium", { dns: { ...dns, nodeLocalAddresses: ["169.254.20.10"] } }),
    says: [
      "cluster lab: dns.nodeLocalAddresses: cilium can't match node-local addresses, so no policy could admit name resolution. Redirect the DNS Service to the cache's pods (CiliumLocalRedirectPolicy), name these in dns.pods, and leave the addresses out.",
    ],
  },
  {
    claim: "the VPC CNI needs the DNS Service's address",
    on: cluster("aws-vpc-cni", { dns: { ...dns, serviceAddresses: [] } }),
    says: [
      "cluster lab: dns.serviceAddresses: has no address that pods could resolve names at, and aws-vpc-cni filters before a Service's address becomes a pod's. Give the cluster IP of the DNS Service: kubectl -n kube-system get service kube-dns.",
    ],
  },
  {
    claim: "a node-local cache needs the DNS Service's address",
    on: cluster("k3s", {
      dns: { ...dns, nodeLocalAddresses: ["169.254.20.10"], serviceAddresses: [] },
    }),
    says: [
      "cluster lab: dns.serviceAddresses: has no address that pods could resolve names at, and a node-local cache listens on the Service's address too. Give the cluster IP of the DNS Service: kubectl -n kube-system get service kube-dns.",
    ],
  },
  {
    claim: "the VPC CNI needs the Service's address of the API",
    flows: [flow("web", { kind: "kubernetes-api" }, ["tcp/443"])],
    on: cluster("aws-vpc-cni", { apiServer: { ...api, serviceAddresses: [] } }),
    says: [
      "shop on lab: flow web → kubernetes-api tcp/443: aws-vpc-cni filters before a Service's address becomes a server's, and cluster lab has no apiServer.serviceAddresses. Give the cluster IP of the Service kubernetes.default.",
    ],
  },
  {
    claim: "the VPC CNI holds 24 pairs of protocol and port for a peer",
    flows: [
      flow(
        "web",
        "db",
        Array.from({ length: 13 }, (_, i) => `tcp/${1000 + 2 * i}`),
      ),
      flow(
        "web",
        "db",
        Array.from({ length: 12 }, (_, i) => `udp/${1000 + 2 * i}`),
      ),
    ],
    on: cluster("aws-vpc-cni"),
    says: ["ingress of db", "egress of web"].map(
      (subject) =>
        `shop on lab: ${subject}: 25 pairs of protocol and port for one peer, and this CNI holds 24: web → db ${Array.from({ length: 13 }, (_, i) => `tcp/${1000 + 2 * i}`).join(", ")}; web → db ${Array.from({ length: 12 }, (_, i) => `udp/${1000 + 2 * i}`).join(", ")}. Merge consecutive ports into a range, or merge these flows' ports.`,
    ),
  },
  ...(
    [
      { what: "the namespace", at: { stage: "observe" }, hit: ["ingress of db", "egress of web"] },
      { what: "the workload", at: { stage: "enforce", observedWorkloads: ["db"] }, hit: ["ingress of db"] },
    ] as const
  ).map(({ what, at, hit }) => ({
    claim: `where ${what} is observed, a rule for everybody is one more pair of each peer`,
    flows: [flow("web", "db", SPARSE)],
    on: cluster("aws-vpc-cni"),
    at,
    says: hit.map(
      (subject) =>
        `shop on lab: ${subject}: 25 pairs of protocol and port for one peer, one of them everybody's while it is observed, and this CNI holds 24: web → db ${SPARSE.join(", ")}. Merge consecutive ports into a range, or merge these flows' ports.`,
    ),
  })),
  {
    claim: "an application without mandatory platform services can't be placed",
    flows: [
      flow({ kind: "platform", service: "ingress" }, "web", ["tcp/80"]),
      flow({ kind: "platform", service: "monitoring" }, "web", ["tcp/80"]),
    ],
    on: cluster("k3s", { platform: {} }),
    says: [
      "shop on lab: flow platform → web tcp/80: cluster lab has no platform service ingress. Say where it runs: platform: { ingress: { namespace: …, pods: … } }.",
      "shop on lab: flow platform → web tcp/80: cluster lab has no platform service monitoring. Say where it runs: platform: { monitoring: { namespace: …, pods: … } }, or set monitoring: false in the overrides.",
    ],
  },
  {
    claim: "a slip in a platform service's name isn't an optional service",
    flows: [
      flow({ kind: "platform", service: "ingres" }, "web", ["tcp/80"]),
      flow({ kind: "platform", service: "monitorng" }, "web", ["tcp/81"]),
    ],
    says: [
      'shop on lab: flow platform → web tcp/80: cluster lab has no platform service ingres. Did you mean "ingress"? If not, say where it runs: platform: { ingres: { namespace: …, pods: … } }.',
      'shop on lab: flow platform → web tcp/81: cluster lab has no platform service monitorng. Did you mean "monitoring"? If not, say where it runs: platform: { monitorng: { namespace: …, pods: … } }.',
    ],
  },
  {
    claim: "pods of its own or of another application's namespace are refused: these are workloads",
    flows: [
      flow("web", { kind: "pods", namespace: "bank-lab", pods: { app: "api" } }, ["tcp/80"]),
      flow({ kind: "pods", namespace: "shop", pods: "every-pod" }, "web", ["tcp/81"]),
    ],
    beside: [{ application: application([workload("api")], [], { name: "bank" }), namespace: "bank-lab" }],
    says: [
      'shop on lab: flow web → pods tcp/80: bank-lab is the namespace of application bank, which accepts flows by its workloads only. Name its workload: {"kind": "application", "application": "bank", "workload": …}, and list the flow there under accepts.',
      "shop on lab: flow pods → web tcp/81: shop is this application's own namespace. Name its workload.",
    ],
  },
  {
    claim: "a CIDR that holds pods, services, nodes and metadata is refused for each",
    flows: [cidr("0.0.0.0/1", "128.0.0.0/1")],
    says: [
      ["the pods of cluster lab (10.42.0.0/16)", INSIDE],
      ["the services of cluster lab (10.43.0.0/16)", INSIDE],
      ["the nodes of cluster lab (192.168.1.0/24)", INSIDE],
      [
        "instance metadata (169.254.169.254/32)",
        "No flow reaches metadata: give the workload a role by cloudIdentity().",
      ],
    ].map(
      ([what, remedy]) =>
        `shop on lab: flow web → cidr tcp/443: 0.0.0.0/1, 128.0.0.0/1 holds ${what ?? ""}. ${remedy ?? ""}`,
    ),
  },
  {
    claim: "addresses of a family that no pod has are refused, not dropped",
    flows: [cidr("2600:1::/32")],
    says: [
      "shop on lab: flow web → cidr tcp/443: 2600:1::/32 has no address that a pod of cluster lab can reach: its pods have only IPv4. Give addresses of IPv4.",
    ],
  },
  {
    claim: "cloud ends without a place are refused, each",
    flows: [
      flow("web", { kind: "database", database: "main" }, ["tcp/5432"]),
      flow("web", { kind: "bucket", bucket: "docs", access: "read" }, ["tcp/443"]),
      flow("web", { kind: "cloud-identity" }, ["tcp/443"]),
    ],
    app: web,
    says: [
      "shop on lab: flow web → database tcp/5432: nothing says where database main is. Give its subnets' CIDRs: databases: { main: { subnetCidrs: […] } }.",
      "shop on lab: flow web → bucket tcp/443: nothing says where bucket docs is reached. Give its endpoint: buckets: { docs: { endpoint: … } }.",
      "shop on lab: flow web → cloud-identity tcp/443: nothing says where pods get their cloud credentials. Give identity: { kind: irsa, stsSubnetCidrs: […] } or { kind: pod-identity }.",
    ],
  },
  {
    claim: "empty lists of addresses are refused: nothing reads them as everyone",
    app: web,
    at: {
      databases: { main: { subnetCidrs: [] } },
      buckets: { docs: { endpoint: { kind: "interface", subnetCidrs: [] } } },
      identity: { kind: "irsa", stsSubnetCidrs: [] },
    },
    on: cluster("k3s", { nodeCidrs: [], apiServer: { endpoints: [], serviceAddresses: [] } }),
    says: [
      "cluster lab: nodeCidrs: an empty list. Write at least one CIDR.",
      "cluster lab: apiServer.endpoints: an empty list. Write at least one CIDR.",
      "shop on lab: databases.main.subnetCidrs: an empty list. Write at least one CIDR.",
      "shop on lab: buckets.docs.endpoint.subnetCidrs: an empty list. Write at least one CIDR.",
      "shop on lab: identity.stsSubnetCidrs: an empty list. Write at least one CIDR.",
    ],
  },
  {
    claim: "empty labels are refused: nothing reads them as every pod",
    flows: [flow("web", { kind: "pods", namespace: "other", pods: {} }, ["tcp/80"])],
    app: { workloads: [{ ...workload("web"), labels: {} }, workload("db")] },
    on: cluster("k3s", { dns: { ...dns, pods: {} }, platform: { ingress: { namespace: "x", pods: {} } } }),
    says: [
      "cluster lab: dns.pods: no labels would mean every pod of its namespace. Write the DNS pods' labels, usually k8s-app: kube-dns.",
      'cluster lab: platform.ingress.pods: no labels would mean every pod. Write the labels of its pods, or "every-pod" if all are meant.',
      "shop: workload web: has no labels. Write the labels that its pods, and no others, carry.",
      'shop on lab: flow web → pods tcp/80: the pods of shop have no labels. Write labels, or "every-pod" if all are meant.',
      'shop on lab: flow web → pods tcp/80: the pods of other have no labels. Write labels, or "every-pod" if all are meant.',
    ],
  },
  {
    claim: "subnets that hold the cluster's own addresses are refused; single addresses in them are not",
    app: web,
    at: {
      databases: { main: { subnetCidrs: ["10.42.1.0/24"] } },
      buckets: {
        docs: { endpoint: { kind: "interface", subnetCidrs: ["192.168.1.0/28", "192.168.1.77/32"] } },
      },
    },
    says: [
      "shop on lab: databases.main.subnetCidrs: holds addresses of the cluster itself (10.42.1.0/24), which would be admitted too. Give the database subnets of its own.",
      "shop on lab: buckets.docs.endpoint.subnetCidrs: 192.168.1.0/28 holds addresses of the cluster itself (192.168.1.0/28), which would be admitted too. Write the single addresses that are meant, as /32 or /128.",
    ],
  },
  {
    claim: "two families are refused where the CNI filters one",
    on: cluster("aws-vpc-cni", { podCidrs: ["10.42.0.0/16", "2600:1::/56"] }),
    says: [
      "cluster lab: podCidrs: has IPv4 and IPv6, and aws-vpc-cni ignores the policies' rules of one of them. Write the ranges of the cluster's one IP family.",
    ],
  },
  {
    claim: "services of another family than the pods' are refused",
    on: cluster("k3s", {
      serviceCidrs: ["fd00:1::/108"],
      dns: { ...dns, serviceAddresses: [] },
      apiServer: { ...api, serviceAddresses: [] },
    }),
    says: [
      "cluster lab: serviceCidrs: has no addresses of the pods' family, so no pod could reach a Service. Write the range that the cluster's Services have.",
    ],
  },
  {
    claim: "a cluster's ranges may not overlap, except pods and nodes where the CNI shares them",
    on: cluster("k3s", {
      podCidrs: ["10.42.0.0/16", "192.168.0.0/16"],
      serviceCidrs: ["10.42.0.0/24"],
      dns: { ...dns, serviceAddresses: [] },
      apiServer: { ...api, serviceAddresses: [] },
    }),
    says: [
      "cluster lab: podCidrs: overlaps serviceCidrs in 10.42.0.0/24. Give each kind of address its own range, as the cluster does.",
      "cluster lab: podCidrs: overlaps nodeCidrs in 192.168.1.0/24. Give each kind of address its own range, as the cluster does.",
    ],
  },
  {
    claim: "names and labels that Kubernetes wouldn't take are refused, each at its place",
    on: cluster("k3s", {
      name: "a/b",
      aliases: ["k3d\u202e"],
      dns: { ...dns, namespace: "Kube System", pods: { "bad key!": "x" } },
      platform: { monitoring: { namespace: "Mon_itoring", pods: { "A B": "-x" } } },
    }),
    says: [
      `cluster a/b: name: cluster name "a/b" isn't a valid name. Use 1-63 of a-z, 0-9 and -, with a letter or digit at both ends.`,
      `cluster a/b: aliases[0]: cluster name "k3d\\u202e" isn't a valid name. Use 1-63 of a-z, 0-9 and -, with a letter or digit at both ends.`,
      `cluster a/b: dns.namespace: namespace name "Kube System" isn't a valid name. Write "kube-system".`,
      `cluster a/b: dns.pods: label key "bad key!" isn't valid. Use up to 63 letters, digits and - _ . with a letter or digit at both ends, after an optional DNS prefix and a slash.`,
      `cluster a/b: platform.monitoring.namespace: namespace name "Mon_itoring" isn't a valid name. Write "mon-itoring".`,
      `cluster a/b: platform.monitoring.pods: label key "A B" isn't valid. Use up to 63 letters, digits and - _ . with a letter or digit at both ends, after an optional DNS prefix and a slash.`,
      `cluster a/b: platform.monitoring.pods: label "A B" value "-x" isn't a label value. Use up to 63 letters, digits and - _ . with a letter or digit at both ends.`,
    ],
  },
  ...["8.8.8.8", "10.42.0.7"].map((address) => ({
    claim: `a node-local cache at ${address} is refused: policies would open it to every workload`,
    on: cluster("k3s", { dns: { ...dns, nodeLocalAddresses: [address] } }),
    says: [
      `cluster lab: dns.nodeLocalAddresses: ${address}/32 isn't a node-local address. Write the cache's own address, usually 169.254.20.10.`,
    ],
  })),
  {
    claim: "API servers in blocks that are far too wide are refused, each",
    on: cluster("k3s", {
      apiServer: {
        ...api,
        endpoints: ["8.0.0.0/7", "172.16.0.0/12"].map((block) => ({ cidr: block, port: 6443 })),
      },
    }),
    says: ["8.0.0.0/7", "172.16.0.0/12"].map(
      (block, index) =>
        `cluster lab: apiServer.endpoints[${index}].cidr: ${block} is far too wide for API servers. Write their addresses, or the subnets that they have to themselves.`,
    ),
  },
  {
    claim: "IPv4 disguised as IPv6 isn't a range of a cluster",
    on: cluster("k3s", { nodeCidrs: ["192.168.1.0/24", "::fffe:0:0/95", "::ffff:0:0/96"] }),
    says: [
      "cluster lab: nodeCidrs[1]: ::fffe:0:0/95 holds the IPv4-mapped addresses (::ffff:0:0/96), which many programs read as all of IPv4. Write the range that is meant.",
      'cluster lab: nodeCidrs[2]: "::ffff:0:0/96" is an IPv4 block written as IPv6. Write 0.0.0.0/0.',
    ],
  },
  {
    claim: "names that the application doesn't have are refused",
    at: {
      observedWorkloads: ["wbe"],
      databases: { main: { subnetCidrs: ["10.9.0.0/24"] } },
    },
    says: [
      'shop on lab: workloadStages: shop has no workload "wbe". Did you mean "web"?',
      'shop on lab: databases: shop has no database "main". Remove it.',
    ],
  },
  {
    claim: "the cluster's own namespaces are refused",
    at: { namespace: "kube-system" },
    says: [
      "shop on lab: namespace: kube-system belongs to the cluster. Give the application a namespace of its own.",
    ],
  },
  ...["monitoring", "dns"].map((service) => ({
    claim: `a namespace where the platform runs ${service} is refused`,
    on: cluster("k3s", { dns: { ...dns, namespace: "dns" } }),
    at: { namespace: service },
    says: [
      `shop on lab: namespace: ${service} is where ${service} of cluster lab runs. Give the application a namespace of its own: isolation would cut off what is there.`,
    ],
  })),
  {
    claim: "ports on which the Kubernetes API doesn't listen are refused",
    flows: [flow("web", { kind: "kubernetes-api" }, ["tcp/8443"])],
    says: [
      "shop on lab: flow web → kubernetes-api tcp/8443: the Kubernetes API doesn't listen on tcp/8443. Write tcp/443, its Service's port.",
    ],
  },
];

describe("compileNetworkPolicies refuses what it can't express", () => {
  for (const { claim, flows = [], app = {}, on = cluster("k3s"), at = {}, beside = [], says } of CASES) {
    it(claim, () => {
      const shop = application([workload("web"), workload("db")], flows, app);
      assert.throws(
        () => compileNetworkPolicies(shop, placement(at), on, beside),
        (error: unknown) => {
          assert.ok(error instanceof PalisadeInputError);
          assert.deepEqual(error.problems.map(problemText), says);
          return true;
        },
      );
    });
  }

  it("accepts as many pairs as the VPC CNI holds where they are enforced", () => {
    const shop = application([workload("web"), workload("db")], [flow("web", "db", SPARSE)]);
    assert.doesNotThrow(() => compileNetworkPolicies(shop, placement(), cluster("aws-vpc-cni")));
  });

  it("accepts pods with nodes' addresses under the CNIs that give these", () => {
    for (const cni of ["aws-vpc-cni", "azure"] as const) {
      const on = cluster(cni, {
        podCidrs: ["10.42.0.0/16"],
        nodeCidrs: ["10.42.0.0/16"],
        apiServer: { ...api, endpoints: [{ cidr: "10.42.0.9/32", port: 443 }] },
      });
      assert.doesNotThrow(() => compileNetworkPolicies(application([workload("web")], []), placement(), on));
    }
  });
});
