import { strict as assert } from "node:assert";
import { compileSite } from "../../../compile/aws/compile";
import { type GroupRef, groupKey } from "../../../compile/aws/groupRef";
import type { PodSecurityGroups } from "../../../compile/aws/network";
import { holdingGroups, runningWithout } from "../../../compile/aws/restarts";
import { compileRules } from "../../../compile/aws/securityGroups";
import type { CompiledGroupRule } from "../../../compile/aws/rule";
import { flow, workload } from "../worlds";
import { allRules, groupsAdmit, podGroups } from "./judge";
import { NODES, eks, place, shop, site, without } from "./lab";

const app = shop(
  [workload("web"), workload("job")],
  [
    flow("web", { kind: "database", database: "main" }, ["tcp/5432"]),
    flow("job", { kind: "database", database: "main" }, ["tcp/5432"]),
  ],
);

const at = (mode: PodSecurityGroups) => compileSite(site(app, eks({ podSecurityGroups: mode })));

/** A running pod keeps the groups that it started with. */
interface Pod {
  readonly id: string;
  readonly groups: readonly GroupRef[];
}

const start = (mode: PodSecurityGroups, id: string): Pod => {
  const [tenant] = at(mode).tenants;
  assert.ok(tenant);
  return { id, groups: podGroups(tenant, { app: id }, NODES.id) };
};

const reaches = (rules: readonly CompiledGroupRule[], { groups }: Pod): boolean =>
  groupsAdmit(
    rules,
    new Set([NODES.id]),
    { groups, address: "10.42.0.10" },
    { groups: [{ kind: "database", application: "shop", database: "main" }], address: "10.30.0.9" },
    "tcp",
    5432,
  );

/**
 * The rules in force at each moment of an update, in Pulumi's order: what is new is created first, what is gone is
 * deleted last, one by one. `attached` says when the new mode's policies attach groups: after all that is created.
 */
function moments(before: PodSecurityGroups, after: PodSecurityGroups) {
  const [old, now] = [allRules(at(before)), allRules(at(after))];
  const has = (list: readonly CompiledGroupRule[], { name }: CompiledGroupRule) =>
    list.some((one) => one.name === name);
  const created = now.filter((rule) => !has(old, rule));
  const deleted = old.filter((rule) => !has(now, rule));
  const during: { readonly rules: readonly CompiledGroupRule[]; readonly attached: boolean }[] = [];
  for (let step = 0; step <= created.length; step++) {
    during.push({ rules: [...old, ...created.slice(0, step)], attached: false });
  }
  for (let step = 0; step <= deleted.length; step++) {
    during.push({
      rules: [...old.filter((rule) => !deleted.slice(0, step).includes(rule)), ...created],
      attached: true,
    });
  }
  return during;
}

/** Runs an update while these pods run; a pod that starts meanwhile has the groups of its moment. */
function update(before: PodSecurityGroups, after: PodSecurityGroups, running: readonly Pod[]): void {
  for (const [index, { rules, attached }] of moments(before, after).entries()) {
    const starting = ["web", "job"].map((id) => start(attached ? after : before, id));
    for (const pod of [...running, ...starting]) {
      assert.ok(
        reaches(rules, pod),
        `${before} → ${after}, moment ${index}: ${pod.id} with ${pod.groups.map(groupKey).join()}`,
      );
    }
  }
}

const all = (mode: PodSecurityGroups) => ["web", "job"].map((id) => start(mode, id));

describe("changing podSecurityGroups", () => {
  it("refuses no running pod on the way to on, if all restarted while migrating", () => {
    update("off", "migrating", all("off"));
    update("migrating", "on", all("migrating"));
  });

  it("refuses no running pod on the way back, if all restarted while leaving", () => {
    update("on", "migrating", all("on"));
    update("migrating", "leaving", all("migrating"));
    update("on", "leaving", all("on"));
    update("leaving", "off", all("leaving"));
  });

  it("would refuse pods that did not restart, which is why on has to be acknowledged", () => {
    assert.throws(() => update("migrating", "on", all("off")), /migrating → on/);
    assert.throws(() => update("leaving", "off", all("on")), /leaving → off/);
    assert.throws(() => update("off", "on", all("off")), /off → on/);
  });

  it("is refused where nothing says that all pods restarted", () => {
    const unsaid = without(place().aws ?? assert.fail(), "podsRestarted");
    assert.throws(
      () => compileSite(site(app, eks(), { ...place(), aws: unsaid })),
      /shop on lab: podSecurityGroups on: databases would refuse pods that still have the nodes' group, and nothing says that web, job restarted/,
    );
  });

  it("names the pods that haven't restarted, and those that still hold a group", () => {
    const { parties } = compileRules(site(app));
    const { tenants } = site(app);
    const pods = [
      { namespace: "shop", name: "web-1", labels: { app: "web" }, hasInterface: false },
      { namespace: "shop", name: "web-2", labels: { app: "web" }, hasInterface: true },
      { namespace: "shop", name: "other-1", labels: { app: "other" }, hasInterface: false },
      { namespace: "elsewhere", name: "web-3", labels: { app: "web" }, hasInterface: false },
    ];
    assert.deepEqual(runningWithout(tenants, parties, pods), ["shop/web-1"]);
    assert.deepEqual(holdingGroups(tenants, parties, pods, "on"), []);
    assert.deepEqual(holdingGroups(tenants, parties, pods, "leaving"), ["shop/web-2"]);
  });
});
