// Longer than most: one answer a test, on shared worlds.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { AddressSet } from "../../../net/addressSet";
import { type Protocol } from "../../../net/ports";
import { type Analysis, ask, connection } from "../../../reachability/compute/analysis";
import { addressMeant } from "../../../reachability/answer/addressMeaning";
import type { ReportedEnd } from "../../../reachability/compute/ends";
import { explainWithDepartures } from "../../../reachability/answer/explain/departures";
import { explain } from "../../../reachability/answer/explain/explain";
import { targetsOf } from "../../../reachability/answer/services";
import type { Change } from "../../../reachability/answer/explain/change";
import { outsideAddresses } from "../../../reachability/answer/explain/naming";
import type { Question } from "../../../reachability/answer/question";
import type { WorldOptions } from "../../../reachability/read/readWorld";
import { manifestsOf } from "../../twin/manifests";
import { PROBED_PROTOCOLS, PROBES, randomWorld, withServices } from "../../twin/randomWorld";
import type { TwinPod, TwinWorld } from "../../twin/world";
import { analysisOfObjects, optionsOf } from "../worlds";
import { applied, type Manifest } from "./applied";

/** Ends that may be asked about: those of the world, and some addresses and blocks outside. */
function endsToAsk(analysis: Analysis): ReportedEnd[] {
  const inside = analysis.ends.filter(({ kind }) => kind !== "IPBlock");
  const outside = ["10.0.1.5", "203.0.113.7", "10.0.0.0/9", "0.0.0.0/0", "fd00::77"].flatMap((text) => {
    const meant = addressMeant(analysis, text);
    return meant?.kind === "outside" ? meant.ends : [];
  });
  return [...inside, ...outside];
}

/** An end of the world before, in the world after. */
const sameEnd = (after: Analysis, end: ReportedEnd): readonly ReportedEnd[] =>
  end.kind === "IPBlock"
    ? [...after.relation.classes.outside].flatMap(([number, part]): ReportedEnd[] =>
        part.overlaps(outsideAddresses(end)) ? [{ ...end, classes: [number] }] : [],
      )
    : after.ends.filter(({ id }) => id === end.id);

/** Pods that a proposal for `asked` may name: itself, those that no selector tells from it, those at an address asked. */
function mayName(world: TwinWorld, asked: ReportedEnd, other: ReportedEnd): boolean {
  const podOf = ({ id }: ReportedEnd) =>
    world.pods.find(({ namespace, name }) => id === `${namespace}/${name}[Pod]`);
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

/** Whether an end is the address of a Service behind which there may be something else than what is given. */
const isKept = ({ relation }: Analysis, { classes }: ReportedEnd): boolean =>
  classes.some((number) => relation.classes.kept.has(number));

/** Applies what is proposed; nothing is lost, and what is gained is between ends that `permitted` names. */
function checkApplied(
  objects: readonly object[],
  options: WorldOptions,
  before: Analysis,
  changes: readonly Change[],
  permitted: (from: ReportedEnd, to: ReportedEnd) => boolean,
  inDoubt: (end: ReportedEnd) => boolean = () => false,
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
          // A range that has been one stands for what nothing here has; a Service's address that is cut out of it has its own answer.
          if (isKept(after, from) !== isKept(before, source) || isKept(after, to) !== isKept(before, target))
            continue;
          const was = connection(before, source, target);
          const where = `${from.id} => ${to.id}: ${JSON.stringify(changes)}`;
          if (!inDoubt(from) && !inDoubt(to))
            assert.ok(was.lower.subtract(now.lower).isEmpty(), `lost ${where}`);
          assert.ok(was.upper.subtract(now.upper).isEmpty(), `perhaps lost ${where}`);
          if (permitted(from, to)) continue;
          assert.ok(now.lower.equals(was.lower), `gained ${where}`);
          // Behind such a Service may be whatever a rule opens.
          if (isKept(after, to) || inDoubt(to)) continue;
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

/** What a plugin makes of other rules, no rule of a proposal can cure: the answer says that its words are enough. */
const isBeyondCure = (analysis: Analysis, question: Question, verdict: string, changes: readonly Change[]) =>
  verdict === "blocked" &&
  changes.length === 0 &&
  BEYOND_CURE.some((text) =>
    (explainWithDepartures(analysis, question).sentences.at(-1) ?? "").startsWith(text),
  );

const BEYOND_CURE = ["By the policies' words it would pass", "What admits it doesn't open it"];

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
    const question = { from, to, protocol, port };
    const { verdict, changes } = explain(analysis, question);
    if (isBeyondCure(analysis, question, verdict, changes)) continue;
    assert.equal(verdict === "blocked", changes.length > 0);
    if (verdict === "blocked") return { ...question, changes };
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
function laterPods({ pods }: TwinWorld, ends: readonly ReportedEnd[]): TwinPod[] {
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

const CLUSTER_BLOCKS = ["10.0.1.4/32", "10.0.3.9/32", "192.0.2.9/32", "fd00::1:9/128"];

/** What the cluster IP of a Service leads to. */
const waysOf = (analysis: Analysis, name: string) =>
  analysis.world.services
    .filter((service) => service.name === name)
    .flatMap((service) =>
      service.ports.flatMap(({ protocol, port }) =>
        (targetsOf(analysis, service, protocol, port, "cluster") ?? []).map((target) => ({
          ...target,
          protocol,
        })),
      ),
    );

/** A blocked connection from a pod by a Service, with what is proposed. */
function blockedWay(analysis: Analysis, draw: Drawn) {
  const pods = analysis.ends.filter(({ kind }) => kind === "Pod");
  const all = analysis.world.services.flatMap(({ name }) =>
    waysOf(analysis, name).flatMap((target) => pods.map((from) => ({ service: name, from, target }))),
  );
  for (let i = 0; i < all.length; i++) {
    const one = all[(draw.from + i) % all.length];
    if (one === undefined) continue;
    const { service, from, target } = one;
    const { verdict, changes } = explain(analysis, { ...target, from });
    if (isBeyondCure(analysis, { ...target, from }, verdict, changes)) continue;
    assert.equal(verdict === "blocked", changes.length > 0);
    if (verdict === "blocked")
      return { service, from: from.id, to: target.to.id, port: target.port, changes };
  }
  return undefined;
}

/** Whom changes may connect: whom they were asked for, and whom they say they hold for besides. */
function permittedBy(world: TwinWorld, from: ReportedEnd, to: ReportedEnd, changes: readonly Change[]) {
  const also = new Set(changes.flatMap((change) => (change.kind === "none" ? [] : change.also)));
  const may = (asked: ReportedEnd, other: ReportedEnd) => mayName(world, asked, other) || also.has(other.id);
  return (source: ReportedEnd, target: ReportedEnd) => may(from, source) && may(to, target);
}

/** Worlds with Services in each run; PROPOSAL_RUNS=2000 takes more. */
const RUNS = Number(process.env["PROPOSAL_RUNS"] ?? 60);

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
        const permitted = (source: ReportedEnd, target: ReportedEnd) =>
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

  for (const cni of ["any", "k3s", "calico", "cilium", "aws-vpc-cni"] as const) {
    it(`opens nothing to ends that weren't asked about where there are Services, on ${cni}`, () => {
      let proposed = 0;
      fc.assert(
        fc.property(drawn, (draw) => {
          const world = withServices(drawnWorld(draw), draw.seed);
          const objects = manifestsOf(world);
          const options = { ...optionsOf(world), cni };
          const before = analysisOfObjects(objects, options);
          // To the VPC CNI all rules of a pod are one table of addresses: what a block more does to a pod without address isn't sure.
          const inDoubt = ({ id }: ReportedEnd) =>
            cni === "aws-vpc-cni" &&
            world.pods.some(
              ({ namespace, name, ips }) => ips === undefined && id === `${namespace}/${name}[Pod]`,
            );
          const direct = blockedQuestion(before, draw);
          if (direct !== undefined) {
            const { from, to, changes } = direct;
            const permitted = permittedBy(world, from, to, changes);
            checkApplied(objects, options, before, changes, permitted, inDoubt);
            proposed++;
          }
          const way = blockedWay(before, draw);
          if (way === undefined) return;
          const [from, to] = [way.from, way.to].map((id) => before.ends.find((end) => end.id === id));
          assert.ok(from !== undefined);
          // What is behind a Service may be an address.
          if (to === undefined) return;
          const permitted = permittedBy(world, from, to, way.changes);
          checkApplied(objects, options, before, way.changes, permitted, inDoubt);
          proposed++;
        }),
        {
          numRuns: RUNS,
          examples: [
            // A block with exceptions, which the VPC CNI reads with all other blocks of a pod's rules.
            [{ seed: 717397601, from: 0, to: 1466554140, what: 0 }],
            // Such a block of IPv4 alone, which to the VPC CNI leaves IPv6 closed.
            [{ seed: 1419876670, from: 0, to: 2147483623, what: 0 }],
            // A pod without address, beside a Service's cluster IP in the pods' range.
            [{ seed: 1228245538, from: 0, to: 0, what: 0 }],
            // A rule that only the VPC CNI counts, and a longer exception of another rule that cuts it.
            [{ seed: 1023092449, from: 0, to: 0, what: 0 }],
          ],
        },
      );
      assert.ok(proposed > RUNS / 5, `only ${proposed} questions had a proposal`);
    });
  }

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

  for (const cni of ["any", "k3s", "cilium", "aws-vpc-cni"] as const) {
    it(`lets a connection by a Service through, never by a block of its address, on ${cni}`, () => {
      let proposed = 0;
      fc.assert(
        fc.property(drawn, (draw) => {
          const world = withServices(drawnWorld(draw), draw.seed);
          const objects = manifestsOf(world);
          const options = { ...optionsOf(world), cni };
          const question = blockedWay(analysisOfObjects(objects, options), draw);
          if (question === undefined || question.changes.some(({ kind }) => kind === "none")) return;
          const inside = AddressSet.of(...CLUSTER_BLOCKS);
          for (const cidr of JSON.stringify(question.changes).matchAll(/"cidr":"([^"]+)"/g))
            assert.ok(!inside.covers(AddressSet.of(cidr[1] ?? "")), JSON.stringify(question.changes));
          const after = analysisOfObjects(applied(objects, question.changes), options);
          for (const now of waysOf(after, question.service)) {
            if (now.to.id !== question.to || now.port !== question.port) continue;
            const from = after.ends.find(({ id }) => id === question.from);
            assert.ok(from !== undefined);
            proposed++;
            const { verdict, sentences } = explainWithDepartures(after, { ...now, from });
            if (BEYOND_CURE.some((text) => (sentences.at(-1) ?? "").startsWith(text))) continue;
            assert.equal(
              verdict,
              "allowed",
              `${sentences.join("\n")}\n${JSON.stringify(question.changes)}\n${JSON.stringify(objects)}`,
            );
          }
        }),
        {
          numRuns: 1_500,
          examples: [
            // Pods that declare the Service's target under two names: the VPC CNI looks it up by the first.
            [{ seed: 2035421633, from: 0, to: 0, what: 0 }],
            // Pods of both families behind a Service of one.
            [{ seed: 1120548293, from: 0, to: 0, what: 0 }],
            // Rules that each admit the Service, of which one cuts the other on the VPC CNI.
            [{ seed: 1264401361, from: 198637786, to: 0, what: 0 }],
          ],
        },
      );
      assert.ok(proposed > 5, `only ${proposed} questions had a proposal`);
    });
  }
});
