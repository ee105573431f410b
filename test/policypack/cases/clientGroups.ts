import { aws, database, group, groupPolicy, ingress, peer, tcp } from "../aws";
import { LABELS, namespace, type TestResource, UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const bank = namespace("bank", { ...LABELS, "palisade.dev/owner": "team-bank" });
const second = namespace("bank", LABELS);
const inNamespace = (name: unknown, policy: TestResource): TestResource => ({
  ...policy,
  props: { ...policy.props, metadata: { name: policy.name, namespace: name } },
});
const DATABASE = [
  group("client"),
  group("db-group"),
  ingress("in", "db-group", { ...tcp(5432), ...peer("client")[0] }, peer("client")[1]),
  database("db"),
];
const own = groupPolicy("own", ["client"]);
const taken = inNamespace("bank", groupPolicy("taken", ["client"]));

const SOURCE = "pods that take another team's group pass its database";
const shared = casesOf("tenant-isolation", SOURCE);
const declared = casesOf("tenant-isolation", SOURCE, {
  declared: [{ from: "team-bank", to: "team-shop", because: "reports" }],
});
const end = (from: object) => ({ groups: [{ name: "the database", group: "db-group", from: [from] }] });
const reserved = casesOf("protected-ends", SOURCE, end({ group: "client", namespace: "shop" }));
const unreserved = casesOf("protected-ends", SOURCE, end({ group: "client" }));
const byId = casesOf("protected-ends", SOURCE, end({ group: "sg-1", namespace: "shop" }));
const sharedClient = casesOf("protected-ends", "a client group for DNS that all pods share", {
  groups: [
    { name: "the DNS clients", group: "dns", from: [] },
    { name: "the web", group: "web", from: [{ group: "client" }] },
  ],
});
const foreign = (namespaceName: unknown): TestResource => ({
  type: "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
  name: "taken",
  props: {
    metadata: { name: "taken", namespace: namespaceName },
    spec: { podSelector: { matchLabels: { app: "x" } }, securityGroups: { groupIds: ["sg-1"] } },
  },
});

/** SecurityGroupPolicies elsewhere that take a client's group. */
export const CLIENT_GROUP_CASES: readonly Case[] = [
  shared(
    "client-group-of-two-owners",
    "Pods of another owner carry the group that a database admits",
    [namespace(), bank, ...DATABASE, own, taken],
    "own",
    "taken",
  ),
  shared("client-group-of-one-owner", "Two namespaces of one owner share it", [
    namespace(),
    second,
    ...DATABASE,
    own,
    taken,
  ]),
  shared("client-group-of-one", "One namespace carries it", [namespace(), bank, ...DATABASE, own]),
  shared("shared-group-of-no-database", "Both carry a group that no database admits", [
    namespace(),
    bank,
    group("client"),
    own,
    taken,
  ]),
  shared(
    "client-group-owner-unknown",
    "The deployment tells whose the other namespace is",
    [namespace(), namespace("bank", { ...LABELS, "palisade.dev/owner": UNKNOWN }), ...DATABASE, own, taken],
    "own?",
    "taken?",
  ),
  shared(
    "client-group-namespace-unknown",
    "The deployment tells where the other pods are",
    [namespace(), bank, ...DATABASE, own, inNamespace(UNKNOWN, groupPolicy("taken", ["client"]))],
    "taken?",
  ),
  declared("client-group-declared", "The owners declared that one reaches the other", [
    namespace(),
    bank,
    ...DATABASE,
    own,
    taken,
  ]),
  reserved(
    "client-group-taken",
    "A namespace that isn't named for the group takes it",
    [...DATABASE, taken],
    "taken",
  ),
  reserved("client-group-kept", "The named namespace carries it", [...DATABASE, own]),
  reserved(
    "client-group-taken-unknown",
    "The deployment tells where the pods are",
    [...DATABASE, inNamespace(UNKNOWN, groupPolicy("taken", ["client"]))],
    "taken?",
  ),
  unreserved("client-group-unreserved", "Nobody says whose the group is", [...DATABASE, taken]),
  byId("client-group-taken-by-id", "Another program takes the group by its id", [foreign("bank")], "taken"),
  byId("client-group-other-id", "It takes another group", [
    aws("ec2/securityGroup:SecurityGroup", "other", { id: "sg-2" }),
    {
      ...foreign("bank"),
      props: { ...foreign("bank").props, spec: { podSelector: {}, securityGroups: { groupIds: ["sg-2"] } } },
    },
  ]),
  sharedClient(
    "group-beside-with-its-own-list",
    "Pods carry a group that admits nobody and one with a list of its own",
    [
      group("dns"),
      group("web"),
      group("client"),
      ingress("in", "web", { ...tcp(80), ...peer("client")[0] }, peer("client")[1]),
      groupPolicy("own", ["dns", "web"]),
    ],
  ),
];
