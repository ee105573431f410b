import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CheckFlags, run } from "../../cli/check";
import { disabledText } from "../../cli/disabledPolicies";
import { PolicyChoice } from "../../cli/policyChoice";
import { run as preview, type PreviewFlags } from "../../cli/preview";
import type { PreviewReport } from "../../cli/report";
import { POLICIES } from "../../policypack/index";
import { PalisadeInputError, problemText } from "../../problems";
import { captured } from "../captured";
import { packFixture, programFixture } from "../engine/support";
import { COMPLIANT, OPEN } from "./check/support";

const EVERYONE = "network-policy-no-everyone-ingress";
/** How many there are to choose from: settings are no policy. */
const ALL = POLICIES.filter(({ name }) => name !== "settings").length;
const OTHERS = POLICIES.map(({ name }) => name).filter((name) => ![EVERYONE, "settings"].includes(name));

describe("palisade check: choosing policies", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-choice-"));
    writeFileSync(join(folder, "open.yaml"), `${COMPLIANT}---\n${OPEN}`);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function check(flags: CheckFlags, config?: object) {
    const file = join(folder, "policies.json");
    if (config !== undefined) writeFileSync(file, JSON.stringify(config));
    return captured(() => run([join(folder, "open.yaml")], { ...flags, ...(config && { config: file }) }));
  }
  const json = async (flags: CheckFlags, config?: object) => {
    const { code, stdout } = await check({ ...flags, json: true }, config);
    const { findings, ...report } = JSON.parse(stdout) as {
      verdict: string;
      profile: string;
      policies: string[];
      disabled: string[];
      findings: { policy: string; level: string }[];
    };
    return { code, ...report, found: findings.map(({ policy, level }) => `${policy} ${level}`) };
  };

  it("--policy judges by these only, and says so", async () => {
    const { code, policies, disabled, found } = await json({ policy: [EVERYONE] });
    assert.deepEqual(
      [code, found, policies, disabled],
      [1, [`${EVERYONE} mandatory`], ["settings", EVERYONE], OTHERS],
    );
    const { stdout } = await check({ policy: ["rds-private", "network-policy-cni-safe"] });
    assert.equal(
      stdout,
      `CLEAN  2 objects of 1 file judged, judged by network-policy-cni-safe, rds-private only, of ${ALL} policies\n`,
    );
  });

  it("policies that judge nothing that is there leave it undecided", async () => {
    const { stdout } = await check({ policy: ["rds-private", "s3-not-public"] });
    assert.equal(
      stdout,
      `UNDECIDED  0 objects of 1 file judged, judged by rds-private, s3-not-public only, of ${ALL} policies\n`,
    );
    const { verdict } = await json({ policy: ["rds-private"] });
    assert.equal(verdict, "undecided");
  });

  it("--disable leaves these out, and a CLEAN says so", async () => {
    const { code, found, disabled } = await json({ disable: [EVERYONE] });
    assert.deepEqual([code, found, disabled], [0, [], [EVERYONE]]);
    const { stdout } = await check({ disable: [EVERYONE, "rds-private"] });
    assert.match(
      stdout,
      new RegExp(`^CLEAN {2}3 objects of 1 file judged, disabled: ${EVERYONE}, rds-private\n$`),
    );
  });

  it("a CLEAN also says what the configuration leaves out; where nothing judges, there is no CLEAN", async () => {
    const { stdout } = await check({}, { [EVERYONE]: "disabled" });
    assert.match(stdout, new RegExp(`^CLEAN .*, disabled: ${EVERYONE}\n$`));
    const { verdict } = await json({}, { all: "disabled", settings: {} });
    assert.equal(verdict, "undecided");
  });

  it("--policy asks for one that the configuration or the profile leaves out", async () => {
    const config = { [EVERYONE]: "disabled" };
    assert.deepEqual((await json({ policy: [EVERYONE] }, config)).found, [`${EVERYONE} mandatory`]);
    const all = await json({ policy: ["namespace-labels"], profile: "baseline" }, { all: "disabled" });
    assert.deepEqual(all.policies, ["namespace-labels"]);
  });

  it("an exemption isn't said to be unused where its policy was left out", async () => {
    const exemption = { policy: EVERYONE, namespace: "shop", until: "2999-01-01", reason: "r", owner: "o" };
    const config = { settings: { exemptions: [exemption] } };
    assert.deepEqual((await json({ disable: [EVERYONE] }, config)).found, []);
  });

  it("--profile counts over the configuration's, and the verdict names it", async () => {
    const { code, profile, found } = await json({ profile: "baseline" }, { settings: { profile: "strict" } });
    assert.deepEqual(
      [code, profile, found.sort()],
      [0, "baseline", [`${EVERYONE} advisory`, "settings advisory"]],
    );
    const { stdout } = await check({ profile: "baseline" });
    assert.match(
      stdout,
      /\nCLEAN {2}2 advisories, 3 objects of 1 file judged, profile baseline, disabled: namespace-labels\n$/,
    );
    assert.equal((await json({ profile: "strict" }, { settings: { profile: "baseline" } })).code, 1);
  });

  it("a level that the profile would swallow is refused, with what to write", async () => {
    const { code, stderr } = await check(
      { profile: "baseline" },
      { [EVERYONE]: "mandatory", "rds-private": "mandatory" },
    );
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(
        `^error: ${EVERYONE}: is mandatory, which the profile baseline can't tell from the default.*settings.levels`,
      ),
    );
    assert.doesNotMatch(stderr, /rds-private/);
    const fixed = { settings: { levels: { [EVERYONE]: "mandatory" } } };
    assert.equal((await json({ profile: "baseline" }, fixed)).code, 1);
  });

  it("an unknown name is refused with the nearest one, all at once; so is one that is wanted and left out", async () => {
    const { code, stderr } = await check({ policy: ["rds-privat"], disable: ["zzz"] });
    assert.equal(code, 2);
    assert.match(stderr, /--policy: there is no policy "rds-privat".*Did you mean "rds-private"\?/);
    assert.match(stderr, /--disable: there is no policy "zzz".*palisade policies lists them/);
    const both = await check({ policy: [EVERYONE], disable: [EVERYONE] });
    assert.equal(both.code, 2);
    assert.match(both.stderr, /is given by --policy, too/);
  });

  it("SARIF has the policies that were left out switched off for the run; JUnit has them skipped", async () => {
    const sarif = JSON.parse((await check({ disable: [EVERYONE], format: "sarif" })).stdout) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        invocations: {
          ruleConfigurationOverrides: { descriptor: { id: string; index: number }; configuration: object }[];
          toolConfigurationNotifications: { message: { text: string } }[];
        }[];
      }[];
    };
    const [made] = sarif.runs;
    const [override, ...more] = made?.invocations[0]?.ruleConfigurationOverrides ?? [];
    assert.ok(override);
    assert.deepEqual(
      [override.descriptor.id, override.configuration, more],
      [EVERYONE, { enabled: false }, []],
    );
    assert.equal(made?.tool.driver.rules[override.descriptor.index]?.id, EVERYONE);
    assert.deepEqual(
      made.invocations[0]?.toolConfigurationNotifications.map(({ message }) => message.text),
      [`disabled: ${EVERYONE}`],
    );
    const junit = await check({ disable: [EVERYONE], format: "junit" });
    assert.match(
      junit.stdout,
      new RegExp(`<testsuite name="${EVERYONE}" tests="1" failures="0" errors="0" skipped="1">`),
    );
  });
});

describe("palisade preview: choosing policies", function () {
  this.timeout(60_000);
  const previewed = async (flags: Partial<PreviewFlags>) => {
    const given = { stack: "dev", cwd: programFixture("namespace"), policyPack: [packFixture("plain")] };
    const { code, stdout, stderr } = await captured(() => preview({ ...given, json: true, ...flags }));
    return { code, report: JSON.parse(stdout) as PreviewReport, stderr };
  };

  it("takes any pack's policies by name; none left to judge is undecided", async () => {
    const { report } = await previewed({});
    const [first] = report.policies;
    assert.ok(first);
    const chosen = await previewed({ policy: [first] });
    assert.deepEqual([chosen.report.policies, chosen.report.disabled], [[first], report.policies.slice(1)]);
    const none = await previewed({ disable: report.policies });
    assert.deepEqual([none.report.verdict, none.report.findings], ["undecided", []]);
    const wrong = await previewed({ disable: [`${first}x`] });
    assert.deepEqual([wrong.code, wrong.stderr.includes(`Did you mean "${first}"?`)], [2, true]);
  });

  it("policies of our pack that judge nothing of the plan leave it undecided", async () => {
    const verdictBy = async (policy: string) =>
      (await previewed({ policyPack: ["policypack"], policy: [policy] })).report.verdict;
    assert.equal(await verdictBy("rds-private"), "undecided");
    assert.notEqual(await verdictBy("namespace-labels"), "undecided");
  });

  it("refuses a profile where no pack has one", async () => {
    const { code, stderr } = await previewed({ profile: "baseline" });
    assert.equal(code, 2);
    assert.match(stderr, /--profile: only the pack palisade has profiles/);
  });
});

describe("policies that were left out", () => {
  it("are named, or where most were, those that weren't", () => {
    assert.deepEqual(disabledText(["a", "b"], []), []);
    assert.deepEqual(disabledText(["a", "b"], ["c"]), ["disabled: c"]);
    assert.deepEqual(disabledText(["a"], ["b", "c"]), ["judged by a only, of 3 policies"]);
  });

  it("of several packs, an unknown name is one that none has", () => {
    const pack = (name: string) => [{ name, level: "mandatory" as const }];
    const choice = new PolicyChoice({ disable: ["two", "three"] }, 2);
    assert.deepEqual([...choice.apply("a", pack("one"), new Map())], []);
    assert.throws(
      () => choice.apply("b", pack("two"), new Map()),
      (error) =>
        error instanceof PalisadeInputError &&
        error.problems
          .map(problemText)
          .every((text) => text.startsWith('--disable: there is no policy "three"')),
    );
  });
});
