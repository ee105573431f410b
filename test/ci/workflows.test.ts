import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CollectionTag, parseDocument } from "yaml";

const root = join(__dirname, "..", "..");
const folder = join(root, "docs", "ci");

/** GitLab's way to name a part of another job. */
const reference: CollectionTag = { tag: "!reference", collection: "seq" };

function read(file: string): { readonly text: string; readonly value: Record<string, unknown> } {
  const text = readFileSync(join(folder, file), "utf8");
  const document = parseDocument(text, { customTags: [reference] });
  assert.deepEqual([...document.errors, ...document.warnings], []);
  return { text, value: document.toJS() as Record<string, unknown> };
}

const stacks = readdirSync(root)
  .flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? [])
  .sort();
const steps = [...readFileSync(join(root, "scripts", "deploy.sh"), "utf8").matchAll(/^(\w+)\)$/gm)].map(
  ([, step]) => step,
);

interface GitHubJob {
  readonly if?: string;
  readonly needs?: string;
  readonly secrets?: string;
  readonly permissions?: Record<string, string>;
  readonly strategy?: { readonly matrix: { readonly stack: readonly string[] } };
  readonly with?: Record<string, string>;
  readonly steps?: readonly { readonly with?: Record<string, string> }[];
}

describe("the ready workflows", () => {
  it("deploy.sh has the steps that they take", () => {
    assert.deepEqual(steps, ["plan", "preview", "up", "drift"]);
  });

  describe("for GitHub", () => {
    const { text, value } = read("github/workflows/palisade.yml");
    const jobs = value["jobs"] as Record<string, GitHubJob>;
    const called = read("github/workflows/palisade-stack.yml");
    const action = read("github/actions/palisade/action.yml");

    it("never run a fork's branch with credentials", () => {
      assert.deepEqual(Object.keys(value["on"] as object).sort(), ["pull_request", "push", "schedule"]);
      assert.deepEqual(value["permissions"], { contents: "read" });
      const plan = jobs["plan"];
      assert.ok(plan !== undefined);
      assert.doesNotMatch(JSON.stringify(plan), /secrets|id-token|environment/);
      const own = "github.event.pull_request.head.repo.full_name == github.repository";
      assert.equal(jobs["preview"]?.if, `github.event_name == 'pull_request' && ${own}`);
      // Whoever has credentials gets them from the stack's workflow alone.
      assert.doesNotMatch(text + action.text, /secrets\./);
    });

    it("plan and preview every stack, and look at each every night", () => {
      for (const name of ["plan", "preview", "drift"])
        assert.deepEqual([...(jobs[name]?.strategy?.matrix.stack ?? [])].sort(), stacks, name);
      assert.equal(jobs["plan"]?.steps?.at(-1)?.with?.["step"], "plan");
      assert.equal(jobs["preview"]?.with?.["step"], "preview");
      assert.equal(jobs["drift"]?.with?.["step"], "drift");
    });

    it("bring up one stack after the other", () => {
      const ups = Object.entries(jobs).filter(([, job]) => job.with?.["step"] === "up");
      assert.deepEqual(
        ups.map(([name, { needs, with: given }]) => [name, needs, given?.["stack"]]),
        [
          ["up-dev", undefined, "dev"],
          ["up-uat", "up-dev", "uat"],
          ["up-prod", "up-uat", "prod"],
        ],
      );
      assert.deepEqual(ups.map(([, job]) => job.with?.["stack"]).sort(), stacks);
    });

    it("hand no expression to a shell", () => {
      const scripts = [...(text + called.text + action.text).matchAll(/^ *(?:- )?run: (.*)$/gm)];
      assert.equal(scripts.length, 3);
      const runs = (action.value["runs"] as { steps: { run?: string }[] }).steps.flatMap(
        ({ run }) => run ?? [],
      );
      assert.equal(runs.length, 3);
      for (const run of runs) assert.doesNotMatch(run, /\$\{\{/);
      assert.equal(runs.at(-1), 'scripts/deploy.sh "$STEP" "$STACK"');
    });
  });

  describe("for GitLab", () => {
    const { value } = read("gitlab/palisade.gitlab-ci.yml");
    interface Job {
      readonly extends?: string;
      readonly script?: readonly string[];
      readonly needs?: readonly string[];
      readonly variables?: { readonly STACK: string };
      readonly rules?: readonly { readonly if: string }[];
      readonly parallel?: { readonly matrix: readonly { readonly STACK: readonly string[] }[] };
    }
    const job = (name: string): Job => {
      const own = value[name] as Job | undefined;
      assert.ok(own !== undefined, name);
      return own.extends === undefined ? own : { ...job(own.extends), ...own };
    };

    it("take the steps of deploy.sh, each where it belongs", () => {
      const names = Object.keys(value).filter((name) => name.startsWith("palisade:"));
      assert.deepEqual(
        names.map((name) => [name, job(name).script]),
        [
          ["palisade:plan", ['scripts/deploy.sh plan "$STACK"']],
          ["palisade:preview", ['scripts/deploy.sh preview "$STACK"']],
          ...stacksInOrder.map((stack) => [`palisade:up:${stack}`, ['scripts/deploy.sh up "$STACK"']]),
          ["palisade:drift", ['scripts/deploy.sh drift "$STACK"']],
        ],
      );
    });

    it("give no credentials to forks", () => {
      assert.doesNotMatch(JSON.stringify(job("palisade:plan")), /id_tokens|environment|KUBECONFIG/);
      assert.match(
        job("palisade:preview").rules?.[0]?.if ?? "",
        /&& \$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == \$CI_PROJECT_ID$/,
      );
    });

    it("plan and preview every stack, look at each every night, bring up one after the other", () => {
      for (const name of ["plan", "preview", "drift"])
        assert.deepEqual([...(job(`palisade:${name}`).parallel?.matrix[0]?.STACK ?? [])].sort(), stacks);
      for (const [i, stack] of stacksInOrder.entries()) {
        const { variables, needs } = job(`palisade:up:${stack}`);
        assert.equal(variables?.STACK, stack);
        assert.deepEqual(needs, i === 0 ? undefined : [`palisade:up:${stacksInOrder[i - 1] ?? ""}`]);
      }
      assert.deepEqual([...stacksInOrder].sort(), stacks);
    });
  });
});

const stacksInOrder = ["dev", "uat", "prod"];
