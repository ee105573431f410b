import { strict as assert } from "node:assert";
import { Pack } from "../../policypack/pack";
import { POLICIES } from "../../policypack/policies";
import { levelIn } from "../../policypack/profiles";
import { COMPLIANT, freshPack, namespace, policy, run } from "./helpers";

const OPEN = [...COMPLIANT, policy("open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] })];
const EVERYONE = "network-policy-no-everyone-ingress";
const LABELS = "namespace-labels";
const BARE = [namespace("shop", {})];

/** `policy level` of what is told about objects. */
const told = (
  resources: readonly Parameters<typeof run>[0][number][],
  config: Record<string, object>,
  only: string,
) =>
  run(resources, config, { only, pack: freshPack() }).flatMap(({ policy: name, level, urn }) =>
    urn === undefined ? [] : [`${name} ${level}`],
  );
const baseline = (more: object = {}) => ({ settings: { profile: "baseline", ...more } });

describe("policy pack: profiles", () => {
  it("strict, which is the default, has each policy's own level", () => {
    for (const one of POLICIES) assert.equal(levelIn("strict", one), one.level);
    assert.deepEqual(told(OPEN, {}, EVERYONE), [`${EVERYONE} mandatory`]);
  });

  it("baseline advises where isolation isn't built, and never raises a level", () => {
    assert.deepEqual(told(OPEN, baseline(), EVERYONE), [`${EVERYONE} advisory`]);
    const raised = POLICIES.filter(
      (one) => one.level === "advisory" && levelIn("baseline", one) === "mandatory",
    );
    assert.deepEqual(raised, []);
  });

  it("baseline stays mandatory about what opens a door to the internet, or breaks the configuration", () => {
    const mandatory = POLICIES.filter((one) => levelIn("baseline", one) === "mandatory").map(
      ({ name }) => name,
    );
    for (const name of [
      "settings",
      "exemption-expired",
      "protected-ends",
      "tenant-isolation",
      "security-group-no-world-ingress",
      "rds-private",
      "rds-snapshot-private",
      "s3-not-public",
      "workload-no-host-network",
    ])
      assert.ok(mandatory.includes(name), name);
  });

  it("baseline asks for no label that nobody configured", () => {
    assert.deepEqual(told(BARE, baseline(), LABELS), []);
    const defaults = {
      required: [
        "palisade.dev/owner",
        "palisade.dev/environment",
        "app.kubernetes.io/part-of",
        "pod-security.kubernetes.io/enforce",
      ],
    };
    // An engine fills in the defaults.
    assert.deepEqual(told(BARE, { ...baseline(), [LABELS]: defaults }, LABELS), []);
    assert.deepEqual(told(BARE, { ...baseline(), [LABELS]: { required: ["team"] } }, LABELS), [
      `${LABELS} mandatory`,
    ]);
    const allowed = { allowed: { "pod-security.kubernetes.io/enforce": ["baseline"] } };
    const privileged = [namespace("shop", { "pod-security.kubernetes.io/enforce": "privileged" })];
    assert.deepEqual(told(privileged, { ...baseline(), [LABELS]: allowed }, LABELS), [`${LABELS} mandatory`]);
    assert.deepEqual(told(BARE, {}, LABELS), [`${LABELS} mandatory`]);
  });

  it("a level in settings.levels counts over the profile's, and another than the default over it too", () => {
    assert.deepEqual(told(OPEN, baseline({ levels: { [EVERYONE]: "mandatory" } }), EVERYONE), [
      `${EVERYONE} mandatory`,
    ]);
    assert.deepEqual(told(BARE, baseline({ levels: { [LABELS]: "mandatory" } }), LABELS), [
      `${LABELS} mandatory`,
    ]);
    const pack = new Pack();
    pack.configure(
      new Map([
        ["settings", { properties: { profile: "baseline" } }],
        ["rds-private", { level: "advisory", properties: {} }],
        ["s3-not-public", { level: "disabled", properties: {} }],
        [EVERYONE, { level: "mandatory", properties: {} }],
      ] as const),
    );
    const levels = new Map([...pack.levels].map(([{ name }, level]) => [name, level]));
    assert.deepEqual(
      ["rds-private", "s3-not-public", EVERYONE, LABELS].map((name) => levels.get(name)),
      // An engine says "mandatory" of every policy that nobody configures.
      ["advisory", "disabled", "advisory", "disabled"],
    );
  });

  it("says that it is in force, as advice", () => {
    const messages = run(COMPLIANT, baseline(), { only: [], pack: freshPack() });
    assert.deepEqual(
      messages.map(({ policy: name, level, message }) => `${name} ${level}: ${message}`),
      [
        "settings advisory: The profile baseline is in force: 26 policies only advise that are mandatory without it, and no label is asked for that isn't configured.",
      ],
    );
  });

  it("a wrong name or profile is a problem of the configuration, with the nearest name, and strict holds", () => {
    const wrong = { settings: { profile: "baseline", levels: { "rds-privat": "advisory" } } };
    const found = run(OPEN, wrong, { only: EVERYONE, pack: freshPack() });
    assert.deepEqual(
      found.map(({ policy: name, level }) => `${name} ${level}`),
      [`settings mandatory`, `${EVERYONE} mandatory`],
    );
    assert.match(
      found[0]?.message ?? "",
      /levels\.rds-privat: there is no policy "rds-privat"; did you mean "rds-private"\?/,
    );
    const unknown = freshPack();
    unknown.configure(
      new Map([
        ["rds-privat", { level: "advisory", properties: {} }],
        ["all", { properties: {} }],
      ] as const),
    );
    assert.deepEqual(
      unknown.judgeStack([]).map(({ policy: { name }, level, message }) => `${name} ${level}: ${message}`),
      [
        'settings mandatory: The configuration is wrong: there is no policy "rds-privat"; did you mean "rds-private"?',
      ],
    );
    const [loose] = run(COMPLIANT, { settings: { profile: "loose" } }, { only: [], pack: freshPack() });
    assert.match(loose?.message ?? "", /profile: is "loose"; write "strict" or "baseline" instead/);
  });
});
