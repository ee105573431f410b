import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type Analysis, connection } from "../../../reachability/compute/analysis";
import { diff } from "../../../reachability/answer/diff";
import { jsonFormat } from "../../../reachability/answer/formats/json";
import { txtFormat } from "../../../reachability/answer/formats/txt";
import { readSaved } from "../../../reachability/answer/diff/saved";
import type { Terms } from "../../../reachability/compute/terms";
import type { UnitRelation } from "../../../reachability/compute/units";
import { disjoint, difference } from "../../../reachability/compute/terms";
import { randomWorld } from "../../twin/randomWorld";
import type { TwinPolicy, TwinWorld } from "../../twin/world";
import { analysisOf } from "../worlds";

const seeded = (law: (world: TwinWorld, other: TwinWorld) => void) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (a, b) => law(randomWorld(a), randomWorld(b))),
    { numRuns: 60 },
  );
};

const text = ({ units }: Analysis): string => [...txtFormat(units)].join("");

/** Every pair's sure ports, as text. */
function pairs(analysis: Analysis): Map<string, string> {
  const pods = analysis.ends.filter(({ kind }) => kind !== "IPBlock");
  return new Map(
    pods.flatMap((from) =>
      pods.map((to) => [`${from.id} ${to.id}`, connection(analysis, from, to).lower.key()] as const),
    ),
  );
}

/** A world's policies, each taken apart by direction. On Cilium rules count in a direction that policyTypes leaves out. */
const sidesOf = ({ networkPolicies, cni }: TwinWorld): TwinPolicy[] =>
  networkPolicies.flatMap((policy) => sides(policy, cni));

const sides = (policy: TwinPolicy, cni: TwinWorld["cni"]): TwinPolicy[] => {
  const { ingress = [], egress = [], ...rest } = policy.spec ?? {};
  const named = rest.policyTypes ?? [];
  const listed = named.length > 0 ? named : ["Ingress", ...(egress.length > 0 ? ["Egress"] : [])];
  const counted =
    cni === "cilium"
      ? [...(ingress.length > 0 ? ["Ingress"] : []), ...(egress.length > 0 ? ["Egress"] : [])]
      : [];
  const types = [...new Set([...listed, ...counted])];
  return types.map((type) => ({
    metadata: { ...policy.metadata, name: `${policy.metadata?.name ?? "p"}-${type.toLowerCase()}` },
    spec: {
      ...rest,
      policyTypes: [type],
      ...(type === "Ingress" && ingress.length > 0 ? { ingress } : {}),
      ...(type === "Egress" && egress.length > 0 ? { egress } : {}),
    },
  }));
};

describe("reachability: laws", () => {
  it("splitting a policy by direction changes nothing", () =>
    seeded((world) => {
      // On Cilium rules count in a direction that their types leave out.
      if (world.cni === "cilium") return;
      const split = { ...world, networkPolicies: sidesOf(world) };
      assert.equal(text(analysisOf(split)), text(analysisOf(world)));
    }));

  it("the order of policies, and their names, change nothing", () =>
    seeded((world) => {
      const renamed = world.networkPolicies.map((policy, i) => ({
        ...policy,
        metadata: { ...policy.metadata, name: `renamed-${i}` },
      }));
      const turned = { ...world, networkPolicies: renamed.reverse(), pods: [...world.pods].reverse() };
      assert.equal(text(analysisOf(turned)), text(analysisOf(world)));
    }));

  it("a policy that isolates nobody anew only adds connections", () =>
    seeded((world, other) => {
      const [extra] = other.networkPolicies.flatMap((policy) => sides(policy, world.cni));
      if (extra === undefined) return;
      const closed = (type: string) =>
        ["default", "a", "b", "c"].map((namespace) => ({
          metadata: { namespace, name: `closed-${type.toLowerCase()}` },
          spec: { podSelector: {}, policyTypes: [type] },
        }));
      const before = {
        ...world,
        networkPolicies: [...world.networkPolicies, ...closed("Ingress"), ...closed("Egress")],
      };
      const added = { ...extra, metadata: { ...extra.metadata, name: "extra" } };
      const after = { ...before, networkPolicies: [...before.networkPolicies, added] };
      const gained = diff(analysisOf(before).units, analysisOf(after).units);
      assert.ok(gained.lost.lower.every((row) => row.length === 0));
    }));

  it("the relation is the intersection of both sides", () =>
    seeded((world) => {
      const only = (type: string) =>
        analysisOf({
          ...world,
          networkPolicies: sidesOf(world).filter(({ spec }) => spec?.policyTypes?.[0] === type),
        });
      const [both, out, into] = [analysisOf(world), only("Egress"), only("Ingress")];
      const inside = (analysis: Analysis) => analysis.ends.filter(({ kind }) => kind === "Pod");
      for (const from of inside(both)) {
        for (const to of inside(both)) {
          const of = (analysis: Analysis) => {
            const [source, target] = [from, to].map(({ id }) => analysis.ends.find((end) => end.id === id));
            assert.ok(source !== undefined && target !== undefined);
            return connection(analysis, source, target);
          };
          // A node's own traffic passes whatever the policies say, so it isn't the intersection that decides there.
          const host = world.pods.some(
            ({ hostNetwork, namespace, name }) =>
              hostNetwork === true && [from.id, to.id].includes(`${namespace}/${name}[Pod]`),
          );
          if (host) continue;
          const meeting = of(out).lower.intersect(of(into).lower);
          assert.ok(meeting.covers(of(both).lower), `${from.id} ${to.id}`);
          // With two families, the sides may each admit another one: then nothing passes.
          const single = [both, out, into].every(({ relation }) => relation.classes.passes.includes("any"));
          if (single) assert.ok(of(both).lower.equals(meeting), `${from.id} ${to.id}`);
        }
      }
    }));

  it("a diff applied to the first world is the second", () =>
    seeded((a, b) => {
      const { gained, lost, before, after } = diff(analysisOf(a).units, analysisOf(b).units);
      const { units, table } = before;
      for (const bound of ["lower"] as const) {
        units.forEach((_, i) => {
          const row = (relation: UnitRelation): Terms => relation[bound][i] ?? [];
          const rest = difference(units.length, table, row(before), row(lost));
          const applied = disjoint(units.length, table, [...rest, ...row(gained)]);
          assert.deepEqual(plain(applied), plain(row(after)));
        });
      }
    }));

  it("a world differs from itself in nothing", () =>
    seeded((world) => {
      const { gained, lost } = diff(analysisOf(world).units, analysisOf(world).units);
      assert.ok([...gained.upper, ...lost.upper].every((row) => row.length === 0));
    }));

  it("what is printed as JSON reads back as the same relation", () =>
    seeded((world) => {
      const { units } = analysisOf(world);
      const printed = [...jsonFormat(units, { warnings: [] })].join("");
      const { gained, lost } = diff(units, readSaved(JSON.parse(printed)));
      assert.ok([...gained.upper, ...lost.upper].every((row) => row.length === 0));
    }));

  it("the same world gives the same pairs twice", () =>
    seeded((world) => assert.deepEqual(pairs(analysisOf(world)), pairs(analysisOf(world)))));
});

const plain = (row: Terms) => row.map(({ ports, set }) => [ports, set.toArray()]).sort();
