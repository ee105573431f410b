import { strict as assert } from "node:assert";
import { admissionObjects } from "../../policypack/admission";
import type { PolicySetting } from "../../policypack/policyReport";
import { TWINS } from "./admission/table";

const OWNER = { project: "Shop_Platform", stack: "prod" };
const TODAY = "2026-11-22";
const reason = { reason: "moved", owner: "team-shop" };

const made = (
  given: Readonly<Record<string, PolicySetting>> = {},
  how: Partial<Parameters<typeof admissionObjects>[2]> = {},
) =>
  admissionObjects(new Map(Object.entries(given)), OWNER, { exempt: () => [], today: TODAY, ...how }).map(
    ({ kind, name, object }) => ({ kind, name, spec: object["spec"] as Spec }),
  );

interface Spec {
  readonly validationActions?: readonly string[];
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations?: readonly { readonly expression: string; readonly message: string }[];
}

/** Each policy's actions, by its name without whose it is. */
const actions = (...given: Parameters<typeof made>) =>
  made(...given)
    .filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding")
    .map(
      ({ name, spec }) =>
        `${name.replace("shop-platform-prod-", "")}: ${(spec.validationActions ?? []).join(", ")}`,
    );

/** The conditions of one policy beside that something changes. */
const conditions = (...given: Parameters<typeof made>) =>
  made(...given)
    .find(({ name }) => name === "shop-platform-prod-network-policy-no-everyone-ingress")
    ?.spec.matchConditions?.slice(1);

const ALL = [
  "namespace-labels",
  "network-policy-explicit-types",
  "network-policy-no-everyone-ingress",
  "network-policy-no-everyone-egress",
  "network-policy-no-metadata-egress",
  "network-policy-trusted-namespace-selectors-ingress",
  "network-policy-trusted-namespace-selectors-egress",
  "workload-no-host-network-pods",
  "workload-no-host-network-workloads",
  "workload-no-host-network-cronjobs",
  "workload-no-host-network-volumes",
];

describe("what the API server is to enforce of the policy pack", () => {
  it("is one policy and one binding a twin, named after whose they are, and denies what is mandatory", () => {
    assert.deepEqual(
      actions(),
      ALL.map((name) => `${name}: Deny, Audit`),
    );
    const names = made().map(({ name }) => name);
    assert.deepEqual(
      names.filter((_, index) => index % 2 === 0),
      names.filter((_, index) => index % 2 === 1),
    );
    assert.deepEqual(
      names.filter((name) => !/^shop-platform-prod-[a-z-]+$/.test(name)),
      [],
    );
  });

  it("warns of what is advice, leaves out what is disabled, and denies nothing where it is only to warn", () => {
    const given = {
      "network-policy-no-everyone-egress": { level: "advisory", properties: {} },
      "workload-no-host-network": { level: "disabled", properties: {} },
    } as const;
    assert.deepEqual(actions(given), [
      ...ALL.slice(0, 3).map((name) => `${name}: Deny, Audit`),
      "network-policy-no-everyone-egress: Warn, Audit",
      ...ALL.slice(4, 7).map((name) => `${name}: Deny, Audit`),
    ]);
    assert.deepEqual(
      actions({}, { onlyWarn: true }),
      ALL.map((name) => `${name}: Warn, Audit`),
    );
    assert.deepEqual(actions({ settings: { properties: { profile: "baseline" } } }), [
      ...ALL.slice(1, 7).map((name) => `${name}: Warn, Audit`),
      ...ALL.slice(7).map((name) => `${name}: Deny, Audit`),
    ]);
  });

  it("warns of what may admit others to a protected end, beside denying what does", () => {
    const ends = [{ name: "the database", namespace: "shop", labels: { app: "db" }, from: [] }];
    assert.deepEqual(
      actions({ "protected-ends": { properties: { ends } } }).filter((line) => line.startsWith("protected")),
      ["protected-ends: Deny, Audit", "protected-ends-undecided: Warn, Audit"],
    );
  });

  it("says what is wrong, and the policy's remedy", () => {
    const messages = made().flatMap(({ spec }) => spec.validations ?? []);
    assert.ok(messages.length > 20);
    for (const { message } of messages) assert.match(message, /^[a-z].*[a-z0-9]\. [A-Z].*\.$/);
  });

  it("writes exemptions that are in force, of a namespace or of the objects that a resource's name stands for", () => {
    const exempted = (entry: object, how: Parameters<typeof made>[1] = {}) =>
      conditions(
        {
          settings: {
            properties: {
              exemptions: [{ policy: "network-policy-no-everyone-ingress", ...entry, ...reason }],
            },
          },
        },
        how,
      );
    const until = "2026-11-22";
    const created = 'timestamp(object.metadata.creationTimestamp) <= timestamp("2026-11-22T23:59:59Z")';
    assert.deepEqual(exempted({ namespace: "shop", until: "2026-11-21" }), []);
    assert.deepEqual(exempted({ namespace: "shop", until }), [
      {
        name: "exemption-1",
        expression: `!((has(object.metadata.namespace) ? object.metadata.namespace == "shop" : object.metadata.name == "shop") && (${created}))`,
      },
    ]);
    assert.deepEqual(
      exempted(
        { resource: "web", until },
        { exempt: (resource) => [{ namespace: "shop", name: `${resource}-1` }] },
      ),
      [
        {
          name: "exemption-1",
          expression: `!(((object.metadata.name == "web-1") && ((has(object.metadata.namespace) ? object.metadata.namespace : "") == "shop")) && (${created}))`,
        },
      ],
    );
    // A resource that the plan doesn't have exempts nothing.
    assert.deepEqual(exempted({ resource: "web", until }), [
      { name: "exemption-1", expression: `!((false) && (${created}))` },
    ]);
  });

  it("has a twin of every policy that the table compares", () => {
    const names = actions({
      "protected-ends": { properties: { ends: [{ name: "a", namespace: "a", from: [] }] } },
    });
    assert.deepEqual(
      TWINS.filter((twin) => !names.some((name) => name.startsWith(twin))),
      [],
    );
  });
});
