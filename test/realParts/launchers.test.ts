import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { launchProviders } from "../e2e/providers/launchers";

describe("the real parts' providers", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "palisade-test-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function has(at: string, file: string): string {
    mkdirSync(join(folder, at), { recursive: true });
    writeFileSync(join(folder, at, file), "the official one");
    return join(folder, at);
  }

  it("are stand-ins where no official plugin is, or only one of another version than the SDK's", () => {
    const launchers = has("launchers", "other");
    has("plugins/resource-kubernetes-v0.0.1", "pulumi-resource-kubernetes");
    const used = launchProviders(launchers, { path: launchers, installed: join(folder, "plugins") });
    assert.deepEqual(
      used.map(({ package: name, official }) => [name, official]),
      [
        ["kubernetes", false],
        ["aws", false],
        ["test", false],
      ],
    );
    const launcher = readFileSync(join(launchers, "pulumi-resource-kubernetes"), "utf8");
    assert.match(launcher, /kubernetes\.ts/);
  });

  it("are the official plugins where they are on PATH, or installed by Pulumi in the SDK's version", () => {
    const launchers = has("launchers", "other");
    const tools = has("tools", "pulumi-resource-aws");
    const { version } = JSON.parse(
      readFileSync(require.resolve("@pulumi/kubernetes/package.json"), "utf8"),
    ) as { version: string };
    has(`plugins/resource-kubernetes-v${version}`, "pulumi-resource-kubernetes");
    const used = launchProviders(launchers, {
      path: [launchers, tools].join(delimiter),
      installed: join(folder, "plugins"),
    });
    assert.deepEqual(
      used.filter(({ official }) => official).map(({ package: name }) => name),
      ["kubernetes", "aws"],
    );
    // Linked even where PATH has it: the newest CLI's suite has a PATH of its own.
    assert.deepEqual(readdirSync(launchers).sort(), [
      "other",
      "pulumi-resource-aws",
      "pulumi-resource-kubernetes",
      "pulumi-resource-test",
    ]);
    for (const name of ["aws", "kubernetes"])
      assert.equal(readFileSync(join(launchers, `pulumi-resource-${name}`), "utf8"), "the official one");
  });
});
