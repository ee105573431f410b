// Longer than most: every kind of target between bounds.
import { strict as assert } from "node:assert";
import { UNKNOWN } from "../../../kubernetes";
import { AddressSet, parseCidr as cidr, PortSet } from "../../../net";
import { type Classes, classify, type ClassSets } from "../../../reachability/compute/classes";
import { endsOf } from "../../../reachability/compute/ends";
import type { Pass } from "../../../reachability/compute/families";
import type { IndexSet } from "../../../reachability/compute/indexSet";
import { Targets } from "../../../reachability/compute/targets";
import { readWorld, type RulePeer, type World } from "../../../reachability/read";
import { type WorldOptions } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

const namespace = (name: string, labels: object = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});
const pod = (name: string, labels: unknown, where = "shop", spec: object = {}, status: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: where, labels },
  spec: { containers: [{ name: "main", image: "main" }], ...spec },
  status,
});
const at = (...ips: string[]) => ({ podIPs: ips.map((ip) => ({ ip })) });
/** A policy in `shop` whose rules ask for some peers, so that the classes tell apart what they mean. */
const asking = (...from: unknown[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "asking", namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from }] },
});

interface Asked {
  readonly world: World;
  readonly targets: Targets;
  readonly classes: Classes;
  /** What the policy's peers mean. */
  readonly peers: readonly RulePeer[];
}

/** The targets of a world with a policy that asks for some peers. */
function ask(objects: readonly object[], from: readonly unknown[], options: WorldOptions = {}): Asked {
  const { world } = readWorld(sourced([...objects, asking(...from)]), {
    representatives: false,
    unplaced: "in no block",
    ...options,
  });
  const classes = classify(world);
  const rules = world.policies.find(({ name }) => name === "asking")?.ingress.rules ?? [];
  const peers = rules.flatMap((rule) => (rule.peers === "everyone" ? [] : rule.peers));
  return { world, classes, targets: new Targets(world, classes), peers };
}

/** The ends of some classes, by name; addresses outside as CIDRs. */
const named = ({ world, classes }: Asked, set: IndexSet): string[] =>
  endsOf(world, classes)
    .filter((end) => end.classes.some((number) => set.has(number)))
    .map(({ name }) => name);

/** The ends that are surely meant, and those that may be. */
const bounds = (asked: Asked, { lower, upper }: ClassSets) => [named(asked, lower), named(asked, upper)];
/** For each peer that is asked for, whom it surely means and whom it may mean. */
const meant = (
  objects: readonly object[],
  from: readonly unknown[],
  pass: Pass = "any",
  options?: WorldOptions,
) => {
  const asked = ask(objects, from, options);
  return asked.peers.map((peer) => bounds(asked, asked.targets.peer(peer, "shop", pass)));
};
const both = (...names: string[]) => [names, names];

const web = { podSelector: { matchLabels: { app: "web" } } };
const inNamespaces = (matchLabels: object) => ({ namespaceSelector: { matchLabels } });

const PODS = [
  namespace("shop", { team: "a" }),
  namespace("bank", { team: "b" }),
  pod("shop-db", { app: "db" }),
  pod("shop-web", { app: "web", tier: "front" }),
  pod("bank-web", { app: "web" }, "bank"),
];

describe("reachability/compute/targets: whom a peer means", () => {
  describe("pods", () => {
    it("are those of the policy's own namespace that the selector matches: no other labels, no other namespace", () => {
      assert.deepEqual(meant(PODS, [web, { podSelector: {} }]), [
        both("shop-web"),
        both("shop-db", "shop-web"),
      ]);
      assert.deepEqual(meant(PODS, [{ podSelector: { matchLabels: { app: "web", tier: "back" } } }]), [
        both(),
      ]);
    });

    it("are those of the namespaces whose labels match, and of every namespace by an empty selector", () => {
      assert.deepEqual(
        meant(PODS, [inNamespaces({ team: "b" }), { ...inNamespaces({ team: "a" }), ...web }]),
        [both("bank-web"), both("shop-web")],
      );
      assert.deepEqual(meant(PODS, [{ namespaceSelector: {}, ...web }]), [both("bank-web", "shop-web")]);
      assert.deepEqual(meant(PODS, [inNamespaces({ "kubernetes.io/metadata.name": "bank" })]), [
        both("bank-web"),
      ]);
      assert.deepEqual(meant(PODS, [inNamespaces({ team: "c" })]), [both()]);
    });

    it("may be those whose labels, namespace or network aren't known, and surely aren't", () => {
      const doubtful = [
        ...PODS,
        pod("unlabelled", UNKNOWN),
        pod("homeless", { app: "web" }, UNKNOWN as unknown as string),
        pod("perhaps-on-node", { app: "web" }, "shop", { hostNetwork: UNKNOWN }),
      ];
      assert.deepEqual(meant(doubtful, [web]), [
        [["shop-web"], ["homeless", "perhaps-on-node", "shop-web", "unlabelled"].sort()],
      ]);
    });

    it("may be those of a namespace whose labels aren't known; one that no manifest holds has its name alone", () => {
      const known = inNamespaces({ team: "b" });
      const unread = [...PODS, namespace("away", UNKNOWN as never), pod("away-web", { app: "web" }, "away")];
      assert.deepEqual(meant(unread, [known]), [[["bank-web"], ["away-web", "bank-web"]]]);
      assert.deepEqual(meant([...PODS, pod("away-web", { app: "web" }, "away")], [known]), [
        both("bank-web"),
      ]);
    });

    it("aren't those in their node's network, by no selector", () => {
      const host = [...PODS, pod("on-node", { app: "web" }, "shop", { hostNetwork: true })];
      assert.deepEqual(meant(host, [web, { podSelector: {} }]), [
        both("shop-web"),
        both("shop-db", "shop-web"),
      ]);
    });
  });

  describe("a block", () => {
    const placed = [
      namespace("shop"),
      pod("in", {}, "shop", {}, at("10.0.0.7")),
      pod("out", {}, "shop", {}, at("10.0.1.7")),
    ];
    const block = (text: string, ...except: string[]) => ({ ipBlock: { cidr: text, except } });

    it("is the pods at its addresses and the addresses outside, without its exceptions", () => {
      assert.deepEqual(meant(placed, [block("10.0.0.0/24")]), [both("in", "10.0.0.0/24")]);
      assert.deepEqual(meant(placed, [block("10.0.0.0/24", "10.0.0.0/25")]), [both("10.0.0.128/25")]);
    });

    it("may be a pod whose address isn't known, and is one whose range it holds", () => {
      const unplaced = [namespace("shop"), pod("somewhere", {})];
      const anywhere: WorldOptions = { unplaced: "anywhere" };
      assert.deepEqual(meant(unplaced, [block("10.0.0.0/24")]), [both("10.0.0.0/24")]);
      assert.deepEqual(meant(unplaced, [block("10.0.0.0/24")], "any", anywhere), [
        [["10.0.0.0/24"], ["somewhere", "10.0.0.0/24"]],
      ]);
      const podRanges = [AddressSet.of(cidr("10.0.0.0/25"))];
      assert.deepEqual(meant(unplaced, [block("10.0.0.0/24")], "any", { podRanges }), [
        both("somewhere", "10.0.0.0/24"),
      ]);
      assert.deepEqual(meant(unplaced, [block("10.0.0.0/26")], "any", { podRanges }), [
        [["10.0.0.0/26"], ["somewhere", "10.0.0.0/26"]],
      ]);
    });

    it("is nobody to packets of the other family", () => {
      const from = [block("10.0.0.0/24"), block("2001:db8::/32")];
      assert.deepEqual(meant(placed, from, 4), [both("in", "10.0.0.0/24"), both()]);
      assert.deepEqual(meant(placed, from, 6), [both(), both("2001:db8::/32")]);
    });

    it("is everybody of its family, asked for by all of its addresses", () => {
      const { targets } = ask(placed, [block("10.0.0.0/24")]);
      const all = cidr("0.0.0.0/0");
      assert.equal(targets.block(all, "any"), targets.everyone);
      assert.equal(targets.block(all, 4), targets.everyone);
      assert.deepEqual(targets.block(all, 6).upper.toArray(), []);
      assert.equal(targets.block(cidr("10.0.0.0/24"), 4), targets.block(cidr("10.0.0.0/24"), "any"));
      assert.deepEqual(targets.block(cidr("10.0.0.0/24"), 6).upper.toArray(), []);
    });
  });

  it("that isn't known may be everybody, and is nobody surely", () => {
    const [[surely, perhaps = []] = []] = meant(PODS, [UNKNOWN]);
    assert.deepEqual(surely, []);
    assert.deepEqual(
      perhaps.filter((name) => !name.includes("/")),
      ["bank-web", "shop-db", "shop-web"],
    );
    assert.deepEqual(
      perhaps.filter((name) => name.includes("/")),
      ["0.0.0.0/0", "::/0"],
    );
  });

  it("is one object for what is asked for twice, so that guards that select the same are merged", () => {
    const { targets, peers } = ask(PODS, [web, web, { ...inNamespaces({ team: "a" }), ...web }]);
    const [one, again, elsewhere] = peers.map((peer) => targets.peer(peer, "shop"));
    assert.equal(one, again);
    assert.notEqual(one, elsewhere);
  });

  describe("a security group", () => {
    const attached = (name: string, labels: object, ...groupIds: unknown[]) => ({
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { name, namespace: "shop" },
      spec: { podSelector: { matchLabels: labels }, securityGroups: { groupIds } },
    });
    const rule = (id: string) => ({
      peers: [{ kind: "group", id }] as const,
      ports: { numbers: PortSet.all, named: [], maybe: PortSet.empty },
      place: id,
    });
    const group = (id: string, ...from: string[]) => ({ id, name: id, ingress: from.map(rule), egress: [] });
    const groups = {
      groups: [group("sg-web"), group("sg-node"), group("sg-db", "sg-web", "sg-theirs")],
      guarded: [
        { kind: "Database", name: "orders", groups: ["sg-db"], addresses: undefined },
        { kind: "Database", name: "secret", groups: undefined, addresses: undefined },
      ] as const,
      nodeGroups: ["sg-node"],
      vpc: AddressSet.of(cidr("10.0.0.0/16")),
      externalSnat: true,
    };
    const asked = ask([...PODS, attached("web", { app: "web" }, "sg-web")], [{ podSelector: {} }], {
      groups,
    });

    it("is who carries it, and may be whose groups aren't known; pods without groups of their own carry their node's", () => {
      const carrying = (id: string) => bounds(asked, asked.targets.group(id));
      assert.deepEqual(carrying("sg-web"), [["shop-web"], ["shop-web", "secret"]]);
      assert.deepEqual(carrying("sg-db"), [["orders"], ["orders", "secret"]]);
      assert.deepEqual(carrying("sg-node"), [
        ["bank-web", "shop-db"],
        ["bank-web", "shop-db", "secret"],
      ]);
      assert.deepEqual(carrying("sg-other"), [[], ["secret"]]);
    });

    it("that a rule refers to and nobody here carries may be any address of the VPC, which isn't given", () => {
      const peer = (id: string) => bounds(asked, asked.targets.peer({ kind: "group", id }, ""));
      assert.deepEqual(peer("sg-theirs"), [[], ["secret", "10.0.0.0/16"]]);
      assert.deepEqual(peer("sg-web"), [["shop-web"], ["shop-web", "secret"]]);
    });
  });

  it("of a policy of another kind is whom it may judge: pods by namespace and labels, or nodes and what is on them", () => {
    const host = [...PODS, pod("on-node", { app: "web" }, "shop", { hostNetwork: true })];
    const asked = ask(host, [web, { ...inNamespaces({ team: "b" }), ...web }]);
    const [own, theirs] = asked.peers.flatMap((peer) => (peer.kind === "pods" ? [peer] : []));
    assert.ok(own !== undefined && theirs !== undefined);
    const subject = (namespaces: string | typeof own.pods) =>
      named(asked, asked.targets.subject({ kind: "pods", namespaces, pods: own.pods }));
    assert.deepEqual(subject("shop"), ["shop-web"]);
    assert.deepEqual(subject("elsewhere"), []);
    assert.ok(typeof theirs.namespaces !== "string");
    assert.deepEqual(subject(theirs.namespaces), ["bank-web"]);
    assert.deepEqual(named(asked, asked.targets.subject({ kind: "nodes" })), ["on-node"]);
  });
});
