import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { accessOf, exemptionsIn, quotaOf } from "../../cli/reportLists";

describe("what a stack says of itself, as the page lists it", () => {
  it("how a workload gets to a database or a bucket: policy, group and role", () => {
    assert.deepEqual(
      accessOf(
        "database fineract tcp/5432 ← fineract/read: policy fineract.read-egress, group fineract.read → db-fineract, role eks-prod-read (IAM token as fineract)",
      ),
      {
        to: "database fineract tcp/5432",
        from: "fineract/read",
        policy: "fineract.read-egress",
        group: "fineract.read → db-fineract",
        role: "eks-prod-read (IAM token as fineract)",
      },
    );
    const odd = "something else altogether";
    assert.deepEqual(accessOf(odd), { to: odd, from: "", policy: "", group: "", role: "" });
  });

  it("how full a quota is, of a group, an interface and a region; what has no numbers has no bar", () => {
    assert.deepEqual(
      [
        "fineract:keycloak egress: 41 of 60 rules",
        "pods of keycloak: 2 of 5 groups on an interface",
        "7 of 2500 groups in the region, besides those that others have there",
        "nothing to count",
      ].map(quotaOf),
      [
        { what: "fineract:keycloak egress", used: 41, limit: 60, unit: "rules" },
        { what: "pods of keycloak", used: 2, limit: 5, unit: "groups on an interface" },
        {
          what: "groups in the region, besides those that others have there",
          used: 7,
          limit: 2500,
          unit: "",
        },
        undefined,
      ],
    );
  });

  it("exemptions and observations with their last day; none without a configuration, or of a pack with settings of its own", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "palisade-exemptions-"));
    const file = path.join(folder, "policies.json");
    const config = (settings: object) => {
      writeFileSync(file, JSON.stringify({ settings }));
      return exemptionsIn(file);
    };
    const rest = { until: "2030-01-31", reason: "moves in January", owner: "shop team" };
    assert.deepEqual(
      config({
        exemptions: [
          { policy: "rds-private", resource: "db", ...rest },
          { policy: "rds-private", namespace: "shop", ...rest },
        ],
        observe: [{ namespace: "shop", labels: { app: "web" }, ...rest }],
      }),
      [
        { kind: "exemption", policy: "rds-private", of: "db", ...rest },
        { kind: "exemption", policy: "rds-private", of: "namespace shop", ...rest },
        { kind: "observation", policy: "", of: "namespace shop, pods app=web", ...rest },
      ],
    );
    assert.deepEqual(config({ exemptions: "mine" }), []);
    assert.deepEqual(exemptionsIn(undefined), []);
    rmSync(folder, { recursive: true });
  });
});
