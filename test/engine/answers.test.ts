import { strict as assert } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readProject } from "../../engine";
import { PalisadeInputError, problemText } from "../../problems";
import { Answers } from "../../engine/answers";
import { answersOf, recordAnswers } from "../../engine/record/record";
import { UNKNOWN_SENTINEL } from "../../data/pulumiWire";
import { secret, WITHHELD } from "../../engine/values";
import { programFixture } from "./support";

function withFile<T>(content: unknown, use: (file: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "palisade-test-"));
  const file = path.join(folder, "answers.json");
  fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  try {
    return use(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe("embedded preview: recorded answers", () => {
  const content = {
    version: 1,
    invokes: [
      {
        token: "a:b:c",
        args: { name: "x", key: { $secret: true } },
        result: { id: "1", key: { $secret: true }, at: { $unknown: true } },
      },
      { token: "a:b:c", provider: "east", args: { name: "x", key: 1 }, result: { id: "2" } },
    ],
    stackReferences: { "o/p/s": { vpc: "v", "db-password": { $secret: true } } },
  };

  it("answers by function, arguments in any order and provider; a secret matches anything and comes back untold", () => {
    const answers = withFile(content, (file) => Answers.read(file));
    assert.deepEqual(answers.invoke("a:b:c", { key: "any", name: "x" }, undefined), {
      id: "1",
      key: secret(WITHHELD),
      at: UNKNOWN_SENTINEL,
    });
    assert.deepEqual(answers.invoke("a:b:c", { key: 1, name: "x" }, "east"), { id: "2" });
    assert.deepEqual(answers.stackReference("o/p/s"), {
      outputs: { vpc: "v", "db-password": secret(WITHHELD) },
      secretOutputNames: ["db-password"],
    });
  });

  it("answers nothing that wasn't recorded", () => {
    const answers = withFile(content, (file) => Answers.read(file));
    assert.equal(answers.invoke("a:b:c", { name: "y", key: 1 }, undefined), undefined);
    assert.equal(answers.invoke("a:b:c", { name: "x" }, undefined), undefined);
    assert.equal(answers.invoke("a:b:c", { name: "x", key: 1, more: 1 }, undefined), undefined);
    assert.equal(answers.invoke("a:b:c", { name: "x", key: 2 }, "east"), undefined);
    assert.equal(answers.invoke("a:b:d", { name: "x", key: 1 }, undefined), undefined);
    assert.equal(answers.stackReference("o/p/other"), undefined);
    assert.equal(Answers.read("/nowhere/answers.json").stackReference("o/p/s"), undefined);
  });

  it("takes a file that has only stack references, or only functions", () => {
    const [functions, references] = [
      { version: 1, invokes: content.invokes },
      { version: 1, stackReferences: content.stackReferences },
    ].map((part) => withFile(part, (file) => Answers.read(file)));
    assert.deepEqual(functions?.invoke("a:b:c", { key: 1, name: "x" }, "east"), { id: "2" });
    assert.equal(functions.stackReference("o/p/s"), undefined);
    assert.deepEqual(references?.stackReference("o/p/s")?.outputs["vpc"], "v");
    assert.equal(references.invoke("a:b:c", { key: 1, name: "x" }, "east"), undefined);
  });

  it("names every malformed entry of a file", () => {
    const problems = (broken: unknown): readonly string[] =>
      withFile(broken, (file) => {
        try {
          Answers.read(file);
        } catch (error) {
          if (error instanceof PalisadeInputError)
            return error.problems.map((problem) => problemText(problem).replace(file, "FILE"));
          throw error;
        }
        return assert.fail("expected to fail");
      });
    assert.deepEqual(problems({ version: 2 }), ['FILE: "version" must be 1']);
    assert.deepEqual(
      problems({ version: 1, invokes: [{}, { token: "t", args: [] }], stackReferences: { s: 1 } }),
      [
        'FILE: invokes[0]: "token" must be text',
        'FILE: invokes[1] t: "args" and "result" must be objects',
        "FILE: stackReferences s: must be an object of outputs",
      ],
    );
    assert.match(problems("{").join(), /^FILE: .*JSON/);
  });

  it("takes answers from a log of the engine's calls, without any secret of the log", () => {
    const sig = "4dabf18193072939515e22adb298388d";
    const hidden = { [sig]: "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" };
    const provider = "urn:pulumi:dev::p::pulumi:providers:test::";
    const invoke = (
      name: string,
      request: object,
      response: object,
    ): Parameters<typeof answersOf>[0][number] => ({
      method: "/pulumirpc.ResourceMonitor/Invoke",
      request: { tok: name, ...request },
      response: { return: { ...response } },
    });
    const answers = answersOf([
      {
        method: "/pulumirpc.LanguageRuntime/Run",
        request: { config: { "p:k": "sesame" }, configSecretKeys: ["p:k"] },
      },
      {
        method: "/pulumirpc.ResourceMonitor/RegisterResource",
        request: { object: { password: hidden } },
        response: {},
      },
      invoke("a:b:z", { args: { q: "open sesame now" }, provider: `${provider}east::id` }, { out: "plain" }),
      invoke(
        "a:b:c",
        { args: { password: "hunter2" }, provider: `${provider}default_1_2_3::id` },
        { token: hidden, echo: "hunter2" },
      ),
      invoke("a:b:c", { args: { password: "hunter2" } }, { token: hidden, echo: "hunter2" }),
      invoke("pulumi:pulumi:getResource", { args: {} }, {}),
      { method: "/pulumirpc.ResourceMonitor/Invoke", request: { tok: "failed:without:response" } },
      {
        method: "/pulumirpc.ResourceMonitor/ReadResource",
        request: { type: "pulumi:pulumi:StackReference" },
        response: { properties: { name: "o/p/s", outputs: { vpc: "v", password: hidden } } },
      },
    ]);
    assert.deepEqual(answers, {
      version: 1,
      invokes: [
        { token: "a:b:z", provider: "east", args: { q: { $secret: true } }, result: { out: "plain" } },
        {
          token: "a:b:c",
          args: { password: { $secret: true } },
          result: { token: { $secret: true }, echo: { $secret: true } },
        },
      ].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      stackReferences: { "o/p/s": { vpc: "v", password: { $secret: true } } },
    });
  });

  it("says so when the Pulumi CLI isn't there to record from", async () => {
    const { PATH } = process.env;
    process.env["PATH"] = "/nowhere";
    try {
      const recording = recordAnswers(readProject(programFixture("nested")), "dev", () => undefined);
      await assert.rejects(recording, /pulumi: not on PATH. Install the Pulumi CLI/);
    } finally {
      process.env["PATH"] = PATH;
    }
  });
});
