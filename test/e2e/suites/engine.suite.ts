import { strict as assert } from "node:assert";
import { isolationSpec } from "../../../compile/networkPolicy/isolation";
import { compareObjects, objectName as driftName } from "../../../verify/drift";
import { bench } from "../bench/bench";
import type { StateResource } from "../engine/engine";
import type { KubeObject } from "../kube/client";
import { inOrder } from "../machine/inOrder";
import { allowDeletion } from "../systems/account";
import { changesOfDev } from "../systems/changes";
import { objectName, objectsIn, policyType, succeeded } from "../systems/outcomes";
import { contextsOf, Stacks } from "../systems/stacks";

describe("engine: Pulumi's own CLI provisions the stacks on real API servers", () => {
  // Each step starts from what the one before has made.
  inOrder();
  const names = ["dev", "uat", "prod"];
  let stacks: Stacks;

  before("an API server for each cluster of the stacks", async () => {
    stacks = await Stacks.layOut(bench(), "engine", names, { clusters: "api" });
  });

  after(() => stacks.stop());

  for (const stack of names) {
    describe(stack, () => {
      lives(() => stacks, stack);
      if (stack === "dev") changesOfDev(() => stacks);
      (stack === "dev" ? goes : goesWhenUnprotected)(() => stacks, stack);
    });
  }
});

/** Every NetworkPolicy on the stack's clusters. */
async function livePolicies(stacks: Stacks, stack: string): Promise<readonly KubeObject[]> {
  const all = contextsOf(stack).map((context) =>
    stacks.cluster(context).kube.list("networking.k8s.io/v1", "NetworkPolicy"),
  );
  return (await Promise.all(all)).flat();
}

/** Names of the namespaces of ours that are on the stack's clusters. */
async function liveNamespaces(stacks: Stacks, stack: string): Promise<readonly string[]> {
  const all = await Promise.all(
    contextsOf(stack).map((context) => stacks.cluster(context).kube.list("v1", "Namespace")),
  );
  const ours = all
    .flat()
    .filter(({ metadata }) => "palisade.dev/owner" in ((metadata["labels"] as object | undefined) ?? {}));
  return ours.map(({ metadata }) => metadata.name).sort();
}

/** From nothing to there, and nothing more to do. */
function lives(given: () => Stacks, stack: string): void {
  let created = 0;

  it("preview with the packed policy pack: everything is created, nothing is violated, nothing is done", async () => {
    const { engine, pack } = given();
    const preview = succeeded(await engine.preview(stack, ["--policy-pack", pack]));
    assert.deepEqual(Object.keys(preview.changes), ["create"]);
    created = preview.changes["create"] ?? 0;
    assert.ok(created > 20, `${created} resources`);
    assert.deepEqual(preview.violations, []);
    assert.deepEqual(await livePolicies(given(), stack), []);
  });

  it("up: makes what was previewed; each policy is live as it was registered", async () => {
    const { engine, pack } = given();
    const up = succeeded(await engine.up(stack, ["--policy-pack", pack]));
    assert.deepEqual(up.changes, { create: created });
    bench().count("resources created by up", created);
    const registered = objectsIn(await engine.state(stack)).filter(({ type }) => type === policyType);
    const live = new Map((await livePolicies(given(), stack)).map((each) => [driftName(each), each]));
    assert.deepEqual([...live.keys()].sort(), registered.map(objectName).sort());
    // The inputs, as the program registered them: the state's outputs are the API server's own answer.
    const planned = registered.map(({ inputs }) => inputs as unknown as KubeObject);
    assert.deepEqual(compareObjects(planned, live, Symbol("unknown: nothing is, after up")), []);
    assert.ok(registered.length > 5);
  });

  it("second up: nothing changes", async () => {
    assert.deepEqual(succeeded(await given().engine.up(stack)).changes, { same: created });
  });

  it("refresh: no drift", async () => {
    const { engine } = given();
    const refreshed = succeeded(await engine.refresh(stack));
    assert.deepEqual(
      refreshed.steps.filter(({ op }) => op !== "refresh"),
      [],
    );
    assert.deepEqual(succeeded(await engine.preview(stack)).changes, { same: created });
  });
}

function goes(given: () => Stacks, stack: string): void {
  it("destroy: only the retained namespaces are left", async () => {
    const before = await liveNamespaces(given(), stack);
    succeeded(await given().engine.destroy(stack));
    await onlyNamespaces(given(), stack, before);
  });
}

async function onlyNamespaces(stacks: Stacks, stack: string, namespaces: readonly string[]): Promise<void> {
  assert.deepEqual(await livePolicies(stacks, stack), []);
  assert.deepEqual(await liveNamespaces(stacks, stack), namespaces);
  assert.deepEqual(await stacks.engine.state(stack), []);
}

function goesWhenUnprotected(given: () => Stacks, stack: string): void {
  const protectedIn = (state: readonly StateResource[]) => state.filter(({ protect }) => protect === true);

  it("destroy is refused by protection, and nothing is touched", async () => {
    const before = await livePolicies(given(), stack);
    const refused = await given().engine.destroy(stack);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /protect/);
    assert.deepEqual(await livePolicies(given(), stack), before);
  });

  it("destroy without the CLI's own preview stops later, and has opened nothing; up puts back what went", async () => {
    const { engine } = given();
    const before = await engine.state(stack);
    const namesOf = (state: readonly StateResource[]) => objectsIn(protectedIn(state)).map(objectName).sort();
    const namespaces = await liveNamespaces(given(), stack);
    assert.deepEqual(
      namesOf(before),
      [
        ...namespaces.map((name) => `Namespace ${name}`),
        ...namespaces.map((name) => `NetworkPolicy ${name}/isolation`),
      ].sort(),
    );
    const refused = await engine.destroy(stack, ["--skip-preview"]);
    assert.notEqual(refused.code, 0);
    const left = (await livePolicies(given(), stack)).filter(({ metadata }) => metadata.name === "isolation");
    assert.deepEqual(
      left.map(({ metadata, spec }) => [metadata.namespace, spec]).sort(),
      namespaces.map((name) => [name, isolationSpec("enforce")]),
    );
    const after = new Set((await engine.state(stack)).map(({ urn }) => urn));
    assert.deepEqual(
      protectedIn(before).filter(({ urn }) => !after.has(urn)),
      [],
      "whatever closes a door is still there",
    );
    succeeded(await engine.up(stack));
    assert.deepEqual((await engine.state(stack)).length, before.length);
  });

  it("unprotected on purpose, it goes, and the namespaces stay", async () => {
    const { engine } = given();
    const namespaces = await liveNamespaces(given(), stack);
    for (const { urn } of protectedIn(await engine.state(stack))) {
      const unprotected = await engine.pulumi(["state", "unprotect", urn, "--yes", "--stack", stack]);
      assert.equal(unprotected.code, 0, unprotected.stderr);
    }
    await allowDeletion(await bench().aws());
    succeeded(await engine.destroy(stack));
    await onlyNamespaces(given(), stack, namespaces);
  });
}
