import { strict as assert } from "node:assert";
import { UNKNOWN } from "../../../kubernetes";
import { readWorld, type WorldOptions } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

const policy = (spec: unknown, more: object = {}) => ({
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { namespace: "shop", name: "p" },
  spec,
  ...more,
});
const worldOf = (objects: readonly object[], options: WorldOptions = {}) =>
  readWorld(sourced(objects), { cni: "cilium", ...options }).world;

/** What isn't computed of a world, and why. */
const leftOut = (objects: readonly object[], options?: WorldOptions) =>
  worldOf(objects, options).uncomputed.map(({ because, detail }) => `${because}: ${detail ?? ""}`);

const ingress = (rule: object) => ({ endpointSelector: {}, ingress: [rule] });
const egress = (rule: object) => ({ endpointSelector: {}, egress: [rule] });
const port = (port: object) => ingress({ toPorts: [{ ports: [port] }] });

/** What makes all that a policy may change unknown: the field, and what is wrong there. */
const FAULTS: readonly (readonly [unknown, string])[] = [
  [{ ingress: [{}] }, "spec.endpointSelector: is missing"],
  [{ nodeSelector: {}, ingress: [{}] }, "spec.nodeSelector: policies of nodes aren't computed"],
  [
    { endpointSelector: {}, ingress: [{}], ingres: [{}] },
    "spec.ingres: unknown field; the fields here are endpointSelector, ingress, ingressDeny, egress, egressDeny, enableDefaultDeny, labels, description, log",
  ],
  [
    ingress({ fromEndpoints: [{}], fromEntities: ["all"] }),
    "spec.ingress[0]: names peers by fromEndpoints and fromEntities",
  ],
  [
    ingress({ fromEntities: ["internet"] }),
    `spec.ingress[0].fromEntities[0]: "internet" isn't one of Cilium's entities`,
  ],
  [
    ingress({ fromRequires: [{ matchLabels: { app: "x" } }] }),
    "spec.ingress[0].fromRequires: isn't computed: Cilium takes it no more",
  ],
  [
    ingress({ fromEndpoints: [{ matchLabels: { "reserved:host": "", app: "x" } }] }),
    'spec.ingress[0].fromEndpoints[0].matchLabels["reserved:host"]: asks for labels of the source reserved together with others',
  ],
  [
    ingress({ fromEndpoints: [{ matchLabels: { "a b": "x" } }] }),
    `spec.ingress[0].fromEndpoints[0].matchLabels["a b"]: "a b" isn't a label key`,
  ],
  [
    ingress({ fromCIDR: ["10.0.0.1/8"] }),
    `spec.ingress[0].fromCIDR[0]: "10.0.0.1/8" isn't written as it is printed`,
  ],
  [
    ingress({ fromCIDRSet: [{ cidr: "10.0.0.0/8", except: ["192.0.2.0/24"] }] }),
    "spec.ingress[0].fromCIDRSet[0].except[0]: 192.0.2.0/24 isn't within 10.0.0.0/8",
  ],
  [
    port({ port: 80 }),
    "spec.ingress[0].toPorts[0].ports[0].port: 80 isn't a port: a text that holds a number or a name",
  ],
  [port({ port: "080" }), `spec.ingress[0].toPorts[0].ports[0].port: "080" isn't a port 0-65535`],
  [
    port({ port: "80", protocol: "tcp" }),
    `spec.ingress[0].toPorts[0].ports[0].protocol: "tcp" is none of TCP, UDP, SCTP, ANY`,
  ],
  [
    port({ port: "http", endPort: 90 }),
    "spec.ingress[0].toPorts[0].ports[0].endPort: stands beside a port's name",
  ],
  [
    port({ port: "80", endPort: 70000 }),
    "spec.ingress[0].toPorts[0].ports[0].endPort: 70000 isn't the end of a range of ports",
  ],
  [
    ingress({ toPorts: [{ ports: [{ port: "80" }] }], icmps: [{ fields: [] }] }),
    "spec.ingress[0]: has both icmps and toPorts",
  ],
  [egress({ toServices: [{ k8sService: {} }] }), "spec.egress[0].toServices[0].k8sService: names no Service"],
  [
    { ...ingress({}), ingressDeny: [{ authentication: { mode: "required" } }] },
    "spec.ingressDeny[0].authentication: unknown field; the fields here are fromEndpoints, fromEntities, fromCIDR, fromCIDRSet, fromGroups, fromNodes, fromRequires, toPorts, icmps",
  ],
  [UNKNOWN, "spec: isn't known yet"],
  [ingress({ fromCIDR: UNKNOWN }), "spec.ingress[0].fromCIDR: isn't known yet"],
];

describe("reachability: reading Cilium's own policies", () => {
  for (const [spec, fault] of FAULTS)
    it(`leaves open what a policy may change for ${fault}`, () => {
      const found = leftOut([policy(spec)]);
      assert.ok(found.length > 0);
      assert.deepEqual([...new Set(found)], [`field: ${fault}`]);
    });

  it("one without rules does nothing: Cilium refuses it", () => {
    assert.deepEqual(leftOut([policy({ endpointSelector: {} })]), []);
    assert.deepEqual(worldOf([policy({ endpointSelector: {} })]).cilium, []);
  });

  it("of another version, what it may change is unknown as that of any kind that isn't computed", () =>
    assert.deepEqual(leftOut([policy(ingress({}), { apiVersion: "cilium.io/v3" })]), ["kind: "]));

  it("for another plugin says what it says of any kind that isn't computed", () => {
    assert.deepEqual(leftOut([policy(ingress({}))], { cni: "any" }), ["kind: "]);
    assert.deepEqual(
      leftOut([policy({ endpointSelector: {}, ingres: [{}], ingress: [{}] })], { cni: "any" }),
      ["kind: "],
    );
  });

  it("takes the same twice for one, and what differs under one name for either", () => {
    assert.equal(worldOf([policy(ingress({})), policy(ingress({}))]).cilium.length, 1);
    assert.deepEqual(leftOut([policy(ingress({})), policy(egress({}))]), ["conflict: ", "conflict: "]);
  });

  it("one that selects health checks or pods that start concerns no end", () => {
    const world = worldOf([
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { namespace: "shop", name: "web" },
        spec: { containers: [] },
      },
      policy({ endpointSelector: { matchLabels: { "reserved:health": "" } }, ingress: [{}] }),
    ]);
    assert.deepEqual(world.uncomputed, []);
    assert.equal(world.cilium.length, 1);
  });
});
