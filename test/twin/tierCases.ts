// Longer than most: a table, one row a case.
import type { Protocol } from "../../net/ports";
import type { Verdict } from "./twin";
import type {
  TwinAdminNetworkPolicy,
  TwinBaselineAdminNetworkPolicy,
  TwinClusterNetworkPolicy,
  TwinEnd,
  TwinPods,
  TwinPolicy,
  TwinTierPolicy,
  TwinWorld,
} from "./world";

/** One question about policies in tiers, with the answer that the API's words give. */
export interface TierCase {
  /** Why the answer is right. */
  readonly why: string;
  readonly world: TwinWorld;
  readonly from: TwinEnd;
  readonly to: TwinEnd;
  readonly protocol: Protocol;
  readonly port: number;
  readonly answer: Verdict;
}

type ClusterSpec = TwinClusterNetworkPolicy["spec"];
type Rules = Pick<ClusterSpec, "ingress" | "egress">;

const named = (name: string): TwinPods => ({
  namespaces: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const EVERYONE: TwinPods = { namespaces: {} };
const appPods = (app: string): TwinPods => ({
  pods: { namespaceSelector: {}, podSelector: { matchLabels: { app } } },
});
const SHOP = named("shop");
const BANK = named("bank");

let count = 0;
const cluster = (spec: ClusterSpec): TwinClusterNetworkPolicy => ({
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name: `p${count++}` },
  spec,
});
const admin = (rules: Rules, priority = 10, subject = SHOP) =>
  cluster({ tier: "Admin", priority, subject, ...rules });
const baseline = (rules: Rules, priority = 10, subject = SHOP) =>
  cluster({ tier: "Baseline", priority, subject, ...rules });

type Action = "Accept" | "Deny" | "Pass";
const from = (action: Action, ...peers: TwinPods[]): Rules => ({ ingress: [{ action, from: peers }] });
const to = (action: Action, ...peers: TwinPods[]): Rules => ({ egress: [{ action, to: peers }] });
const toNetworks = (action: Action, ...networks: string[]): Rules => ({
  egress: [{ action, to: [{ networks }] }],
});

const networkPolicy = (spec: NonNullable<TwinPolicy["spec"]>, namespace = "shop"): TwinPolicy => ({
  metadata: { namespace, name: "np" },
  spec,
});
const SILENT = networkPolicy({ podSelector: {}, policyTypes: ["Ingress"] });
const SILENT_EGRESS = networkPolicy({ podSelector: {}, policyTypes: ["Egress"] });
const OPEN = networkPolicy({ podSelector: {}, ingress: [{}] });

/** Every pod has its node and its address, but for "bank/unplaced". */
const PODS: TwinWorld["pods"] = [
  { namespace: "shop", name: "web", labels: { app: "web" }, ips: ["10.1.0.1"], node: "n1" },
  {
    ...{ namespace: "shop", name: "db", labels: { app: "db" }, ips: ["10.1.0.2"], node: "n1" },
    containerPorts: [
      { name: "sql", containerPort: 5432 },
      { name: "sql", containerPort: 5353, protocol: "UDP" },
      { name: "admin", containerPort: 9000 },
    ],
  },
  { namespace: "bank", name: "api", labels: { app: "api" }, ips: ["10.2.0.1"], node: "n1" },
  { namespace: "bank", name: "unplaced", labels: { app: "unplaced" } },
  {
    namespace: "bank",
    name: "host",
    labels: { app: "host" },
    ips: ["10.9.0.1"],
    hostNetwork: true,
    node: "n2",
  },
];

interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly protocol?: Protocol;
  readonly port?: number;
  readonly networkPolicies?: readonly TwinPolicy[];
  readonly pods?: TwinWorld["pods"];
}

/** An end as "namespace/pod" or as an address. */
function end(text: string): TwinEnd {
  const [namespace = "", name] = text.split("/");
  return name === undefined ? { address: namespace } : { namespace, name };
}

/** A case about "bank/api" and "shop/db" at TCP 5432, where nothing else is said. */
const that = (
  why: string,
  answer: Verdict,
  tierPolicies: readonly TwinTierPolicy[],
  asked: Asked = {},
): TierCase => ({
  ...{ why, answer, protocol: asked.protocol ?? "TCP", port: asked.port ?? 5432 },
  ...{ from: end(asked.from ?? "bank/api"), to: end(asked.to ?? "shop/db") },
  world: {
    namespaces: [
      { name: "shop", labels: { team: "a" } },
      { name: "bank", labels: { team: "b" } },
    ],
    pods: asked.pods ?? PODS,
    networkPolicies: asked.networkPolicies ?? [],
    tierPolicies,
  },
});

const silent = { networkPolicies: [SILENT] };
const open = { networkPolicies: [OPEN] };
const outwards = { from: "shop/web", to: "192.0.2.1" };

const tiers: readonly TierCase[] = [
  that("an Admin Deny is final: no NetworkPolicy opens it", "blocked", [admin(from("Deny", BANK))], open),
  that(
    "an Admin Accept is final: NetworkPolicies' silence doesn't close it",
    "allowed",
    [admin(from("Accept", BANK))],
    silent,
  ),
  that("an Admin Deny is before a Baseline Accept", "blocked", [
    admin(from("Deny", BANK)),
    baseline(from("Accept", BANK)),
  ]),
  that("an Admin Accept is before a Baseline Deny", "allowed", [
    admin(from("Accept", BANK)),
    baseline(from("Deny", BANK)),
  ]),
  that(
    "the NetworkPolicy that isolates a pod decides: a Baseline Deny isn't asked",
    "allowed",
    [baseline(from("Deny", BANK))],
    open,
  ),
  that(
    "the NetworkPolicy that isolates a pod decides: a Baseline Accept isn't asked",
    "blocked",
    [baseline(from("Accept", BANK))],
    silent,
  ),
  that("where no NetworkPolicy isolates a pod the Baseline tier decides", "blocked", [
    baseline(from("Deny", BANK)),
  ]),
  that(
    "a pod isolated for the other direction only is left to the Baseline tier in this one",
    "blocked",
    [baseline(from("Deny", BANK))],
    { networkPolicies: [SILENT_EGRESS] },
  ),
  that("so it is for egress", "blocked", [baseline(to("Deny", BANK))], {
    from: "shop/db",
    to: "bank/api",
    networkPolicies: [OPEN],
  }),
  that("what no tier decides is open", "allowed", [admin(from("Pass", BANK)), baseline(from("Pass", BANK))]),
  that("a Pass in the Baseline tier leads to the default, past that tier's other rules", "allowed", [
    baseline(from("Pass", BANK), 1),
    baseline(from("Deny", EVERYONE), 2),
  ]),
  that("an Admin Pass skips the rest of its tier", "allowed", [
    admin(from("Pass", BANK), 1),
    admin(from("Deny", EVERYONE), 2),
  ]),
  that(
    "an Admin Pass leads to NetworkPolicies",
    "blocked",
    [admin(from("Pass", BANK), 1), admin(from("Accept", EVERYONE), 2)],
    silent,
  ),
  that("an Admin Pass leads to the Baseline tier where no NetworkPolicy isolates", "blocked", [
    admin(from("Pass", BANK), 1),
    admin(from("Accept", EVERYONE), 2),
    baseline(from("Deny", BANK)),
  ]),
  that("an Admin Pass is for what its rule matches only", "blocked", [
    admin(from("Pass", SHOP), 1),
    admin(from("Deny", EVERYONE), 2),
  ]),
];

const order: readonly TierCase[] = [
  that("the lower number is first", "allowed", [
    admin(from("Deny", BANK), 1000),
    admin(from("Accept", BANK), 0),
  ]),
  that("a policy's own rules are in the order in which they are written", "allowed", [
    admin({
      ingress: [
        { action: "Accept", from: [BANK] },
        { action: "Deny", from: [EVERYONE] },
      ],
    }),
  ]),
  that("a rule that doesn't match leaves it to the next one", "blocked", [
    admin({
      ingress: [
        { action: "Accept", from: [SHOP] },
        { action: "Deny", from: [EVERYONE] },
      ],
    }),
  ]),
  that("of policies with the same priority either may decide", "unknown", [
    admin(from("Deny", BANK)),
    admin(from("Accept", BANK)),
  ]),
  that("the same priority doesn't matter where both say the same", "blocked", [
    admin(from("Deny", BANK)),
    admin(from("Deny", EVERYONE)),
  ]),
  that("nor where only one of them matches", "blocked", [
    admin(from("Deny", BANK)),
    admin(from("Accept", SHOP)),
  ]),
  that("nor where only one of them is about the pod", "blocked", [
    admin(from("Deny", BANK)),
    admin(from("Accept", BANK), 10, BANK),
  ]),
  that(
    "nor where Pass comes to what the other says",
    "allowed",
    [admin(from("Pass", BANK)), admin(from("Accept", BANK))],
    open,
  ),
  that(
    "Pass or Accept isn't known where NetworkPolicies are silent",
    "unknown",
    [admin(from("Pass", BANK)), admin(from("Accept", BANK))],
    silent,
  ),
  that("equal priorities of two tiers don't meet", "blocked", [
    admin(from("Deny", BANK)),
    baseline(from("Accept", BANK)),
  ]),
  that("nor do they matter behind a lower number", "allowed", [
    admin(from("Accept", BANK), 1),
    admin(from("Deny", BANK)),
    admin(from("Pass", BANK)),
  ]),
];

const directions: readonly TierCase[] = [
  that(
    "an egress Accept doesn't open the destination's ingress",
    "blocked",
    [admin(to("Accept", SHOP), 10, BANK)],
    silent,
  ),
  that("an ingress Accept doesn't open the source's egress", "blocked", [
    admin(from("Accept", BANK)),
    admin(to("Deny", SHOP), 20, BANK),
  ]),
  that("a policy without ingress rules doesn't affect ingress", "allowed", [admin(to("Deny", EVERYONE))]),
  that("rules are about the subject's pods only", "allowed", [
    admin(from("Deny", EVERYONE), 10, appPods("web")),
  ]),
  that(
    "a pod reaches itself, whatever the tiers say",
    "allowed",
    [admin({ ...from("Deny", EVERYONE), ...to("Deny", EVERYONE) })],
    { from: "shop/db" },
  ),
  that(
    "ingress peers are pods: addresses outside are none of them",
    "allowed",
    [admin(from("Deny", EVERYONE))],
    { from: "192.0.2.1" },
  ),
];

const peers: readonly TierCase[] = [
  that("any of a rule's peers will do", "blocked", [admin(from("Deny", SHOP, appPods("api")))]),
  that("pods are meant by their namespace and their labels, both", "allowed", [
    admin({
      ingress: [
        {
          action: "Deny",
          from: [
            {
              pods: {
                namespaceSelector: { matchLabels: { team: "a" } },
                podSelector: { matchLabels: { app: "api" } },
              },
            },
          ],
        },
      ],
    }),
  ]),
  that("networks mean addresses outside", "blocked", [admin(toNetworks("Deny", "192.0.2.0/24"))], outwards),
  that("networks mean pods too", "blocked", [admin(toNetworks("Deny", "10.2.0.0/16"))], {
    from: "shop/db",
    to: "bank/api",
  }),
  that(
    "all of IPv4 means every pod that has an IPv4 address",
    "blocked",
    [admin(toNetworks("Deny", "0.0.0.0/0"))],
    { from: "shop/db", to: "bank/api" },
  ),
  that(
    "networks of the other family mean nobody here",
    "allowed",
    [admin(toNetworks("Deny", "::/0"))],
    outwards,
  ),
  that(
    "a pod without an address may be in a network",
    "unknown",
    [admin(toNetworks("Deny", "10.2.0.0/16"))],
    { from: "shop/db", to: "bank/unplaced" },
  ),
  that(
    "where it may be doesn't matter if both come to the same",
    "blocked",
    [admin(toNetworks("Deny", "10.2.0.0/16"), 1), admin(to("Deny", BANK), 2)],
    { from: "shop/db", to: "bank/unplaced" },
  ),
  that("a pod of its node's network is no subject", "allowed", [admin(to("Deny", EVERYONE), 10, BANK)], {
    from: "bank/host",
  }),
  that(
    "nor is it a peer by namespaces or labels",
    "allowed",
    [admin(from("Deny", EVERYONE, appPods("host")))],
    { from: "bank/host" },
  ),
  that("networks mean it by its node's address", "blocked", [admin(toNetworks("Deny", "10.9.0.0/16"))], {
    from: "shop/db",
    to: "bank/host",
  }),
  that(
    "which addresses are nodes' isn't known",
    "unknown",
    [admin({ egress: [{ action: "Deny", to: [{ nodes: {} }] }] })],
    outwards,
  ),
  that(
    "a pod's address is no node's",
    "allowed",
    [admin({ egress: [{ action: "Deny", to: [{ nodes: {} }] }] })],
    { from: "shop/db", to: "bank/api" },
  ),
  that(
    "which addresses a domain name has isn't known",
    "unknown",
    [
      admin({
        egress: [
          { action: "Accept", to: [{ domainNames: ["example.com"] }] },
          { action: "Deny", to: [{ networks: ["0.0.0.0/0"] }] },
        ],
      }),
    ],
    outwards,
  ),
  that(
    "a domain name doesn't matter where all is open anyway",
    "allowed",
    [admin({ egress: [{ action: "Accept", to: [{ domainNames: ["example.com"] }] }] })],
    outwards,
  ),
];

/** With an address of each family, both of them. */
const DUAL: TwinWorld["pods"] = [
  { namespace: "shop", name: "db", ips: ["10.1.0.2", "fd00::2"] },
  { namespace: "bank", name: "api", ips: ["10.2.0.1", "fd00::1"] },
];

const families: readonly TierCase[] = [
  that(
    "a Deny of one family's networks leaves the other family open",
    "allowed",
    [admin(toNetworks("Deny", "10.0.0.0/8"))],
    { from: "shop/db", to: "bank/api", pods: DUAL },
  ),
  that(
    "a Deny of both families' closes both",
    "blocked",
    [admin(toNetworks("Deny", "10.0.0.0/8", "fd00::/16"))],
    { from: "shop/db", to: "bank/api", pods: DUAL },
  ),
  that(
    "nothing says that a pod's own node is spared what a tier denies",
    "unknown",
    [admin(toNetworks("Deny", "10.9.0.0/16"))],
    {
      ...{ from: "shop/db", to: "bank/host" },
      pods: PODS.map((pod) => (pod.name === "host" ? { ...pod, node: "n1" } : pod)),
    },
  ),
];

const at = (
  action: Action,
  protocols: NonNullable<NonNullable<ClusterSpec["ingress"]>[number]["protocols"]>,
) => admin({ ingress: [{ action, from: [EVERYONE], protocols }] });
const NAMED = [{ destinationNamedPort: "sql" }];
const RANGE = [{ tcp: { destinationPort: { range: { start: 5000, end: 5432 } } } }];

const ports: readonly TierCase[] = [
  that("without ports a rule is for all of them, of every protocol", "blocked", [admin(from("Deny", BANK))], {
    protocol: "SCTP",
    port: 1,
  }),
  that("a number is one protocol's", "allowed", [
    at("Deny", [{ udp: { destinationPort: { number: 5432 } } }]),
  ]),
  that("a range includes its end", "blocked", [at("Deny", RANGE)]),
  that("and no more", "allowed", [at("Deny", RANGE)], { port: 5433 }),
  that("a name is the destination's", "blocked", [at("Deny", NAMED)]),
  that("of every protocol that has it", "blocked", [at("Deny", NAMED)], { protocol: "UDP", port: 5353 }),
  that("at that protocol's number only", "allowed", [at("Deny", NAMED)], { protocol: "UDP" }),
  that("and nothing where the destination lacks it", "allowed", [at("Deny", NAMED)], { to: "shop/web" }),
];

const anp = (spec: TwinAdminNetworkPolicy["spec"]): TwinAdminNetworkPolicy => ({
  ...{ apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "AdminNetworkPolicy" },
  ...{ metadata: { name: `p${count++}` }, spec },
});
const banp = (spec: TwinBaselineAdminNetworkPolicy["spec"]): TwinBaselineAdminNetworkPolicy => ({
  ...{ apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "BaselineAdminNetworkPolicy" },
  ...{ metadata: { name: "default" }, spec },
});
const oldDeny = { subject: SHOP, ingress: [{ action: "Deny" as const, from: [BANK] }] };
const oldAllow = { subject: SHOP, ingress: [{ action: "Allow" as const, from: [BANK] }] };

const older: readonly TierCase[] = [
  that(
    "an AdminNetworkPolicy's Allow is before NetworkPolicies and the baseline",
    "allowed",
    [anp({ priority: 1, ...oldAllow }), banp(oldDeny)],
    silent,
  ),
  that(
    "an AdminNetworkPolicy's Deny is before NetworkPolicies",
    "blocked",
    [anp({ priority: 1, ...oldDeny })],
    open,
  ),
  that("the BaselineAdminNetworkPolicy decides where no NetworkPolicy isolates", "blocked", [banp(oldDeny)]),
  that("and doesn't where one does", "allowed", [banp(oldDeny)], open),
  that("AdminNetworkPolicies of the same priority may be in either order", "unknown", [
    anp({ priority: 1, ...oldDeny }),
    anp({ priority: 1, ...oldAllow }),
  ]),
  that(
    "a port number without a protocol is TCP's",
    "allowed",
    [
      anp({
        priority: 1,
        subject: SHOP,
        ingress: [{ action: "Deny", from: [BANK], ports: [{ portNumber: { port: 5353 } }] }],
      }),
    ],
    { protocol: "UDP", port: 5353 },
  ),
  that(
    "a port's name is of every protocol that has it",
    "blocked",
    [
      anp({
        priority: 1,
        subject: SHOP,
        ingress: [{ action: "Deny", from: [BANK], ports: [{ namedPort: "sql" }] }],
      }),
    ],
    { protocol: "UDP", port: 5353 },
  ),
];

export const TIER_CASES: readonly TierCase[] = [
  ...tiers,
  ...order,
  ...directions,
  ...peers,
  ...families,
  ...ports,
  ...older,
];
