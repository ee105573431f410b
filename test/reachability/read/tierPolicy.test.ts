import { strict as assert } from "node:assert";
import { UNKNOWN } from "../../../kubernetes";
import { readWorld } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

const CLUSTER = ["policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy"] as const;
const ADMIN = ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"] as const;
const BASELINE = ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"] as const;

const rule = { action: "Deny", from: [{ namespaces: {} }] };
const spec = { tier: "Admin", priority: 1, subject: { namespaces: {} }, ingress: [rule] };
const object = ([apiVersion, kind]: readonly [string, string], of: unknown, name = "p") => ({
  apiVersion,
  kind,
  metadata: { name },
  spec: of,
});
const worldOf = (...objects: object[]) => readWorld(sourced(objects)).world;
const withRule = (more: object) => ({ ...spec, ingress: [{ ...rule, ...more }] });
const withEgress = (more: object) => ({
  ...spec,
  ingress: [],
  egress: [{ action: "Deny", to: [{ namespaces: {} }], ...more }],
});
const port = (protocol: unknown) => withRule({ protocols: [protocol] });

/** What an API server refuses, and what is said of it. */
const REFUSED: readonly (readonly [object: object, detail: string])[] = [
  [object(CLUSTER, { ...spec, tier: "admin" }), 'spec.tier: "admin" is neither Admin nor Baseline'],
  [object(CLUSTER, { ...spec, priority: 1001 }), "spec.priority: 1001 isn't a whole number from 0 to 1000"],
  [object(CLUSTER, { ...spec, priority: "1" }), 'spec.priority: "1" isn\'t a whole number from 0 to 1000'],
  [object(CLUSTER, { ...spec, subject: {} }), "spec.subject: names none: give one of namespaces, pods"],
  [
    object(CLUSTER, { ...spec, subject: { pods: { podSelector: {} } } }),
    "spec.subject.pods.namespaceSelector: is missing",
  ],
  [
    object(CLUSTER, { ...spec, ingres: [] }),
    "spec.ingres: unknown field; the fields here are tier, priority, subject, ingress, egress",
  ],
  [
    object(CLUSTER, withRule({ action: "Allow" })),
    'spec.ingress[0].action: "Allow" is none of Accept, Deny, Pass',
  ],
  [object(CLUSTER, withRule({ from: [] })), "spec.ingress[0].from: is empty: name at least one peer"],
  [
    object(CLUSTER, withRule({ from: [{ networks: ["10.0.0.0/8"] }] })),
    "spec.ingress[0].from[0].networks: unknown field; the fields here are namespaces, pods",
  ],
  [
    object(CLUSTER, withEgress({ to: [{ networks: ["10.0.0.1/8"] }] })),
    'spec.egress[0].to[0].networks[0]: "10.0.0.1/8" has bits beyond its prefix, which API servers refuse since Kubernetes 1.36: write 10.0.0.0/8, or give --kubernetes 1.35 for an older server',
  ],
  [
    object(CLUSTER, withEgress({ to: [{ networks: ["10.0.0.0/8"], nodes: {} }] })),
    "spec.egress[0].to[0]: names nodes and networks: give one of namespaces, pods, nodes, networks, domainNames",
  ],
  [
    object(CLUSTER, withRule({ protocols: [] })),
    "spec.ingress[0].protocols: is empty: leave it out for every port",
  ],
  [
    object(CLUSTER, port({ tcp: {} })),
    "spec.ingress[0].protocols[0].tcp: names none: give one of destinationPort",
  ],
  [
    object(CLUSTER, port({ tcp: { destinationPort: { number: 0 } } })),
    "spec.ingress[0].protocols[0].tcp.destinationPort.number: 0 isn't a port 1-65535",
  ],
  [
    object(CLUSTER, port({ udp: { destinationPort: { range: { start: 9, end: 9 } } } })),
    "spec.ingress[0].protocols[0].udp.destinationPort.range: 9 to 9 isn't a range of ports from a lower to a higher one",
  ],
  [
    object(CLUSTER, { ...spec, ingress: Array<object>(26).fill(rule) }),
    "spec.ingress: holds 26 rules; an API server takes 25",
  ],
  [
    object(ADMIN, { priority: 1, subject: spec.subject, ingress: [{ ...rule, action: "Accept" }] }),
    'spec.ingress[0].action: "Accept" is none of Allow, Deny, Pass',
  ],
  [object(BASELINE, { subject: spec.subject, ingress: [rule] }, "other"), "metadata.name: has to be default"],
];

describe("reachability: reading policies of tiers", () => {
  for (const [refused, detail] of REFUSED)
    it(`what it may change is unknown: ${detail}`, () => {
      const { tiers, uncomputed } = worldOf(refused);
      assert.deepEqual(tiers, []);
      assert.deepEqual(
        uncomputed.map((one) => [one.because, one.detail]),
        [["refused", detail]],
      );
    });

  it("takes a hundred rules of an AdminNetworkPolicy", () => {
    const { tiers } = worldOf(
      object(ADMIN, { priority: 0, subject: spec.subject, ingress: Array<object>(100).fill(rule) }),
    );
    assert.deepEqual(
      tiers.map(({ kind, tier, ingress }) => [kind, tier, ingress.length]),
      [["AdminNetworkPolicy", "admin", 100]],
    );
  });

  it("asks Admin before Baseline, and the lower priority number first", () => {
    const { tiers } = worldOf(
      object(CLUSTER, { ...spec, tier: "Baseline", priority: 0 }, "b"),
      object(CLUSTER, { ...spec, priority: 7 }, "late"),
      object(CLUSTER, { ...spec, priority: 3 }, "early"),
    );
    assert.deepEqual(
      tiers.map(({ name }) => name),
      ["early", "late", "b"],
    );
  });

  it("what isn't known yet and decides everything leaves the whole policy open; a peer or port only itself", () => {
    for (const unknown of [
      { ...spec, tier: UNKNOWN },
      { ...spec, priority: UNKNOWN },
      { ...spec, subject: UNKNOWN },
      { ...spec, ingress: UNKNOWN },
      withRule({ action: UNKNOWN }),
      UNKNOWN,
    ]) {
      const { tiers, uncomputed } = worldOf(object(CLUSTER, unknown));
      assert.deepEqual([tiers.length, uncomputed.map(({ because }) => because)], [0, ["not yet known"]]);
    }
    for (const partly of [withRule({ from: UNKNOWN }), withRule({ protocols: UNKNOWN }), port(UNKNOWN)])
      assert.equal(worldOf(object(CLUSTER, partly)).tiers.length, 1);
  });

  it("the same policy twice is one, and two that differ may be either", () => {
    const one = object(CLUSTER, spec);
    assert.equal(worldOf(one, structuredClone(one)).tiers.length, 1);
    const { tiers, uncomputed } = worldOf(one, object(CLUSTER, { ...spec, priority: 2 }));
    assert.deepEqual([tiers, uncomputed.map(({ because }) => because)], [[], ["conflict", "conflict"]]);
  });

  it("a version that isn't served isn't computed", () => {
    const { tiers, uncomputed } = worldOf(
      object(["policy.networking.k8s.io/v1", "ClusterNetworkPolicy"], spec),
    );
    assert.deepEqual([tiers, uncomputed.map(({ because }) => because)], [[], ["kind"]]);
  });
});
