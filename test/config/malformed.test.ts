// Longer than most: a table, one row a mistake.
import { strict as assert } from "node:assert";
import { PalisadeInputError, problemText } from "../../problems";
import { readStack } from "../../config";
import { type Data, changed, declared, lab, values } from "./stacks";

type Case = readonly [claim: string, config: Record<string, string>, ...says: string[]];

/** The valid cluster with some values changed, by path. */
const on = (changes: Readonly<Record<string, unknown>>): Record<string, string> =>
  values([Object.entries(changes).reduce<Data>((data, [path, value]) => changed(data, path, value), lab())]);

const without = (key: string): Record<string, string> => {
  const entries = Object.entries(values([lab()]));
  return Object.fromEntries(entries.filter(([name]) => name !== key));
};

const CASES: readonly Case[] = [
  // The stack's own keys
  [
    "nothing at all",
    {},
    "palisade:environment: is missing. Use dev, uat or prod.",
    "palisade:clusters: is missing. Write a list.",
  ],
  [
    "no environment",
    without("palisade:environment"),
    "palisade:environment: is missing. Use dev, uat or prod.",
  ],
  [
    "an unknown environment",
    values([lab()], { "palisade:environment": "production" }),
    `palisade:environment: "production" isn't an environment. Use dev, uat or prod.`,
  ],
  [
    "a misspelt key",
    values([lab()], { "palisade:aplications": '["shop"]' }),
    `palisade:aplications: isn't a key of the stack's config. Did you mean "applications"?`,
  ],
  [
    "clusters that are a text, which may stand for a secret",
    values("withheld-1234"),
    "palisade:clusters: isn't a JSON list. If it is encrypted, the embedded preview can't decrypt it: keep clusters in plain text; nothing in it is secret.",
  ],
  [
    "an application selected twice",
    values([lab()], { "palisade:applications": '["shop","shop"]' }),
    'palisade:applications[1]: "shop" repeats palisade:applications[0]. Name each once.',
  ],
  [
    "a cluster on which nothing runs: an up would delete all that was there",
    on({ applications: {} }),
    "clusters[0].applications: names no application. Place one here, or remove the cluster from the list.",
  ],
  [
    "malformed facts, each at its place, beside a CNI without a profile",
    values(
      [
        [
          ["cni", "flannel"],
          ["podCidrs", ["10.42.0.1/16"]],
          ["dns", { namespace: "Kube System", serviceAddresses: ["10.43.0.0/24"] }],
          ["applications.shop.overrides", { flows: { "x -> y": { removed: "no need" } } }],
          ["applications.shp", { stage: "enforce" }],
        ].reduce<Data>((data, [path, value]) => changed(data, path as string, value), lab()),
      ],
      { "palisade:applications": '["nope"]' },
    ),
    'clusters[0].cni: "flannel" has no profile: flannel doesn\'t enforce NetworkPolicies; k3s adds a controller that does: cni: k3s. Use k3s, calico, cilium, aws-vpc-cni or azure.',
    `clusters[0].podCidrs[0]: "10.42.0.1/16" isn't canonical. Write 10.42.0.0/16.`,
    `clusters[0].dns.namespace: namespace name "Kube System" isn't a valid name. Write "kube-system".`,
    `clusters[0].dns.serviceAddresses[0]: "10.43.0.0/24" isn't an IP address. Write a plain address, such as 10.96.0.10.`,
    'clusters[0].applications.shop.overrides.flows["x -> y"]: isn\'t a flow of this application. Write one of platform ingress -> web, web -> db, web -> internet, web-out.',
    `clusters[0].applications.shp: isn't an application. Did you mean "shop"?`,
    'palisade:applications[0]: "nope" doesn\'t run on any cluster of this stack. Write one of bank, shop, shp.',
  ],
  [
    "clusters that are a mapping",
    values({ lab: lab() }),
    "palisade:clusters: a mapping isn't a list. Write a list.",
  ],
  [
    "an empty list of clusters",
    values([]),
    "palisade:clusters: a list of 0 isn't at least one cluster. Add one; docs/config.md has an example.",
  ],
  [
    "a cluster that is a text",
    values(["lab"]),
    `clusters[0]: "lab" isn't a mapping. Write a mapping with name, context, cni, podCidrs, serviceCidrs, nodeCidrs, apiServer, applications.`,
  ],
  [
    "a key that hides what it says",
    values('[{"__proto__":{"name":"lab"}}]'),
    `palisade:clusters: "__proto__" isn't a key of anything. Remove it.`,
  ],
  [
    "an empty selection",
    values([lab()], { "palisade:applications": "[]" }),
    "palisade:applications: a list of 0 isn't at least one application. Name those to provision, or remove the key to provision all.",
  ],
  [
    "a selection of what runs nowhere",
    values([lab()], { "palisade:applications": '["shop","bnak"]' }),
    'palisade:applications[1]: "bnak" doesn\'t run on any cluster of this stack. Did you mean "bank"?',
  ],
  // A cluster's shape
  [
    "a cluster without its facts",
    values([{ name: "lab" }]),
    "clusters[0].context: is missing. Write the context's name, as kubectl config get-contexts lists it.",
    "clusters[0].cni: is missing. Use k3s, calico, cilium, aws-vpc-cni or azure.",
    "clusters[0].podCidrs: is missing. Write CIDRs in a list, such as [10.0.0.0/16].",
    "clusters[0].serviceCidrs: is missing. Write CIDRs in a list, such as [10.0.0.0/16].",
    "clusters[0].nodeCidrs: is missing. Write CIDRs in a list, such as [10.0.0.0/16].",
    "clusters[0].apiServer: is missing. Write a mapping with endpoints.",
    "clusters[0].applications: is missing. Write names and values.",
  ],
  [
    "a misspelt key of a cluster",
    on({ podCIDR: ["10.42.0.0/16"] }),
    `clusters[0].podCIDR: isn't a key of a cluster. Did you mean "podCidrs"?`,
  ],
  [
    "a CNI that enforces nothing",
    on({ cni: "flannel" }),
    'clusters[0].cni: "flannel" has no profile: flannel doesn\'t enforce NetworkPolicies; k3s adds a controller that does: cni: k3s. Use k3s, calico, cilium, aws-vpc-cni or azure.',
  ],
  [
    "a CNI that nobody maintains",
    on({ cni: "weave" }),
    'clusters[0].cni: "weave" has no profile: Weave Net is no longer maintained, so nobody fixes what it lets through. Use k3s, calico, cilium, aws-vpc-cni or azure.',
  ],
  [
    "an unknown CNI",
    on({ cni: "constructor" }),
    'clusters[0].cni: "constructor" has no profile. Use k3s, calico, cilium, aws-vpc-cni or azure.',
  ],
  [
    "a single CIDR instead of a list",
    on({ podCidrs: "10.42.0.0/16" }),
    `clusters[0].podCidrs: "10.42.0.0/16" isn't a list. Write CIDRs in a list, such as [10.0.0.0/16].`,
  ],
  [
    "a CIDR that isn't a CIDR",
    on({ podCidrs: ["pods"] }),
    `clusters[0].podCidrs[0]: "pods" isn't a CIDR: expected an address, a slash and a prefix length. Write an address, a slash and a prefix length, such as 10.0.0.0/16.`,
  ],
  [
    "a CIDR that isn't canonical",
    on({ nodeCidrs: ["192.168.1.5/24"] }),
    `clusters[0].nodeCidrs[0]: "192.168.1.5/24" isn't canonical. Write 192.168.1.0/24.`,
  ],
  [
    "a CIDR that is everything",
    on({ nodeCidrs: ["0.0.0.0/0"] }),
    "clusters[0].nodeCidrs[0]: 0.0.0.0/0 is every address. Write the range that is meant.",
    "clusters[0].nodeCidrs: overlaps serviceCidrs in 10.43.0.0/16. Give each kind of address its own range, as the cluster does.",
    "clusters[0].podCidrs: overlaps nodeCidrs in 10.42.0.0/16. Give each kind of address its own range, as the cluster does.",
    "clusters[0].applications.bank.databases.ledger.subnetCidrs: holds addresses of the cluster itself (10.9.0.0/24), which would be admitted too. Give the database subnets of its own.",
    "clusters[0].applications.bank.buckets.papers.endpoint.prefixListCidrs: 52.216.0.0/15 holds addresses of the cluster itself (52.216.0.0/15), which would be admitted too. Write the single addresses that are meant, as /32 or /128.",
    "clusters[0].applications.bank.identity.stsSubnetCidrs: 10.9.1.0/27 holds addresses of the cluster itself (10.9.1.0/27), which would be admitted too. Write the single addresses that are meant, as /32 or /128.",
  ],
  [
    "a CIDR twice",
    on({ podCidrs: ["10.42.0.0/16", "10.42.0.0/16"] }),
    "clusters[0].podCidrs[1]: 10.42.0.0/16 is clusters[0].podCidrs[0] again. Remove one of them.",
  ],
  [
    "pod and service ranges that overlap",
    on({ podCidrs: ["10.43.128.0/17"] }),
    "clusters[0].podCidrs: overlaps serviceCidrs in 10.43.128.0/17. Give each kind of address its own range, as the cluster does.",
  ],
  [
    "a DNS address outside the services",
    on({ "dns.serviceAddresses": ["10.96.0.10"] }),
    "clusters[0].dns.serviceAddresses: 10.96.0.10/32 is outside serviceCidrs. Write the Service's cluster IP, or correct serviceCidrs.",
  ],
  [
    "a DNS address that is a range",
    on({ "dns.serviceAddresses": ["10.43.0.0/24"] }),
    `clusters[0].dns.serviceAddresses[0]: "10.43.0.0/24" isn't an IP address. Write a plain address, such as 10.96.0.10.`,
  ],
  [
    "a cache at the metadata address",
    on({ "dns.nodeLocalAddresses": ["169.254.169.254"] }),
    "clusters[0].dns.nodeLocalAddresses: holds the address of instance metadata. Write the cache's own address, usually 169.254.20.10.",
  ],
  [
    "an API port out of range",
    on({ "apiServer.endpoints": [{ cidr: "192.168.1.10/32", port: 70000 }] }),
    "clusters[0].apiServer.endpoints[0].port: 70000 isn't a port's number. Write a whole number from 1 to 65535.",
  ],
  [
    "an API port as a text",
    on({ "apiServer.endpoints": [{ cidr: "192.168.1.10/32", port: "6443" }] }),
    `clusters[0].apiServer.endpoints[0].port: "6443" isn't a port's number. Write a whole number from 1 to 65535.`,
  ],
  [
    "platform pods without labels",
    on({ "platform.ingress.pods": {} }),
    'clusters[0].platform.ingress.pods: no labels would mean every pod. Write the labels of its pods, or "every-pod" if all are meant.',
  ],
  [
    "platform pods that are another word",
    on({ "platform.ingress.pods": "all" }),
    'clusters[0].platform.ingress.pods: "all" is neither labels nor "every-pod". Write labels, such as app: prometheus, or "every-pod".',
  ],
  [
    "a platform service that a flow needs and the cluster lacks",
    on({ "platform.ingress": undefined }),
    "clusters[0].applications.shop: flow platform ingress → web tcp/80: cluster lab has no platform service ingress. Say where it runs: platform: { ingress: { namespace: …, pods: … } }.",
  ],
  // Two clusters
  [
    "two clusters of one name",
    values([lab(), { ...lab(), context: "other" }]),
    "clusters[1].name: is the same as clusters[0].name. Give each cluster a name of its own.",
  ],
  [
    "a cluster twice",
    values([lab(), { ...lab(), name: "other" }]),
    "clusters[1].context: is the same as clusters[0].context. List a cluster once, with all its applications.",
  ],
  [
    "an alias that is another cluster's name",
    values([lab(), { ...lab(), name: "other", context: "other", aliases: ["lab"], identifier: "other" }]),
    "clusters[1].aliases[0]: is the same as clusters[0].name. Give each cluster a name of its own.",
  ],
  [
    "a renamed cluster that doesn't say what it was known by",
    values([{ ...lab(), name: "new", aliases: ["lab"] }]),
    "clusters[0].identifier: is missing, and new has had another name: Pulumi would take it for another cluster and replace everything on it. Write what it was known by before: identifier: lab, if that was its first name.",
  ],
  [
    "an identifier that is another cluster's",
    values([lab(), { ...lab(), name: "other", context: "other", identifier: "lab" }]),
    "clusters[1].identifier: is the same as clusters[0].name. Give each cluster an identifier of its own.",
  ],
  [
    "an identifier that says nothing",
    values([{ ...lab(), identifier: " " }]),
    `clusters[0].identifier: " " isn't an identifier. Write a name that never changes, such as the cluster's first one.`,
  ],
  // Placements
  [
    "an unknown application",
    on({ "applications.shp": { stage: "enforce" } }),
    `clusters[0].applications.shp: isn't an application. Did you mean "shop"?`,
  ],
  [
    "no stage",
    on({ "applications.shop": {} }),
    "clusters[0].applications.shop.stage: is missing. Use off, observe or enforce.",
  ],
  [
    "an unknown stage",
    on({ "applications.shop.stage": "enforced" }),
    `clusters[0].applications.shop.stage: "enforced" isn't a stage. Use off, observe or enforce.`,
  ],
  [
    "a placement that is nothing",
    on({ "applications.shop": null }),
    "clusters[0].applications.shop: nothing isn't a mapping. Write a mapping with stage.",
  ],
  [
    "a misspelt key of a placement",
    on({ "applications.shop.namspace": "x" }),
    `clusters[0].applications.shop.namspace: isn't a key of a placement. Did you mean "namespace"?`,
  ],
  [
    "a namespace of the cluster's own",
    on({ "applications.shop.namespace": "kube-system" }),
    "clusters[0].applications.shop.namespace: kube-system belongs to the cluster. Give the application a namespace of its own.",
  ],
  [
    "a namespace that isn't a name",
    on({ "applications.shop.namespace": "Shop_1" }),
    `clusters[0].applications.shop.namespace: "Shop_1" isn't a namespace name. Write at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.`,
  ],
  [
    "two applications in one namespace",
    on({ "applications.shop.namespace": "bank-lab" }),
    "clusters[0].applications.shop.namespace: bank-lab is already bank's namespace. Give each application a namespace of its own.",
  ],
  [
    "a workload's stage off",
    on({ "applications.shop.workloadStages": { web: "off" } }),
    "clusters[0].applications.shop.workloadStages.web: off would leave the workload under isolation without what its flows need. Use observe, which blocks nothing for it.",
  ],
  [
    "a workload ahead of its application",
    on({ "applications.bank.workloadStages": { api: "enforce" } }),
    "clusters[0].applications.bank.workloadStages.api: can't be enforce while the application's stage is observe: its isolation policy allows everything. Set stage: enforce for the application, and observe for the workloads that lag behind.",
  ],
  [
    "a workload observed while nothing is",
    on({ "applications.shop.stage": "off", "applications.shop.workloadStages": { web: "observe" } }),
    "clusters[0].applications.shop.workloadStages.web: there is nothing to observe while the application's stage is off. Remove it, or set stage: observe for the application.",
  ],
  [
    "a stage of an unknown workload",
    on({ "applications.shop.workloadStages": { wbe: "observe" } }),
    'clusters[0].applications.shop.workloadStages: shop has no workload "wbe". Did you mean "web"?',
  ],
  [
    "a database that the application doesn't have",
    on({ "applications.bank.databases.leger": { subnetCidrs: ["10.9.0.0/24"] } }),
    'clusters[0].applications.bank.databases: bank has no database "leger". Did you mean "ledger"?',
  ],
  [
    "a database without a place",
    on({ "applications.bank.databases": {} }),
    "clusters[0].applications.bank: flow api → database ledger tcp/5432: nothing says where database ledger is. Give its subnets' CIDRs: databases: { ledger: { subnetCidrs: […] } }.",
  ],
  [
    "a database inside the pods' range",
    on({ "applications.bank.databases.ledger.subnetCidrs": ["10.42.3.0/24"] }),
    "clusters[0].applications.bank.databases.ledger.subnetCidrs: holds addresses of the cluster itself (10.42.3.0/24), which would be admitted too. Give the database subnets of its own.",
  ],
  [
    "an endpoint of no kind",
    on({ "applications.bank.buckets.papers.endpoint": { subnetCidrs: ["10.9.2.0/24"] } }),
    "clusters[0].applications.bank.buckets.papers.endpoint.kind: is missing. Use gateway or interface.",
  ],
  [
    "an endpoint of an unknown kind",
    on({ "applications.bank.buckets.papers.endpoint": { kind: "nat" } }),
    `clusters[0].applications.bank.buckets.papers.endpoint.kind: "nat" isn't a kind of endpoint. Use gateway or interface.`,
  ],
  [
    "a gateway with an interface's keys",
    on({ "applications.bank.buckets.papers.endpoint": { kind: "gateway", subnetCidrs: ["10.9.2.0/24"] } }),
    "clusters[0].applications.bank.buckets.papers.endpoint.prefixListCidrs: is missing. Write CIDRs in a list, such as [10.0.0.0/16].",
    "clusters[0].applications.bank.buckets.papers.endpoint.subnetCidrs: isn't a key of a gateway endpoint. Write one of kind, prefixListCidrs.",
  ],
  [
    "an identity that is a word",
    on({ "applications.bank.identity": "irsa" }),
    `clusters[0].applications.bank.identity: "irsa" isn't a mapping. Write kind: irsa or pod-identity, and what goes with it.`,
  ],
  [
    "an unknown Pod Security level",
    on({ "applications.shop.podSecurity": { enforce: "strict" } }),
    `clusters[0].applications.shop.podSecurity.enforce: "strict" isn't a Pod Security level. Use privileged, baseline or restricted.`,
  ],
  [
    "an adoption that is a text",
    on({ "applications.shop.adopt": "yes" }),
    `clusters[0].applications.shop.adopt: "yes" isn't true or false. Write true or false.`,
  ],
  [
    "overrides that are a list",
    on({ "applications.shop.overrides": [] }),
    "clusters[0].applications.shop.overrides: isn't a mapping. Write what this stack changes, such as monitoring: false.",
  ],
  [
    "an override of no flow",
    on({ "applications.shop.overrides": { flows: { "web-outt": { removed: "no internet" } } } }),
    'clusters[0].applications.shop.overrides.flows.web-outt: isn\'t a flow of this application. Did you mean "web-out"?',
  ],
  [
    "an override that no application can have",
    on({
      "applications.shop.overrides": {
        extraFlows: [
          {
            from: "web",
            to: { kind: "cidr", cidrs: ["1.2.3.4/24"] },
            ports: ["tcp/443"],
            because: "webhook",
          },
        ],
      },
    }),
    `clusters[0].applications.shop.overrides.extraFlows[0]: flow web → 1.2.3.4/24 (the stack's override): "1.2.3.4/24" isn't a canonical CIDR. Write 1.2.3.0/24.`,
  ],
  [
    "a change that leaves a flow wrong, and a metrics port that is none",
    on({
      "applications.shop.overrides": {
        flows: {
          "web -> db": { ports: ["tcp/70000"] },
          "web-out": { to: { kind: "cidr", cidrs: ["1.2.3.4/24"] } },
        },
        metrics: { web: "udp/9100" },
      },
    }),
    "clusters[0].applications.shop.overrides.metrics.web: metrics udp/9100 isn't one TCP port. Prometheus scrapes one TCP port: write tcp/9100.",
  ],
  [
    "changes that leave flows wrong",
    on({
      "applications.shop.overrides": {
        flows: {
          "web -> db": { ports: ["tcp/70000"] },
          "web-out": { to: { kind: "cidr", cidrs: ["1.2.3.4/24"] } },
        },
      },
    }),
    `clusters[0].applications.shop.overrides.flows["web -> db"]: flow web → db (the stack's override): port tcp/70000 is out of range 1-65535. Write a port from 1 to 65535.`,
    `clusters[0].applications.shop.overrides.flows.web-out: flow web → 1.2.3.4/24 (the stack's override): "1.2.3.4/24" isn't a canonical CIDR. Write 1.2.3.0/24.`,
  ],
  // All at once
  [
    "problems of every kind at once",
    values(
      [
        { ...lab(), cni: "weave", name: 7 },
        {
          ...changed(changed(lab(), "applications.shop.stage", "on"), "platform", []),
          name: "two",
          context: "two",
        },
      ],
      { "palisade:environment": "test" },
    ),
    `palisade:environment: "test" isn't an environment. Use dev, uat or prod.`,
    "clusters[0].name: 7 isn't a name. Give the cluster a name.",
    'clusters[0].cni: "weave" has no profile: Weave Net is no longer maintained, so nobody fixes what it lets through. Use k3s, calico, cilium, aws-vpc-cni or azure.',
    "clusters[1].platform: a list of 0 isn't a mapping. Write names and values.",
    `clusters[1].applications.shop.stage: "on" isn't a stage. Use off, observe or enforce.`,
  ],
];

describe("readStack refuses, every problem at its place:", () => {
  for (const [claim, config, ...says] of CASES) {
    it(claim, () => {
      assert.throws(
        () => readStack(config, declared),
        (error: unknown) => {
          assert.ok(error instanceof PalisadeInputError, String(error));
          assert.deepEqual(error.problems.map(problemText), says);
          return true;
        },
      );
    });
  }
});
