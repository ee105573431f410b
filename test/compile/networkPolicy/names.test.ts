import { strict as assert } from "node:assert";
import fc from "fast-check";
import { CNI_PROFILES, type CniProfile } from "../../../compile/cluster";
import { compileNetworkPolicies } from "../../../compile/networkPolicy/compile";
import type { NetworkPolicyManifest } from "../../../compile/networkPolicy/manifest";
import { nameWithLayout, policyName, withoutLayout } from "../../../compile/networkPolicy/names";
import type { Flow } from "../../../flows/model";
import { application, cluster, flow, placement, workload } from "../worlds";

const NAMES = ["web", "db", "cache", "log"];

const policiesOf = (flows: readonly Flow[], cni: CniProfile): readonly NetworkPolicyManifest[] =>
  compileNetworkPolicies(
    application(
      NAMES.map((name) => workload(name)),
      flows,
    ),
    placement(),
    cluster(cni),
  ).policies;

/** A version of an application: some of the flows there could be, on ports of which some are shared. */
const version = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(...NAMES),
      fc.oneof(
        fc.constantFrom(...NAMES),
        fc.constant({ kind: "internet" } as const),
        fc
          .constantFrom("10.9.0.0/24", "10.8.0.0/16")
          .map((cidr) => ({ kind: "cidr", cidrs: [cidr] }) as const),
      ),
      fc.uniqueArray(fc.constantFrom("tcp/80", "tcp/443", "udp/53", "tcp/9000-9100"), { minLength: 1 }),
    ),
    { maxLength: 8, selector: ([from, to]) => JSON.stringify([from, to]) },
  )
  .map((all) => all.filter(([from, to]) => from !== to).map(([from, to, on]) => flow(from, to, on)));

/** What k3s's controller keeps by a rule's place: its ports, and whether its addresses have exceptions. */
const places = ({ spec }: NetworkPolicyManifest): string[] =>
  [...(spec.ingress ?? []), ...(spec.egress ?? [])].map((rule) => {
    const peers = "from" in rule ? rule.from : "to" in rule ? rule.to : [];
    const whole = peers.some((peer) => "ipBlock" in peer && peer.ipBlock.except !== undefined);
    return JSON.stringify([rule.ports, whole]);
  });

describe("policies' names", () => {
  it("on k3s a policy that keeps its name keeps every rule's place, whatever else a version changes", () => {
    let kept = 0;
    let moved = 0;
    fc.assert(
      fc.property(version, version, (one, two) => {
        const before = new Map(policiesOf(one, "k3s").map((policy) => [policy.metadata.name, policy]));
        const subjects = new Set([...before.keys()].map(withoutLayout));
        for (const policy of policiesOf(two, "k3s")) {
          const same = before.get(policy.metadata.name);
          if (same !== undefined) assert.deepEqual(places(policy), places(same));
          if (same !== undefined) kept++;
          else if (subjects.has(withoutLayout(policy.metadata.name))) moved++;
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(kept > 300 && moved > 300, `${kept} kept, ${moved} moved`);
  });

  it("a peer that comes on ports that the policy has doesn't rename it, a new port does", () => {
    const names = (...flows: readonly Flow[]) =>
      policiesOf(flows, "k3s").flatMap(({ metadata: { name } }) =>
        withoutLayout(name) === "web-ingress" ? [name] : [],
      );
    const one = names(flow("db", "web", ["tcp/80"]));
    assert.deepEqual(names(flow("db", "web", ["tcp/80"]), flow("log", "web", ["tcp/80"])), one);
    assert.notDeepEqual(names(flow("db", "web", ["tcp/80"]), flow("log", "web", ["tcp/81"])), one);
    assert.match(one.join(), /^web-ingress-[0-9a-f]{6}$/);
  });

  it("elsewhere the names are the workloads' and the directions' alone", () => {
    for (const cni of CNI_PROFILES.filter((profile) => profile !== "k3s")) {
      const names = policiesOf([flow("db", "web", ["tcp/80"])], cni).map(({ metadata }) => metadata.name);
      assert.deepEqual(
        names,
        ["isolation", ...["cache-egress", "db-egress", "log-egress", "web-egress", "web-ingress"]],
        cni,
      );
    }
  });

  it("the layout comes off again, of a name however like one with a layout", () => {
    const subjects = ["web", "fineract.write", "web-ingress-abcdef", "egress", "a".repeat(63)];
    for (const subject of subjects) {
      for (const role of ["ingress", "egress"] as const) {
        const name = policyName(subject, role);
        assert.equal(withoutLayout(name), name);
        assert.equal(withoutLayout(nameWithLayout(name, ["TCP 80"])), name);
        assert.ok(nameWithLayout(name, []).length <= 63);
      }
      assert.equal(withoutLayout(policyName(subject, "observe")), policyName(subject, "observe"));
    }
  });
});
