import { aws, database, group, groupPolicy, ingress, peer, tcp } from "../aws";
import { policy, type TestResource, UNKNOWN, workload } from "../helpers";
import type { Case } from "./case";

const NAME = "protected-ends";
const ATTACK = "an attacker with commit rights";
const MEANT = "what the protected end's owner lists";

const END = {
  name: "the database",
  namespace: "shop",
  labels: { app: "db" },
  ports: ["tcp/5432"],
  from: [{ labels: { app: "web" } }],
};
const GROUP = { name: "the database", group: "db-group", from: [{ group: "web", ports: ["tcp/5432"] }] };

const of = (
  id: string,
  idea: string,
  source: string,
  stack: readonly TestResource[],
  expected: readonly string[] = [],
): Case => ({
  id: `protected-${id}`,
  idea,
  source,
  policies: [NAME],
  config: { [NAME]: { ends: [END], groups: [GROUP] } },
  stack,
  expected: expected.map((name) => `${NAME} ${name}`),
});

const admits = (matchLabels: object, from: string, change: object = {}) =>
  policy("open", {
    podSelector: { matchLabels },
    policyTypes: ["Ingress"],
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: from } } }], ports: [{ protocol: "TCP", port: 5432 }] },
    ],
    ...change,
  });
const stateful = (labels: object = { app: "db", tier: "data" }, name = "db") =>
  workload("apps/v1:StatefulSet", {}, { name, labels });

const CLUSTER = aws("eks/cluster:Cluster", "eks", { name: "eks", vpcConfig: {} });
const VPC = aws("ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
const GROUPS = [group("db-group"), group("web"), group("extra")];
const fromMade = (name: string, on = "db-group") =>
  ingress(
    "bad",
    on,
    { ...tcp(5432), referencedSecurityGroupId: UNKNOWN },
    { referencedSecurityGroupId: [name] },
  );
const fromWeb = (on: string, name = "in") =>
  ingress(name, on, { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]);
const both = database(
  "db",
  { vpcSecurityGroupIds: [UNKNOWN, UNKNOWN] },
  { vpcSecurityGroupIds: ["db-group", "extra"] },
);

/** Protected pods and groups, and ways around them. */
export const PROTECTED_CASES: readonly Case[] = [
  of("listed", "A listed client is admitted", MEANT, [admits({ app: "db" }, "web"), stateful()]),
  of("other-client", "Another client is admitted", ATTACK, [admits({ app: "db" }, "cart")], ["open"]),
  of(
    "other-label",
    "Another client is admitted by another label of the pods, which their StatefulSet shows",
    ATTACK,
    [admits({ tier: "data" }, "cart"), stateful()],
    ["open", "open?"],
  ),
  of("other-label-listed", "A listed client is admitted by another label", MEANT, [
    admits({ tier: "data" }, "web"),
    stateful(),
  ]),
  of(
    "other-pods-label",
    "A label of other pods",
    MEANT,
    [admits({ tier: "data" }, "cart"), stateful({ app: "db", tier: "cold" })],
    ["open?"],
  ),
  of(
    "pod-name",
    "Another client is admitted to one pod by its name",
    ATTACK,
    [admits({ "statefulset.kubernetes.io/pod-name": "db-0" }, "cart"), stateful()],
    ["open", "open?"],
  ),
  of(
    "pod-name-of-others",
    "The name of another StatefulSet's pod",
    MEANT,
    [admits({ "statefulset.kubernetes.io/pod-name": "cache-0" }, "cart"), stateful()],
    ["open?"],
  ),
  of(
    "pod-index",
    "Another client is admitted to one pod by its number",
    ATTACK,
    [admits({ "apps.kubernetes.io/pod-index": "0" }, "cart"), stateful()],
    ["open", "open?"],
  ),
  of("other-port", "Another client is admitted on a port that isn't protected", MEANT, [
    admits({ tier: "data" }, "cart", { ingress: [{ ports: [{ protocol: "TCP", port: 9187 }] }] }),
    stateful(),
  ]),
  of("group-listed", "The listed group passes", MEANT, [...GROUPS, fromWeb("db-group")]),
  of(
    "group-other",
    "Another group passes",
    ATTACK,
    [...GROUPS, ingress("bad", "db-group", { ...tcp(5432), ...peer("extra")[0] }, peer("extra")[1])],
    ["bad"],
  ),
  of(
    "cluster-group",
    "The group that a cluster makes for its nodes passes",
    ATTACK,
    [...GROUPS, CLUSTER, fromMade("eks")],
    ["bad"],
  ),
  of("vpc-group", "The VPC's own default group passes", ATTACK, [...GROUPS, VPC, fromMade("vpc")], ["bad"]),
  of(
    "second-group",
    "A second group on the same database admits another client",
    ATTACK,
    [...GROUPS, both, ingress("bad", "extra", { ...tcp(5432), cidrIpv4: "10.0.0.0/16" })],
    ["bad"],
  ),
  of("second-group-listed", "A second group on the same database admits the listed client", MEANT, [
    ...GROUPS,
    both,
    fromWeb("extra"),
  ]),
  of("second-group-of-others", "A second group on another database is none of this one's", MEANT, [
    ...GROUPS,
    database("db"),
    database("other", {}, { vpcSecurityGroupIds: ["extra"] }),
    ingress("fine", "extra", { ...tcp(5432), cidrIpv4: "10.0.0.0/16" }),
  ]),
  of(
    "second-group-of-pods",
    "A second group of the pods that carry the protected one admits a block",
    ATTACK,
    [
      ...GROUPS,
      groupPolicy("p", ["db-group", "extra"]),
      ingress("bad", "extra", { ...tcp(5432), cidrIpv4: "10.0.0.0/16" }),
    ],
    ["bad"],
  ),
];
