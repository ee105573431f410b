import { aws, egress, group, ingress, singleRule, tcp, tcpInline } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const list = (...cidrs: readonly unknown[]) =>
  aws(
    "ec2/managedPrefixList:ManagedPrefixList",
    "list",
    { addressFamily: "IPv4", maxEntries: 9, entries: cidrs.map((cidr) => ({ cidr })) },
    {},
  );
const entry = (cidr: unknown) =>
  aws(
    "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
    "entry",
    { prefixListId: UNKNOWN, cidr },
    { prefixListId: ["list"] },
  );
const byList = (name: string, props: object): TestResource =>
  ingress(name, "g", { prefixListId: UNKNOWN, ...props }, { prefixListId: ["list"] });
const rule = byList("rule", tcp(22));
const WORLD = "0.0.0.0/0";

const ingressOf = casesOf(
  "security-group-no-world-ingress",
  "a prefix list is where a wide block isn't looked for",
);
const egressOf = casesOf(
  "security-group-no-world-egress",
  "a prefix list is where a wide block isn't looked for",
);

/** Prefix lists that the stack makes, and what groups open by them. */
export const PREFIX_LIST_CASES: readonly Case[] = [
  ingressOf(
    "list-of-the-world",
    "A rule by a list that holds the internet",
    [group("g"), list(WORLD), rule],
    "rule",
  ),
  ingressOf("list-of-an-office", "A rule by a list of an office", [
    group("g"),
    list("198.51.100.0/24"),
    rule,
  ]),
  ingressOf(
    "list-of-halves",
    "A list of two halves of the world",
    [group("g"), list("0.0.0.0/1", "128.0.0.0/1"), rule],
    "rule",
  ),
  ingressOf(
    "list-and-block",
    "Half of the world by a list, the other by a block",
    [
      group("g"),
      list("0.0.0.0/2", "64.0.0.0/3"),
      rule,
      ingress("block", "g", { ...tcp(22), cidrIpv4: "198.51.100.0/24" }),
    ],
    "rule",
  ),
  ingressOf(
    "list-by-entries",
    "A list whose entry is a resource of its own",
    [group("g"), list(), entry(WORLD), rule],
    "rule",
  ),
  ingressOf(
    "list-entry-unknown",
    "An entry that the deployment tells",
    [group("g"), list(), entry(UNKNOWN), rule],
    "rule?",
  ),
  ingressOf(
    "list-entries-unknown",
    "A list whose entries the deployment tells",
    [
      group("g"),
      aws("ec2/managedPrefixList:ManagedPrefixList", "list", { entries: UNKNOWN }, { entries: [] }),
      rule,
    ],
    "rule?",
  ),
  ingressOf("list-unused", "A list of the world that no rule names", [group("g"), list(WORLD)]),
  ingressOf("list-for-https", "The internet on a load balancer's port by a list", [
    group("g"),
    list(WORLD),
    byList("rule", tcp(443)),
  ]),
  ingressOf(
    "list-older-rule",
    "An older rule by the list",
    [
      group("g"),
      list(WORLD),
      singleRule(
        "rule",
        "g",
        { ...tcpInline(22), type: "ingress", prefixListIds: [UNKNOWN] },
        { prefixListIds: ["list"] },
      ),
    ],
    "rule",
  ),
  ingressOf(
    "list-inline",
    "A group's own rule by the list",
    [
      group("g", { ingress: [{ ...tcpInline(22), prefixListIds: [UNKNOWN] }] }, { ingress: ["list"] }),
      list(WORLD),
    ],
    "g",
  ),
  ingressOf(
    "list-by-id",
    "A rule that names an entry's list by its id",
    [
      group("g"),
      aws("ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", {
        prefixListId: "pl-1",
        cidr: WORLD,
      }),
      ingress("rule", "g", { ...tcp(22), prefixListId: "pl-1" }),
    ],
    "rule",
  ),
  ingressOf("list-elsewhere", "Another stack's list", [
    group("g"),
    ingress("rule", "g", { ...tcp(22), prefixListId: "pl-2" }),
  ]),
  egressOf(
    "list-egress-of-the-world",
    "Everything leaves by a list that holds the internet",
    [
      group("g"),
      list(WORLD),
      egress("rule", "g", { ipProtocol: "-1", prefixListId: UNKNOWN }, { prefixListId: ["list"] }),
    ],
    "rule",
  ),
  egressOf("list-egress-https", "HTTPS leaves by such a list", [
    group("g"),
    list(WORLD),
    egress("rule", "g", { ...tcp(443), prefixListId: UNKNOWN }, { prefixListId: ["list"] }),
  ]),
];
