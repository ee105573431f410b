import { strict as assert } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type PackFinding } from "../../engine";
import { PalisadeInputError, problemText } from "../../problems";
import { packFixture, previewFixture, short } from "./support";

const told = ({ policy, level, urn, message, undecided }: PackFinding): object => ({
  policy,
  level,
  urn: short(urn),
  // The policy runtime puts the description first.
  message: message.split("\n").at(-1),
  ...(undecided ? { undecided } : {}),
});

/** A config file for the pack, in a folder that goes with the test. */
function withConfig<T>(config: unknown, use: (file: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "palisade-test-"));
  const file = path.join(folder, "policies.json");
  fs.writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
  return use(file).finally(() => fs.rmSync(folder, { recursive: true }));
}

async function failureOf(run: Promise<unknown>): Promise<PalisadeInputError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof PalisadeInputError) return error;
    throw error;
  }
  return assert.fail("expected to fail");
}

describe("embedded preview: policy packs", function () {
  this.timeout(60_000);

  it("judges each resource, calls what met an unknown undecided, and asks stack policies last", async () => {
    const { findings, packs } = await previewFixture("nested", { packs: ["policies"] });
    assert.deepEqual(packs, ["policies"]);
    const [undecided, where, ...rest] = findings.map(told);
    assert.deepEqual(rest, []);
    assert.deepEqual(undecided, {
      policy: "reads-unknown",
      level: "advisory",
      urn: "test:index:Thing::unknowns",
      message:
        "can't run policy 'reads-unknown' from policy pack 'policies@v1.2.3' during preview: string value at .whole can't be known during preview",
      undecided: true,
    });
    const { message, urn } = where as { message: string; urn: string };
    assert.equal(urn, "test:index:Thing::unknowns");
    assert.deepEqual(JSON.parse(message), {
      stack: "dev",
      project: "nested",
      seen: [
        { name: "nested-dev", dependsOn: [] },
        { name: "outer", dependsOn: [] },
        { name: "inner", dependsOn: [] },
        { name: "default", dependsOn: [] },
        { name: "leaf", provider: "default", dependsOn: [] },
        { name: "beside", provider: "default", dependsOn: ["leaf"] },
        { name: "named", provider: "default", dependsOn: ["beside", "leaf"] },
        { name: "unknowns", provider: "default", dependsOn: ["named"] },
      ],
    });
  });

  it("runs packs with levels and properties from a config, remediates before it judges, and lets the last word stand", async () => {
    const config = {
      all: "disabled",
      "label-wanted": { enforcementLevel: "mandatory", label: "s" },
      remediated: "remediate",
    };
    const { findings, remediations, resources } = await withConfig(config, (packConfig) =>
      previewFixture("nested", { packs: ["policies"], packConfig }),
    );
    assert.deepEqual(
      findings.map(told),
      ["leaf", "beside"].map((name) => ({
        policy: "label-wanted",
        level: "mandatory",
        urn: resources.map(({ urn }) => short(urn)).find((urn) => urn.endsWith(`::${name}`)),
        message: "label a isn't s",
      })),
    );
    assert.deepEqual(
      remediations.map(({ policy, urn }) => [policy, short(urn).split("::").at(-1)]),
      ["leaf", "beside", "named", "unknowns"].map((name) => ["remediated", name]),
    );
    assert.deepEqual(
      resources.filter(({ inputs }) => inputs["tagged"] === true).map(({ name }) => name),
      ["leaf", "beside", "named", "unknowns"],
    );
  });

  it("names all that is wrong with a config at once", async () => {
    const config = { all: "mandatry", "label-wanted": { label: 7, size: 0 }, "lable-wanted": "mandatory" };
    await withConfig(config, async (packConfig) => {
      const { kind, problems } = await failureOf(
        previewFixture("duplicate", { packs: ["policies"], packConfig }),
      );
      assert.equal(kind, "input");
      assert.deepEqual(problems.map(problemText), [
        `policy pack policies: ${packConfig}: all: "mandatry" isn't an enforcement level. Use one of advisory, mandatory, disabled, remediate.`,
        `policy pack policies: ${packConfig}: lable-wanted: no such policy; the pack has label-wanted, reads-unknown, remediated, where`,
        `policy pack policies: ${packConfig}: label-wanted: label: Invalid input: expected string, received number`,
        `policy pack policies: ${packConfig}: label-wanted: size: Too small: expected number to be >=1`,
      ]);
    });
  });

  it("masks what a policy quotes of a secret, wherever it is", async () => {
    const { findings } = await previewFixture("secrets", { packs: ["quoting"] });
    const said = findings.map(({ message }) => message).join("\n");
    assert.match(said, /"password":"\[secret\]"/);
    assert.doesNotMatch(said, /correct horse|battery staple/);
  });

  it("doesn't count a pack as a judge whose policies are all disabled", async () => {
    await withConfig({ all: "disabled" }, async (packConfig) => {
      const { packs, disabled, findings } = await previewFixture("namespace", {
        packs: ["plain"],
        packConfig,
      });
      assert.deepEqual(packs, []);
      assert.deepEqual(disabled, ["namespace-owner", "stack-counts"]);
      assert.deepEqual(findings, []);
    });
  });

  it("fails, naming pack, policy and place, when a policy throws", async () => {
    const { kind, problems } = await failureOf(previewFixture("assets", { packs: ["throwing"] }));
    assert.equal(kind, "pack");
    assert.match(
      problems.map(problemText).join("\n"),
      /^policy pack throwing: Error validating resource with policy 'mistaken' from policy pack 'throwing@v1\.2\.3':\n {2}TypeError: Cannot read properties of undefined \(reading 'there'\)\n {2}at .*throwing.index\.js:10:\d+/,
    );
  });

  it("fails when a pack runs and can't be reached, as without a loopback interface", async () => {
    const { kind, problems } = await failureOf(previewFixture("assets", { packs: ["unreachable"] }));
    assert.equal(kind, "pack");
    assert.match(
      problems.map(problemText).join("\n"),
      /^policy pack .*unreachable: runs but can't be reached at 127\.0\.0\.1:\d+: connect ECONNREFUSED\. Bring up this machine's loopback interface: ip link set lo up\.$/,
    );
  });

  it("fails when a pack ends while it judges, serves nothing, or doesn't load", async () => {
    const failures = await Promise.all(
      ["crashing", "silent", "broken"].map((pack) => failureOf(previewFixture("assets", { packs: [pack] }))),
    );
    assert.deepEqual(
      failures.map(({ kind }) => kind),
      ["pack", "pack", "pack"],
    );
    const [crashing, silent, broken] = failures.map(({ problems }) => problems.map(problemText).join("\n"));
    assert.equal(crashing, "policy pack crashing: ended (exit code 7) while it judged\nout of memory, say");
    assert.equal(
      silent,
      `policy pack ${packFixture("silent")}: ended (exit code 0) without serving policies; it must make one PolicyPack`,
    );
    assert.match(
      broken ?? "",
      /^policy pack .*broken: Cannot find module '\.\/missing'\n {2}at .*broken.index\.js:2:1$/,
    );
  });
});
