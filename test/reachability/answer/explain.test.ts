import { strict as assert } from "node:assert";
import fc from "fast-check";
import { AddressSet } from "../../../net/addressSet";
import { type Protocol } from "../../../net/ports";
import { type Analysis, ask, connection } from "../../../reachability/compute/analysis";
import { outsideMeant } from "../../../reachability/answer/endFilter";
import type { End } from "../../../reachability/compute/ends";
import { explain } from "../../../reachability/answer/explain";
import type { Change } from "../../../reachability/answer/explain/change";
import { outsideAddresses } from "../../../reachability/answer/explain/naming";
import type { WorldOptions } from "../../../reachability/read/readWorld";
import { manifestsOf } from "../../twin/manifests";
import { PROBED_PROTOCOLS, PROBES, randomWorld } from "../../twin/randomWorld";
import type { TwinPod, TwinWorld } from "../../twin/world";
import { analysisOfObjects, optionsOf } from "../worlds";
import { applied, type Manifest } from "./applied";

/** Ends that may be asked about: those of the world, and some addresses and blocks outside. */
function endsToAsk(analysis: Analysis): End[] {
  const inside = analysis.ends.filter(({ kind }) => kind !== "IPBlock");
  const outside = ["10.0.1.5", "203.0.113.7", "10.0.0.0/9", "0.0.0.0/0", "fd00::77"].flatMap(
    (text) => outsideMeant(analysis.relation.classes.outside, text) ?? [],
  );
  return [...inside, ...outside];
}

/** An end of the world before, in the world after. */
const sameEnd = (after: Analysis, end: End): readonly End[] =>
  end.kind === "IPBlock"
    ? [...after.relation.classes.outside].flatMap(([number, part]): End[] =>
        part.overlaps(outsideAddresses(end)) ? [{ ...end, classes: [number] }] : [],
      )
    : after.ends.filter(({ id }) => id === end.id);

/** Pods that a proposal for `asked` may name: itself, those that no selector tells from it, those at an address asked. */
function mayName(world: TwinWorld, asked: End, other: End): boolean {
  const podOf = ({ id }: End) => world.pods.find(({ namespace, name }) => id === `${namespace}/${name}[Pod]`);
  if (asked.id === other.id) return true;
  const [own, pod] = [podOf(asked), podOf(other)];
  if (asked.kind === "IPBlock" || own?.hostNetwork === true) {
    const addresses = asked.kind === "IPBlock" ? outsideAddresses(asked) : addressesOf(own);
    if (other.kind === "IPBlock") return addresses.overlaps(outsideAddresses(other));
    // A pod whose address isn't known may have any.
    return pod?.ips === undefined || addresses.overlaps(addressesOf(pod));
  }
  if (other.kind === "IPBlock" || own === undefined || pod === undefined) return false;
  return own.namespace === pod.namespace && labelText(own) === labelText(pod);
}

const addressesOf = (pod: TwinPod | undefined): AddressSet =>
  AddressSet.of(...(pod?.ips ?? []).map((ip) => `${ip}/${ip.includes(":") ? "128" : "32"}`));
/** What a proposal tells pods apart by: not by what controllers set. */
const labelText = ({ labels = {} }: TwinPod) =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([key]) => key !== "pod-template-hash")
      .sort(),
  );

/** Applies what is proposed; nothing is lost, and what is gained is between ends that `permitted` names. */
function checkApplied(
  objects: readonly object[],
  options: WorldOptions,
  before: Analysis,
  changes: readonly Change[],
  permitted: (from: End, to: End) => boolean,
): Analysis {
  const after = analysisOfObjects(applied(objects, changes), options);
  // Of the addresses outside, one block of each kind is enough.
  const shown = after.ends.filter(
    ({ kind, classes: [number] }, i) =>
      kind !== "IPBlock" || after.ends.findIndex(({ classes }) => classes[0] === number) === i,
  );
  const pairs = shown.map((now) => ({ now, were: sameEnd(before, now) }));
  for (const { now: from, were: sources } of pairs) {
    for (const { now: to, were: targets } of pairs) {
      if (from.kind === "IPBlock" && to.kind === "IPBlock") continue;
      const now = connection(after, from, to);
      for (const source of sources) {
        for (const target of targets) {
          const was = connection(before, source, target);
          const where = `${from.id} => ${to.id}: ${JSON.stringify(changes)}`;
          assert.ok(was.lower.subtract(now.lower).isEmpty(), `lost ${where}`);
          assert.ok(was.upper.subtract(now.upper).isEmpty(), `perhaps lost ${where}`);
          if (permitted(from, to)) continue;
          assert.ok(now.lower.equals(was.lower), `gained ${where}`);
          assert.ok(now.upper.equals(was.upper), `perhaps gained ${where}`);
        }
      }
    }
  }
  return after;
}

interface Drawn {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly what: number;
}
const drawn = fc.record({ seed: fc.nat(), from: fc.nat(), to: fc.nat(), what: fc.nat() });

/** The first blocked question from the one that was drawn on, with what is proposed. */
function blockedQuestion(analysis: Analysis, draw: Drawn) {
  const ends = endsToAsk(analysis);
  const protocol: Protocol = PROBED_PROTOCOLS[draw.what % 3] ?? "TCP";
  const port = PROBES[draw.what % PROBES.length] ?? 80;
  for (let i = 0; i < ends.length ** 2; i++) {
    const from = ends[(draw.from + i) % ends.length];
    const to = ends[(draw.to + Math.floor(i / ends.length)) % ends.length];
    if (from === undefined || to === undefined || (from.kind === "IPBlock" && to.kind === "IPBlock"))
      continue;
    const { verdict, changes } = explain(analysis, { from, to, protocol, port });
    assert.equal(verdict === "blocked", changes.length > 0);
    if (verdict === "blocked") return { from, to, protocol, port, changes };
  }
  return undefined;
}

type Blocked = NonNullable<ReturnType<typeof blockedQuestion>>;

function assertAllowed(after: Analysis, { from, to, protocol, port, changes }: Blocked): void {
  for (const source of sameEnd(after, from)) {
    for (const target of sameEnd(after, to)) {
      assert.equal(ask(after, source, target, protocol, port), "allowed", JSON.stringify(changes));
    }
  }
}

const complete = ({ changes }: Blocked) => changes.every(({ kind }) => kind !== "none");

/** A world whose pods and policies share one namespace, so that most policies are of several pods. */
const crowded = (world: TwinWorld): TwinWorld => ({
  ...world,
  pods: world.pods.map((pod) => ({ ...pod, namespace: "a" })),
  networkPolicies: world.networkPolicies.map((policy) => ({
    ...policy,
    metadata: { ...policy.metadata, namespace: "a" },
  })),
});

const drawnWorld = ({ seed }: Drawn): TwinWorld =>
  seed % 2 === 0 ? randomWorld(seed) : crowded(randomWorld(seed));

/** Pods with the labels of these ends, and one more. */
function laterPods({ pods }: TwinWorld, ends: readonly End[]): TwinPod[] {
  return ends.flatMap(({ id }, i) => {
    const own = pods.find(({ namespace, name }) => id === `${namespace}/${name}[Pod]`);
    const missing = ["app", "tier", "example.com/role"].filter((key) => own?.labels?.[key] === undefined);
    return own === undefined
      ? []
      : missing.map((key, j): TwinPod => ({
          namespace: own.namespace,
          name: `later-${i}-${j}`,
          labels: { ...own.labels, [key]: "x" },
        }));
  });
}

/** The world's pods of one namespace as replicas of a StatefulSet; their labels may differ. */
function withOwner(objects: readonly object[]): object[] {
  const copies = structuredClone(objects) as (Manifest & { metadata: Record<string, unknown> })[];
  const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "set", controller: true };
  const pods = copies.filter(({ kind }) => kind === "Pod");
  const namespace = pods[0]?.metadata.namespace ?? "default";
  for (const { metadata } of pods.slice(0, 3)) {
    if (metadata.namespace !== namespace) continue;
    metadata["ownerReferences"] = [owner];
    metadata["labels"] = {
      ...(metadata["labels"] as object),
      part: "set",
      "statefulset.kubernetes.io/pod-name": metadata.name,
    };
  }
  return [
    ...copies,
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "set", namespace },
      spec: { template: { metadata: {}, spec: { containers: [] } } },
    },
  ];
}

describe("reachability: what explain proposes", () => {
  it("lets a blocked connection through, takes none away and opens nothing to ends that weren't asked about", () => {
    let proposed = 0;
    fc.assert(
      fc.property(drawn, (draw) => {
        const world = drawnWorld(draw);
        const objects = manifestsOf(world);
        const before = analysisOfObjects(objects, optionsOf(world));
        const question = blockedQuestion(before, draw);
        if (question === undefined) return;
        const { from, to, changes } = question;
        const permitted = (source: End, target: End) =>
          mayName(world, from, source) && mayName(world, to, target);
        const after = checkApplied(objects, optionsOf(world), before, changes, permitted);
        if (!complete(question)) return;
        proposed++;
        assertAllowed(after, question);
      }),
      { numRuns: 500 },
    );
    assert.ok(proposed > 50, `only ${proposed} questions had a proposal`);
  });

  it("takes no connection away from a pod that comes later", () => {
    fc.assert(
      fc.property(drawn, (draw) => {
        const world = crowded(randomWorld(draw.seed));
        const question = blockedQuestion(analysisOfObjects(manifestsOf(world), optionsOf(world)), draw);
        if (question === undefined) return;
        const later = laterPods(world, [question.from, question.to]);
        const objects = manifestsOf({ ...world, pods: [...world.pods, ...later] });
        const before = analysisOfObjects(objects, optionsOf(world));
        checkApplied(objects, optionsOf(world), before, question.changes, () => true);
      }),
      { numRuns: 600 },
    );
  });

  it("lets all replicas of a workload through, also where policies tell them apart, and takes nothing away", () => {
    let proposed = 0;
    fc.assert(
      fc.property(drawn, (draw) => {
        const world = drawnWorld(draw);
        const objects = withOwner(manifestsOf(world));
        const before = analysisOfObjects(objects, optionsOf(world));
        const question = blockedQuestion(before, draw);
        if (question === undefined) return;
        const after = checkApplied(objects, optionsOf(world), before, question.changes, () => true);
        if (!complete(question)) return;
        proposed++;
        assertAllowed(after, question);
      }),
      { numRuns: 600 },
    );
    assert.ok(proposed > 20, `only ${proposed} questions had a proposal`);
  });
});
