import { clusterPolicy, namespace } from "../helpers";
import { type Case, casesOf } from "./case";

const API = "the network-policy-api's documentation of ClusterNetworkPolicy";
const ATTACK = "an attacker with commit rights";
const everyone = casesOf("cluster-network-policy-no-everyone-ingress", ATTACK);
const egress = casesOf("cluster-network-policy-no-everyone-egress", API);
const metadata = casesOf("cluster-network-policy-no-metadata-egress", ATTACK);
const databases = casesOf("cluster-network-policy-no-database-ports-by-cidr", ATTACK);
const trusted = casesOf("cluster-network-policy-trusted-namespace-selectors", ATTACK);
const denials = casesOf("cluster-network-policy-deny-effective", ATTACK);
const shadowed = casesOf("cluster-network-policy-no-shadowed-rules", API);
const defaults = casesOf("namespace-default-deny", API);

const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const networks = (...cidrs: string[]) => [{ networks: cidrs }];
const labelled = (labels: object) => [{ namespaces: { matchLabels: labels } }];
const rule = (action: string, to: readonly object[], more: object = {}) => ({ action, to, ...more });

/** Policies of tiers, good and bad. */
export const TIER_CASES: readonly Case[] = [
  everyone(
    "tier-accepts-all-above-a-denial",
    "An Admin policy accepts every namespace, so the default deny of each is worth nothing",
    [clusterPolicy("bad", { ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] })],
    "bad",
  ),
  everyone("tier-passes-all", "An Admin policy passes every namespace on: NetworkPolicies decide", [
    clusterPolicy("good", { ingress: [{ action: "Pass", from: [{ namespaces: {} }] }] }),
  ]),
  egress(
    "tier-internet-behind-a-denial",
    "The internet after a Deny of the private ranges is a destination",
    [
      clusterPolicy("good", {
        egress: [
          rule("Deny", networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")),
          rule("Accept", networks("0.0.0.0/0"), tcp(443)),
        ],
      }),
    ],
  ),
  metadata(
    "tier-metadata-denied-elsewhere",
    "The metadata service is denied on tcp/80, and accepted on every port after it",
    [
      clusterPolicy("bad", {
        egress: [
          rule("Deny", networks("169.254.169.254/32"), tcp(80)),
          rule("Accept", networks("169.254.0.0/16")),
        ],
      }),
    ],
    "bad",
  ),
  databases(
    "tier-database-port-outside",
    "Every pod may speak PostgreSQL to an address outside",
    [clusterPolicy("bad", { egress: [rule("Accept", networks("203.0.113.9/32"), tcp(5432))] })],
    "bad",
  ),
  trusted(
    "tier-accepts-a-label-anyone-sets",
    "Monitoring is whoever labels a namespace so",
    [clusterPolicy("bad", { ingress: [{ action: "Accept", from: labelled({ purpose: "monitoring" }) }] })],
    "bad",
  ),
  denials(
    "tier-denial-overtaken",
    "A policy with a lower priority number, in a file of its own, accepts what the platform denies",
    [
      clusterPolicy("platform", { priority: 100, egress: [rule("Deny", networks("169.254.169.254/32"))] }),
      clusterPolicy("agents", { priority: 99, egress: [rule("Accept", networks("169.254.0.0/16"))] }),
    ],
    "platform",
  ),
  denials("tier-denial-with-an-exception", "An exception for one port leaves the denial in force", [
    clusterPolicy("platform", { priority: 100, egress: [rule("Deny", networks("169.254.169.254/32"))] }),
    clusterPolicy("agents", {
      priority: 99,
      egress: [rule("Accept", networks("169.254.0.0/16"), tcp(2703))],
    }),
  ]),
  shadowed(
    "tier-rule-after-everything",
    "A rule after one that denies every address decides nothing",
    [
      clusterPolicy("bad", {
        egress: [rule("Deny", networks("0.0.0.0/0")), rule("Accept", networks("10.0.0.0/8"))],
      }),
    ],
    "bad",
  ),
  defaults(
    "tier-default-deny-in-the-admin-tier-is-none",
    "An Admin policy that passes everything on is no default deny",
    [namespace(), clusterPolicy("admin", { egress: [rule("Pass", [{ namespaces: {} }])] })],
    "shop",
  ),
];
