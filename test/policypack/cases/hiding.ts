// Longer than most: a table, one row a case.
import { aws, database, group, groupPolicy, ingress, egress, singleRule, tcp, tcpInline } from "../aws";
import { policy, type TestResource, workload } from "../helpers";
import type { Case } from "./case";

const WORLD = "security-group-no-world-ingress";
const OUT = "security-group-no-world-egress";
const DATABASE = "rds-admits-groups-only";

const world = (port: number) => ({ ...tcp(port), cidrIpv4: "0.0.0.0/0" });
const inline = (port: number, ...cidrBlocks: string[]) => ({ ...tcpInline(port), cidrBlocks });

/** An exemption of one resource from one policy, in force. */
const exempt = (name: string, ...resources: string[]) => ({
  settings: {
    exemptions: resources.map((resource) => ({
      policy: name,
      resource,
      reason: "moves next month",
      owner: "team-shop",
      until: "2999-01-01",
    })),
  },
});

const everyone = (name: string): TestResource =>
  policy(name, {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 5432 }] }],
  });

/** One finding, an exemption or another policy's level says nothing about what else is open. */
export const HIDING_CASES: readonly Case[] = [
  {
    id: "hiding-two-openings",
    idea: "Two rules of one group open two ports to the world: both are told",
    source: "an attacker with commit rights",
    policies: [WORLD],
    stack: [group("web"), ingress("ssh", "web", world(22)), ingress("admin", "web", world(9000))],
    expected: [`${WORLD} admin`, `${WORLD} ssh`],
  },
  {
    id: "hiding-halves-beside-an-opening",
    idea: "One rule opens a port to the world; two others open another port to it by halves",
    source: "an attacker with commit rights",
    policies: [WORLD],
    stack: [
      group("web"),
      ingress("ssh", "web", world(22)),
      ingress("low", "web", { ...tcp(5432), cidrIpv4: "4.0.0.0/8" }),
      ingress("high", "web", { ...tcp(5432), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${WORLD} ssh`, `${WORLD} web`],
  },
  {
    id: "hiding-halves-beside-an-exemption",
    idea: "The same, where the first rule is exempt: the halves are still told",
    source: "an attacker with commit rights",
    policies: [WORLD],
    config: exempt(WORLD, "ssh"),
    stack: [
      group("web"),
      ingress("ssh", "web", world(22)),
      ingress("low", "web", { ...tcp(5432), cidrIpv4: "4.0.0.0/8" }),
      ingress("high", "web", { ...tcp(5432), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${WORLD} web`],
  },
  {
    id: "hiding-same-port-by-halves",
    idea: "An exempt rule opens a port to the world, and two others open the same port by halves",
    source: "an attacker with commit rights",
    policies: [WORLD],
    config: exempt(WORLD, "ssh"),
    stack: [
      group("web"),
      ingress("ssh", "web", world(22)),
      ingress("low", "web", { ...tcp(22), cidrIpv4: "4.0.0.0/8" }),
      ingress("high", "web", { ...tcp(22), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${WORLD} web`],
  },
  {
    id: "hiding-public-port-of-a-database",
    idea: "A database's group opens SSH by an exempt rule, and a load balancer's port by another",
    source: "an attacker with commit rights",
    policies: [WORLD],
    config: exempt(WORLD, "ssh"),
    stack: [
      group("db-group"),
      database("db"),
      ingress("ssh", "db-group", world(22)),
      ingress("web", "db-group", world(443)),
    ],
    expected: [`${WORLD} db-group`],
  },
  {
    id: "hiding-inline-exemption",
    idea: "A group is exempt for what it lists itself; rules beside it open more by halves",
    source: "an attacker with commit rights",
    policies: [WORLD],
    config: exempt(WORLD, "web"),
    stack: [
      group("web", { ingress: [inline(22, "0.0.0.0/0")] }),
      ingress("low", "web", { ...tcp(5432), cidrIpv4: "4.0.0.0/8" }),
      ingress("high", "web", { ...tcp(5432), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${WORLD} low`],
  },
  {
    id: "hiding-foreign-group",
    idea: "Rules on another stack's group: an exempt one, and two halves",
    source: "an attacker with commit rights",
    policies: [WORLD],
    config: exempt(WORLD, "a"),
    stack: [
      aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "a", {
        securityGroupId: "sg-9",
        ...world(22),
      }),
      aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "b", {
        securityGroupId: "sg-9",
        ...tcp(5432),
        cidrIpv4: "4.0.0.0/8",
      }),
      aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "c", {
        securityGroupId: "sg-9",
        ...tcp(5432),
        cidrIpv4: "5.0.0.0/8",
      }),
    ],
    expected: [`${WORLD} b`],
  },
  {
    id: "hiding-everything-exempt",
    idea: "A group's only opening is exempt: nothing else is said of the group",
    source: "an exemption as its owner means it",
    policies: [WORLD],
    config: exempt(WORLD, "ssh"),
    stack: [
      group("web"),
      ingress("ssh", "web", world(22)),
      ingress("in", "web", { ...tcp(443), cidrIpv4: "10.0.0.0/16" }),
    ],
    expected: [],
  },
  {
    id: "hiding-egress-beside-an-exemption",
    idea: "A group may send everything by an exempt rule; two others open a database's port to the world by halves",
    source: "an attacker with commit rights",
    policies: [OUT],
    config: exempt(OUT, "many"),
    stack: [
      group("web"),
      egress("many", "web", { ...tcp(1000, 2000), cidrIpv4: "0.0.0.0/0" }),
      egress("low", "web", { ...tcp(5432), cidrIpv4: "4.0.0.0/8" }),
      egress("high", "web", { ...tcp(5432), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${OUT} web`],
  },
  {
    id: "hiding-egress-by-older-rules",
    idea: "The same by the older kind of rule resources",
    source: "an attacker with commit rights",
    policies: [OUT],
    config: exempt(OUT, "many"),
    stack: [
      group("web"),
      singleRule("many", "web", { type: "egress", ...tcpInline(1000, 2000), cidrBlocks: ["0.0.0.0/0"] }),
      singleRule("low", "web", { type: "egress", ...inline(5432, "4.0.0.0/8") }),
      singleRule("high", "web", { type: "egress", ...inline(5432, "5.0.0.0/8") }),
    ],
    expected: [`${OUT} web`],
  },
  {
    id: "hiding-two-groups-of-a-database",
    idea: "A database carries two groups, each of which admits half of the world",
    source: "an attacker with commit rights",
    policies: [WORLD],
    stack: [
      group("one"),
      group("two"),
      database("db", { vpcSecurityGroupIds: ["x", "y"] }, { vpcSecurityGroupIds: [] }),
      ...["one", "two"].map((name, i) =>
        aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", `in-${name}`, {
          securityGroupId: ["x", "y"][i],
          ...tcp(5432),
          cidrIpv4: `${4 + i}.0.0.0/8`,
        }),
      ),
    ],
    expected: [`${WORLD} db`],
  },
  {
    id: "hiding-two-groups-of-pods",
    idea: "Pods carry two groups of one policy that admit half of the world each",
    source: "an attacker with commit rights",
    policies: [WORLD],
    stack: [
      group("one"),
      group("two"),
      groupPolicy("web", ["one", "two"]),
      ingress("low", "one", { ...tcp(443), cidrIpv4: "4.0.0.0/8" }),
      ingress("high", "two", { ...tcp(443), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${WORLD} web`],
  },
  {
    id: "hiding-two-policies-of-pods",
    idea: "Pods get two groups by two SecurityGroupPolicies, and the groups let out to half of the world each",
    source: "an attacker with commit rights",
    policies: [OUT],
    stack: [
      workload("apps/v1:Deployment", {}, { name: "web", labels: { app: "one", tier: "two" } }),
      group("one"),
      group("two"),
      groupPolicy("p1", ["one"], { podSelector: { matchLabels: { app: "one" } } }),
      groupPolicy("p2", ["two"], { podSelector: { matchLabels: { tier: "two" } } }),
      egress("low", "one", { ipProtocol: "-1", cidrIpv4: "4.0.0.0/8" }),
      egress("high", "two", { ipProtocol: "-1", cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [`${OUT} web`],
  },
  {
    id: "hiding-other-holders-groups",
    idea: "Two databases have a group each, and each admits one /8: neither is open to the world",
    source: "the same blocks where they don't add up",
    policies: [WORLD],
    stack: [
      group("a-group"),
      group("b-group"),
      database("a"),
      database("b"),
      ingress("low", "a-group", { ...tcp(5432), cidrIpv4: "4.0.0.0/8" }),
      ingress("high", "b-group", { ...tcp(5432), cidrIpv4: "5.0.0.0/8" }),
    ],
    expected: [],
  },
  {
    id: "hiding-exempt-policy-of-a-database",
    idea: "An open database rule is exempt from the policy about the world; the one about databases still speaks",
    source: "an attacker with commit rights",
    policies: [WORLD, DATABASE],
    config: exempt(WORLD, "in"),
    stack: [group("db-group"), database("db"), ingress("in", "db-group", world(5432))],
    expected: [`${DATABASE} in`],
  },
  {
    id: "hiding-disabled-policy-of-a-database",
    idea: "The policy about the world is disabled; the one about databases still speaks",
    source: "an attacker with commit rights",
    policies: [DATABASE],
    disabled: [WORLD],
    stack: [group("db-group"), database("db"), ingress("in", "db-group", world(5432))],
    expected: [`${DATABASE} in`],
  },
  {
    id: "hiding-told-once",
    idea: "Where the policy about the world blocks, the one about databases doesn't repeat it",
    source: "a report that people read to its end",
    policies: [DATABASE],
    stack: [group("db-group"), database("db"), ingress("in", "db-group", world(5432))],
    expected: [],
  },
  {
    id: "hiding-exempt-network-policy",
    idea: "A NetworkPolicy that opens a database's port to everyone is exempt from the policy about everyone",
    source: "an attacker with commit rights",
    policies: ["network-policy-no-everyone-ingress", "network-policy-no-database-ports-by-cidr"],
    config: exempt("network-policy-no-everyone-ingress", "db"),
    stack: [everyone("db")],
    expected: ["network-policy-no-database-ports-by-cidr db"],
  },
  {
    id: "hiding-border-of-an-exempt-policy",
    idea: "A rule without peers is exempt from the policy about everyone: it still crosses the namespace's border",
    source: "an attacker with commit rights",
    policies: ["tenant-isolation"],
    config: {
      ...exempt("network-policy-no-everyone-ingress", "web"),
      "tenant-isolation": { borders: [{ namespace: "shop", ingress: [], egress: [] }] },
    },
    stack: [
      policy("web", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ports: [{ port: 80 }] }] }),
    ],
    expected: ["tenant-isolation web"],
  },
  {
    id: "hiding-border-by-untrusted-labels",
    idea: "A peer by a label of namespaces crosses the border where the policy about such labels is disabled",
    source: "an attacker with commit rights",
    policies: ["tenant-isolation"],
    disabled: ["network-policy-trusted-namespace-selectors"],
    config: { "tenant-isolation": { borders: [{ namespace: "shop", ingress: [], egress: [] }] } },
    stack: [
      policy("web", {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }], ports: [{ port: 80 }] }],
      }),
    ],
    expected: ["tenant-isolation web"],
  },
];
