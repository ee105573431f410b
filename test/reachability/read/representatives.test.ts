import { strict as assert } from "node:assert";
import { analyze } from "../../../reachability/compute/analysis";
import { type Diff, diff } from "../../../reachability/answer/diff";
import { diffTxt, gainsAny } from "../../../reachability/answer/diff/formats";
import { jsonFormat } from "../../../reachability/answer/formats/json";
import { readWorld } from "../../../reachability/read/readWorld";
import { representedAlike } from "../../../reachability/read/representatives";
import { readSaved } from "../../../reachability/answer/diff/saved";
import type { UnitRelation } from "../../../reachability/compute/units";
import { Warnings } from "../../../reachability/read/warnings";
import type { World } from "../../../reachability/read/world";
import { manifestsOf } from "../../twin/manifests";
import { Random } from "../../twin/random";
import { randomWorld } from "../../twin/randomWorld";
import { selects } from "../../twin/matches";
import type { TwinSelector } from "../../twin/world";
import { sourced } from "../worlds";

const policy = (name: string, spec: object, namespace = "a") => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec,
});

const labelled = (...pairs: readonly (readonly [string, string])[]) => ({
  matchLabels: Object.fromEntries(pairs),
});

const read = (objects: readonly object[]) =>
  readWorld(sourced(objects), { representatives: true, kubernetes: "1.35" });

const namesIn = (world: World) =>
  world.workloads
    .filter(({ representative }) => representative)
    .map(({ namespace, name }) => `${namespace}/${name}`);

const denyAll = policy("deny", { podSelector: {}, policyTypes: ["Ingress"] });
const denyQ = policy("deny-q", { podSelector: labelled(["app", "q"]), policyTypes: ["Ingress"] });
const allowQ = policy("allow-q", { podSelector: labelled(["app", "q"]), ingress: [{}] });

/** What a world's answer is after it was saved and read again. */
const saved = (world: World): UnitRelation =>
  readSaved(JSON.parse([...jsonFormat(analyze(world).units, { warnings: [] })].join("")));

const linesOf = (found: Diff) => [...diffTxt(found)].join("").trim().split("\n");

describe("reachability: representatives", () => {
  it("are one for each class that a namespace's selectors tell apart, on random worlds", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const twin = randomWorld(seed);
      const { world, warnings } = read(manifestsOf({ ...twin, pods: [] }));
      assert.deepEqual(
        warnings.filter((text) => text.includes("apart")),
        [],
      );
      const random = new Random(seed);
      for (const namespace of ["default", "a", "b", "c"]) {
        const selectors = twin.networkPolicies.flatMap(({ metadata, spec }): TwinSelector[] =>
          (metadata?.namespace ?? "default") === namespace ? [spec?.podSelector ?? {}] : [],
        );
        if (selectors.length === 0) continue;
        const classOf = (labels: Readonly<Record<string, string>>) =>
          selectors.map((one) => selects(one, labels)).join();
        const found = new Set(
          world.workloads
            .filter((one) => one.namespace === namespace)
            .map(({ variants: [shape] }) =>
              classOf(Object.fromEntries(shape?.labels.known ?? []) as Record<string, string>),
            ),
        );
        for (let i = 0; i < 40; i++) {
          const keys = random.some(["app", "tier", "example.com/role"], 0.6);
          const labels = Object.fromEntries(
            keys.map((key) => [key, random.pick(["x", "y", "z", "", "other"])]),
          );
          assert.ok(found.has(classOf(labels)), `seed ${seed}: ${namespace} ${JSON.stringify(labels)}`);
        }
      }
    }
  });

  it("are also of the namespaces that a selector leaves out", () => {
    const notT = { matchExpressions: [{ key: "team", operator: "NotIn", values: ["t"] }] };
    const { world } = read([
      policy("np", { podSelector: {}, ingress: [{ from: [{ namespaceSelector: notT }] }] }),
    ]);
    assert.deepEqual(namesIn(world).sort(), ["a/{other}", "{other}/{other}", "{team=t}/{other}"]);
  });

  it("are there where nodes are given and no workload", () => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } };
    const { world } = readWorld(sourced([node, denyQ]));
    assert.deepEqual(namesIn(world).sort(), ["a/{app=q}", "a/{other}", "{other}/{other}"]);
  });

  it("of ten labels that policies use apart are each label and each two, and a warning says that more are missing", () => {
    const many = Array.from({ length: 10 }, (_, i) =>
      policy(`np${i}`, { podSelector: labelled([`k${i}`, "v"]), ingress: [{ ports: [{ port: i + 1 }] }] }),
    );
    const { world, warnings } = read(many);
    const names = namesIn(world).filter((name) => name.startsWith("a/"));
    assert.equal(names.length, 1 + 10 + 45);
    assert.ok(names.includes("a/{k0=v}") && names.includes("a/{k3=v,k7=v}"));
    assert.deepEqual(warnings.filter((text) => text.includes("apart")).length, 1);
    assert.equal(namesIn(read(many.slice(0, 9)).world).length, 2 ** 9 + 1);
  });

  it("of labels that only one selector asks for together are two, however many", () => {
    const all = Array.from({ length: 30 }, (_, i) => [`k${i}`, "v"] as const);
    const { world, warnings } = read([policy("np", { podSelector: labelled(...all), ingress: [{}] })]);
    assert.equal(namesIn(world).length, 3);
    assert.deepEqual(
      warnings.filter((text) => text.includes("apart")),
      [],
    );
  });

  it("of two worlds are the same, so that a second deny gains nothing and a new allow only what it allows", () => {
    const compared = (before: readonly object[], after: readonly object[]) => {
      const [old, young] = representedAlike([read(before).world, read(after).world], [], new Warnings());
      return diff(analyze(old).units, analyze(young).units);
    };
    for (const [before, after] of [
      [[denyAll], [denyAll, denyQ]],
      [[denyAll, denyQ], [denyAll]],
    ] as const) {
      assert.deepEqual(linesOf(compared(before, after)), ["no connection gained or lost"]);
    }
    const gained = linesOf(compared([denyAll], [denyAll, allowQ]));
    assert.ok(
      gained.length > 0 && gained.every((line) => line.endsWith(" => a/{app=q}[Pod] : All Connections")),
    );
    assert.ok(gained.includes("+ a/{app=q}[Pod] => a/{app=q}[Pod] : All Connections"), gained.join("\n"));
  });

  it("of a saved answer are compared with the ones that they were among", () => {
    const [few, more] = [read([denyAll]).world, read([denyAll, denyQ]).world];
    for (const [old, young] of [
      [saved(few), analyze(more).units],
      [analyze(more).units, saved(few)],
      [saved(few), saved(more)],
    ] as const) {
      assert.deepEqual(linesOf(diff(old, young)), ["no connection gained or lost"]);
    }
    const gained = linesOf(diff(saved(few), saved(read([denyAll, allowQ]).world)));
    assert.ok(
      gained.every((line) => line.endsWith(" => a/{app=q}[Pod] : All Connections")),
      gained.join("\n"),
    );
  });

  it("keep their connections among themselves when they are saved", () => {
    const open = read([policy("np", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] })]).world;
    const found = diff(saved(read([denyAll]).world), saved(open));
    assert.deepEqual(linesOf(found), ["+ a/{other}[Pod] => a/{other}[Pod] : All Connections"]);
    assert.equal(gainsAny(found), true);
  });
});
