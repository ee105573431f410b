import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";

const ROOT = join(__dirname, "..", "..");
const read = (...path: string[]): string => readFileSync(join(...path), "utf8");

const manifests = (port: number): string => `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: api, namespace: shop, labels: { app: api } }
spec: { containers: [{ name: main, image: api }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: ${port} }] }]
`;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What came to the server that stands in for a host's API. */
interface Request {
  readonly path: string | undefined;
  readonly token: string | string[] | undefined;
  readonly body: string;
}

describe("the steps of the review, run as a runner does", function () {
  this.timeout(60_000);
  let work: string;
  let clone: string;
  let base: string;
  let api: Server;
  const requests: Request[] = [];
  const git = (folder: string, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();

  before(async () => {
    work = mkdtempSync(join(tmpdir(), "palisade-runner-"));
    const origin = join(work, "origin");
    mkdirSync(join(origin, "k8s"), { recursive: true });
    git(origin, "init", "-q", "-b", "main");
    for (const port of [8080, 9090]) {
      writeFileSync(join(origin, "k8s", "all.yaml"), manifests(port));
      git(origin, "add", ".");
      git(origin, "commit", "-qm", String(port));
    }
    base = git(origin, "rev-parse", "HEAD~1");
    // As a runner checks out: the last commit alone.
    clone = join(work, "clone");
    git(work, "clone", "-q", "--depth=1", pathToFileURL(origin).href, clone);
    mkdirSync(join(clone, "node_modules", ".bin"), { recursive: true });
    symlinkSync(join(ROOT, "bin", "palisade.js"), join(clone, "node_modules", ".bin", "palisade"));
    mkdirSync(join(clone, "scripts"));
    cpSync(join(ROOT, "scripts", "review.sh"), join(clone, "scripts", "review.sh"));
    api = createServer((request, response) => void answer(request).then(() => response.writeHead(201).end()));
    await once(api.listen(0, "127.0.0.1"), "listening");
  });
  after(() => {
    api.close();
    rmSync(work, { recursive: true });
  });

  async function answer(request: IncomingMessage): Promise<void> {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += String(part);
    requests.push({ path: request.url, token: request.headers["private-token"], body });
  }

  /** A script with a runner's own shell and only these variables of the event. */
  async function run(script: string, env: Readonly<Record<string, string>>): Promise<Ran> {
    const file = join(work, "step.sh");
    writeFileSync(file, script);
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
      cwd: clone,
      env: { PATH: process.env["PATH"], HOME: work, ...env },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  const action = parse(read(ROOT, "action.yml")) as {
    readonly runs: {
      readonly steps: readonly { readonly id?: string; readonly run?: string; readonly env?: object }[];
    };
  };
  const review = action.runs.steps.find(({ id }) => id === "review");
  const last = action.runs.steps.at(-1);

  it("on GitHub: the change is in the job's summary, findings are for the upload, and the last step has the exit code", async () => {
    const env = {
      STACK: "",
      MANIFESTS: "k8s",
      BASE: base,
      PALISADE_FAIL_ON: "",
      ACTION: ROOT,
      OUT: join(work, "palisade"),
      GITHUB_STEP_SUMMARY: join(work, "summary"),
      GITHUB_OUTPUT: join(work, "output"),
    };
    assert.deepEqual(
      Object.keys(review?.env ?? {}),
      Object.keys(env).filter((name) => !name.startsWith("GITHUB_")),
    );
    const { code, stderr } = await run(review?.run ?? "", env);
    assert.equal(code, 0, stderr);
    const comment = read(env.OUT, "comment.md");
    assert.match(comment, /TCP 9090/);
    assert.equal(read(env.GITHUB_STEP_SUMMARY), comment);
    assert.equal(read(env.GITHUB_OUTPUT), `code=1\nsarif=${join(env.OUT, "palisade.sarif")}\n`);
    assert.equal((await run(last?.run ?? "", { CODE: "1" })).code, 1);
    assert.equal((await run(last?.run ?? "", { CODE: "0" })).code, 0);
    // A branch's first push, and whatever isn't a pull request, has nothing to be compared with.
    for (const none of ["", "0".repeat(40)]) {
      const refused = await run(review?.run ?? "", { ...env, BASE: none });
      assert.equal(refused.code, 2);
      assert.match(refused.stdout, /^::error::.*base/m);
    }
  });

  it("on GitHub: the comment that is written anew is the token's own, and answers the same question", async () => {
    const out = join(work, "comments");
    const mark = "<!-- palisade review: manifests k8s -->";
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "comment.md"), `${mark}\n## Palisade: k8s\n`);
    const comment = (id: number, viewerDidAuthor: boolean, body: string) => ({
      ...{ viewerDidAuthor, body },
      url: `https://github.example/o/r/pull/3#issuecomment-${id}`,
    });
    const others = [
      comment(1, true, "of another workflow with the same token"),
      comment(2, false, `${mark}\nof somebody who would have the last word`),
      comment(3, true, "<!-- palisade review: stack dev -->\nof another question"),
    ];
    const step = action.runs.steps.find(({ run }) => run?.includes("gh pr view") === true);
    const bin = join(work, "gh-bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "gh"),
      `#!/usr/bin/env bash
if [ "$*" = "pr view 3 --json comments" ]; then exec cat "$COMMENTS"; fi
printf '%s\\n' "$@" "in $GH_REPO with $GH_TOKEN" >> "$CALLS"
`,
      { mode: 0o755 },
    );
    const called = async (comments: readonly object[]) => {
      writeFileSync(join(out, "comments.json"), JSON.stringify({ comments }));
      rmSync(join(out, "calls"), { force: true });
      const { code, stderr } = await run(step?.run ?? "", {
        ...{
          PATH: `${bin}:${process.env["PATH"] ?? ""}`,
          GH_TOKEN: "t",
          GH_REPO: "o/r",
          NUMBER: "3",
          OUT: out,
        },
        ...{ COMMENTS: join(out, "comments.json"), CALLS: join(out, "calls") },
      });
      assert.deepEqual([code, stderr], [0, ""]);
      return read(out, "calls").trim().split("\n");
    };
    const file = join(out, "comment.md");
    assert.deepEqual(Object.keys(step?.env ?? {}).sort(), ["GH_REPO", "GH_TOKEN", "NUMBER", "OUT"]);
    assert.deepEqual(await called(others), ["pr", "comment", "3", "--body-file", file, "in o/r with t"]);
    assert.deepEqual(
      await called([others[0] ?? {}, comment(44, true, `${mark}\nof the last revision`), ...others]),
      [
        ...["api", "--silent", "--method", "PATCH", "repos/o/r/issues/comments/44"],
        ...["--field", `body=@${file}`, "in o/r with t"],
      ],
    );
  });

  it("on GitLab: the change is a note where there is a token for it, and nothing is sent without", async () => {
    const template = parse(read(ROOT, "docs", "ci", "gitlab", "palisade-review.gitlab-ci.yml")) as {
      readonly "palisade:review": Readonly<Record<"script" | "after_script", readonly string[]>>;
    };
    const { script, after_script: afterwards } = template["palisade:review"];
    const { port } = api.address() as AddressInfo;
    const env = {
      PALISADE_KIND: "manifests",
      PALISADE_WHAT: "k8s",
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
      CI_PROJECT_ID: "7",
      CI_MERGE_REQUEST_IID: "3",
    };
    assert.match(script[0] ?? "", /^npm ci /);
    assert.equal((await run(script.slice(1).join("\n"), env)).code, 1);
    const without = await run(afterwards.join("\n"), env);
    assert.deepEqual([without.code, without.stderr, requests.length], [0, "", 0]);
    const sent = await run(afterwards.join("\n"), { ...env, PALISADE_NOTES_TOKEN: "hunter2" });
    assert.deepEqual([sent.code, sent.stderr], [0, ""]);
    assert.deepEqual(
      requests.map(({ body, ...request }) => ({ ...request, body: new URLSearchParams(body).get("body") })),
      [
        {
          path: "/api/v4/projects/7/merge_requests/3/notes",
          token: "hunter2",
          body: read(clone, "palisade", "comment.md"),
        },
      ],
    );
  });
});
