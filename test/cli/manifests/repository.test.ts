// Longer than most: what real repositories hold, a test each.
import { strict as assert } from "node:assert";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as check from "../../../cli/check";
import * as diff from "../../../cli/diff";
import * as reach from "../../../cli/reach";
import { services } from "../../../bench/worlds";
import { captured } from "../../captured";
import { COMPLIANT } from "../check/support";

const meta = (name: string, namespace?: string) =>
  `metadata: { name: ${name}${namespace === undefined ? "" : `, namespace: ${namespace}`} }`;
const deployment = (name: string, namespace?: string) =>
  `apiVersion: apps/v1\nkind: Deployment\n${meta(name, namespace)}\nspec:\n  template:\n    metadata: { labels: { app: ${name} } }\n`;
const deny = (namespace?: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${meta("deny", namespace)}\nspec: { podSelector: {}, policyTypes: [Ingress] }\n`;
const kustomization = (...lines: readonly string[]) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.join("\n")}\n`;
const SOPS = "sops: { mac: 'ENC[AES256_GCM,data:x]', age: [] }\n";
const POLICY_KIND = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n";

describe("whole repositories", () => {
  let root = "";
  let path: string | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "palisade-repository-"));
    path = process.env["PATH"];
    mkdirSync(join(root, "bin"));
    process.env["PATH"] = join(root, "bin");
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(root, { recursive: true });
  });

  /** A stand-in for a tool on PATH: what it prints for its last argument, or its complaint. */
  const tool = (name: string, script: string) => {
    const file = join(root, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const repository = (files: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(files)) {
      const file = join(root, "repo", name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return join(root, "repo");
  };
  const asked = (folder: string, flags: reach.ReachFlags = {}) =>
    captured(() =>
      reach.run([folder], { format: "txt", failOn: "unknown", representatives: false, ...flags }),
    );

  it("rendered install files: every document is read", async () => {
    const folder = repository({
      "install.yaml": [deployment("web", "shop"), deny("shop"), "kind: CustomResourceDefinition\n"].join(
        "---\n",
      ),
    });
    const { code, stdout } = await asked(folder);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /=> shop\/web/);
  });

  it("a rendered install file of two megabytes, definitions with long schemas among it, is answered like its parts", async () => {
    const schema = Array.from({ length: 2_000 }, (_, i) => `        field${i}: { type: string }\n`).join("");
    const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n${meta("things.example.com")}\nspec:\n  versions:\n    - name: v1\n      schema:\n${schema}`;
    const own = [deployment("web", "shop"), deny("shop"), deployment("tool", "ops")].join("---\n");
    const text = [services(900), ...Array.from({ length: 5 }, () => definition), own].join("---\n");
    assert.ok(text.length > 2 << 20, String(text.length));
    const folder = repository({ "install.yaml": text });
    const { code, stdout, stderr } = await asked(folder, { from: "shop/*", to: "ops/*" });
    assert.deepEqual([code, stdout], [0, "shop/web[Deployment] => ops/tool[Deployment] : All Connections\n"]);
    assert.equal((await asked(folder, { from: "ops/*", to: "shop/*" })).stdout, "");
    assert.match(stderr, /don't bear on reachability were skipped \(5: CustomResourceDefinition in/);
  });

  it("values, CI files and lists beside manifests are skipped and counted", async () => {
    const folder = repository({
      "web.yaml": deployment("web"),
      "values.yaml": "replicas: 2\n",
      "ci.json": "[1]",
    });
    const { code, stderr } = await asked(folder);
    assert.equal(code, 0);
    assert.match(stderr, /aren't Kubernetes objects were skipped \(2: /);
  });

  it("a broken file is left out with its place, and the answer isn't firm", async () => {
    const folder = repository({ "web.yaml": deployment("web"), "bad.yaml": "a: 1\nb: [\n" });
    const { code, stderr } = await asked(folder);
    assert.equal(code, 3);
    assert.match(stderr, /files that aren't YAML or JSON were skipped \(1: .*bad\.yaml:3: /);
    assert.equal((await asked(folder, { strict: true })).code, 2);
  });

  it("all problems come in one pass, and --verbose names all", async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`b${i}.yaml`, "b: [\n"]));
    const folder = repository({ ...files, "web.yaml": deployment("web") });
    const { stderr } = await asked(folder);
    assert.match(stderr, /\(60: .*--verbose lists all\)/);
    assert.equal((await asked(folder, { verbose: true })).stderr.match(/b\d+\.yaml:/g)?.length, 60);
    assert.equal((await asked(folder, { strict: true })).stderr.match(/error: .*b\d+\.yaml:/g)?.length, 60);
  });

  it("templates are left out: those that are no YAML, and those whose objects aren't right yet", async () => {
    const folder = repository({
      "web.yaml": deployment("web"),
      "a.yaml": "{{- if .Values.on }}\na: [\n{{- end }}\n",
      "b.yaml": `${POLICY_KIND}metadata: { name: "\${CLUSTER}_deny" }\nspec: { podSelector: {} }\n`,
    });
    const { code, stderr } = await asked(folder);
    assert.equal(code, 3);
    assert.match(stderr, /templates were skipped \(2: /);
  });

  it("Flux with encrypted files: a Secret hides nothing, a policy does", async () => {
    const secret = `apiVersion: v1\nkind: Secret\n${meta("s")}\n${SOPS}`;
    const folder = repository({ "web.yaml": deployment("web"), "secret.yaml": secret });
    const first = await asked(folder);
    assert.equal(first.code, 0);
    assert.match(first.stderr, /encrypted files were skipped \(1: .*secret\.yaml\)/);
    repository({ "policy.yaml": `${deny()}${SOPS}` });
    assert.equal((await asked(folder)).code, 3);
  });

  it("a release hides what it installs: --fail-on unknown counts it, and its namespace alone is unknown", async () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n${meta("app", "apps")}\nspec: {}\n`;
    const folder = repository({
      "web.yaml": deployment("web"),
      "api.yaml": deployment("api", "apps"),
      "tool.yaml": deployment("tool"),
      "release.yaml": release,
    });
    const { code, stdout, stderr } = await asked(folder, { from: "web" });
    assert.equal(code, 3);
    assert.match(stderr, /policies may change is unknown \(1: HelmRelease apps\/app\)/);
    assert.match(stdout, /=> apps\/api\[Deployment\] : All Connections \(unknown\)\n/);
    assert.match(stdout, /=> default\/tool\[Deployment\] : All Connections\n/);
    const apart = await asked(folder, { from: "default/web", to: "default/tool" });
    assert.equal(apart.code, 3);
    assert.doesNotMatch(apart.stdout, /unknown/);
  });

  it("Flux's folders that are in the repository hide nothing", async () => {
    const kind = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";
    const folder = repository({
      "apps/prod/web.yaml": deployment("web"),
      "clusters/prod/apps.yaml": `${kind}${meta("apps", "flux-system")}\nspec: { path: ./apps/prod }\n`,
    });
    const { code, stderr } = await asked(folder);
    assert.equal(code, 0);
    assert.match(stderr, /Kustomization flux-system\/apps: apps\/prod/);
  });

  it("Argo CD's app of apps: its own folders are read, a chart from elsewhere leaves its namespace unknown", async () => {
    const app = (name: string, spec: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\n${meta(name, "argocd")}\nspec: ${spec}\n`;
    const own = `{ source: { repoURL: here, path: apps/shop }, destination: { namespace: shop } }`;
    const redis = `{ source: { repoURL: there, chart: redis }, destination: { namespace: cache } }`;
    const folder = repository({
      "argocd/root.yaml": app("root", "{ source: { repoURL: here, path: argocd } }"),
      "argocd/shop.yaml": app("shop", own),
      "argocd/redis.yaml": app("redis", redis),
      "apps/shop/web.yaml": deployment("web", "shop"),
      "apps/shop/tool.yaml": deployment("tool", "shop"),
      "apps/cache/probe.yaml": deployment("probe", "cache"),
    });
    const { code, stdout, stderr } = await asked(folder, { from: "shop/web" });
    assert.equal(code, 3);
    assert.match(
      stderr,
      /folders \(2: Application argocd\/root: argocd, Application argocd\/shop: apps\/shop\)/,
    );
    assert.match(stderr, /may change is unknown \(1: Application argocd\/redis, in cache\)/);
    assert.match(stdout, /=> shop\/tool\[Deployment\] : All Connections\n/);
    assert.match(stdout, /=> cache\/probe\[Deployment\] : All Connections \(unknown\)\n/);
  });

  it("a policy that an API server would refuse makes its namespace unknown", async () => {
    const folder = repository({
      "web.yaml": deployment("web", "shop"),
      "tool.yaml": deployment("tool", "ops"),
      "deny.yaml": deny("shop").replace("podSelector: {}", "podSelector: { matchLabel: { a: b } }"),
    });
    const { code, stdout, stderr } = await asked(folder, { to: "shop/web", from: "ops/tool" });
    assert.equal(code, 3);
    assert.equal(stdout, "ops/tool[Deployment] => shop/web[Deployment] : All Connections (unknown)\n");
    assert.match(stderr, /objects that an API server would refuse were skipped, .*matchLabel: unknown field/);
    const named = await captured(() => reach.run([join(folder, "deny.yaml")], {}));
    assert.equal(named.code, 2);
  });

  it("clusters side by side: objects that differ under one name may be either", async () => {
    const open = deny("shop").replace("policyTypes: [Ingress]", "policyTypes: [Ingress], ingress: [{}]");
    const folder = repository({
      "a/web.yaml": deployment("web", "shop"),
      "b/web.yaml": deployment("web", "shop"),
      "a/deny.yaml": deny("shop"),
      "b/deny.yaml": open,
      "tool.yaml": deployment("tool", "ops"),
    });
    const { code, stdout, stderr } = await asked(folder, { from: "ops/tool", to: "shop/web" });
    assert.equal(code, 3);
    assert.match(stdout, /All Connections \(unknown\)/);
    assert.match(stderr, /objects that differ under one name/);
  });

  it("kustomize bases and overlays: the root is built, what it is built of isn't read", async () => {
    const built = `${deployment("web", "prod")}---\n${deny("prod")}`;
    tool("kustomize", `[ "$1" = build ] || exit 1\n/bin/cat <<'END'\n${built}END`);
    const folder = repository({
      "base/kustomization.yaml": kustomization("resources:", "- web.yaml", "- deny.yaml"),
      "base/web.yaml": deployment("web"),
      "base/deny.yaml": deny(),
      "overlays/prod/kustomization.yaml": kustomization(
        "namespace: prod",
        "resources: ",
        "  - ../../base",
        "patches:",
        "  - path: patch.yaml",
      ),
      "overlays/prod/patch.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 2 }\n",
    });
    for (const place of [folder, join(folder, "overlays", "prod")]) {
      const { code, stdout, stderr } = await asked(place, { to: "prod/web" });
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /kustomizations were built by kustomize build \(1: .*overlays\/prod\)/);
    }
  });

  it("without kustomize an overlay alone is no answer, and a repository says that this isn't what is deployed", async () => {
    const folder = repository({
      "base/kustomization.yaml": kustomization("resources: [web.yaml]"),
      "base/web.yaml": deployment("web"),
      "overlays/prod/kustomization.yaml": kustomization(
        "resources:",
        "  - ../../base",
        "patches:",
        "  - path: patch.yaml",
      ),
      "overlays/prod/patch.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 2 }\n",
    });
    const overlay = await asked(join(folder, "overlays", "prod"));
    assert.equal(overlay.code, 2);
    assert.equal(overlay.stdout, "");
    assert.match(
      overlay.stderr,
      /nothing to judge.*\n.*kustomizations were not built.*neither kustomize nor kubectl is on PATH/,
    );
    const whole = await asked(folder);
    assert.equal(whole.code, 3);
    assert.match(whole.stderr, /this isn't what is deployed \(1: .*overlays\/prod: neither/);
  });

  const base = { "base/web.yaml": deployment("web"), "base/kustomization.yaml": "{resources: [web.yaml]}" };
  for (const [spelling, text] of [
    ["a list in one line", "resources: [../../base]\n"],
    ["JSON", '{"resources": ["../../base"]}'],
    ["quotes and comments", 'resources: # ours\n- "../../base" # of all\n'],
    ["an alias", "bases: &b [../../base]\nresources: *b\n"],
  ] as const)
    it(`a kustomization's base is its part however that is spelled: ${spelling}`, async () => {
      tool("kustomize", `/bin/cat <<'END'\n${deployment("web", "prod")}END`);
      const { code, stderr } = await asked(
        repository({ ...base, "overlays/prod/kustomization.yaml": text }),
        { to: "prod/web" },
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, /kustomizations were built by kustomize build \(1: .*overlays\/prod\)/);
    });

  for (const [spelling, text] of [
    ["a list in one line", "resources: [https://example.org/base?ref=v1]\n"],
    ["JSON", '{"resources": ["https://example.org/base?ref=v1"]}'],
    ["a key in quotes", '"resources":\n- https://example.org/base\n'],
    ["a folded text", "resources:\n- >-\n  https://example.org/base\n"],
    ["a patch", "patches: [{ path: https://example.org/patch.yaml }]\n"],
    ["a user's host", "resources: ['git@example.org:a/b']\n"],
    ["a key that stands twice", "resources: [web.yaml]\nresources: [https://example.org/base]\n"],
    ["a base's base", "resources: [../base]\n"],
  ] as const)
    it(`nothing is fetched, however it is spelled: ${spelling}`, async () => {
      const log = join(root, "called");
      tool("kustomize", `echo called > ${log}\nexit 1`);
      const { stderr } = await asked(
        repository({
          "web.yaml": deployment("web"),
          "far/kustomization.yaml": text,
          "base/kustomization.yaml": "{resources: ['https://example.org/base']}",
        }),
      );
      assert.match(stderr, /far: it names a base on the network; --kustomize fetches it/);
      assert.equal(existsSync(log), false);
    });

  it("a kustomization that isn't YAML isn't built, and is said", async () => {
    tool("kustomize", `/bin/cat <<'END'\n${deployment("web", "prod")}END`);
    const { code, stderr } = await asked(
      repository({ "web.yaml": deployment("web"), "far/kustomization.yaml": "resources: [\n" }),
    );
    assert.equal(code, 3);
    assert.match(stderr, /this isn't what is deployed \(1: .*far: .*kustomization\.yaml isn't YAML\)/);
  });

  it("a base on the network isn't fetched unless --kustomize asks for it; a build that fails is said", async () => {
    tool("kubectl", `[ "$1" = kustomize ] || exit 1\necho "no such base" >&2\nexit 1`);
    const folder = repository({
      "web.yaml": deployment("web"),
      "far/kustomization.yaml": kustomization("resources:", "  - https://example.org/base?ref=v1"),
    });
    assert.match((await asked(folder)).stderr, /far: it names a base on the network; --kustomize fetches it/);
    const failing = await asked(folder, { kustomize: true });
    assert.match(failing.stderr, /far: no such base/);
    assert.equal(failing.code, 3);
  });

  it("Flux's own Kustomization is no folder to build", async () => {
    const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n${meta("apps", "flux-system")}\nspec: { path: ./apps }\n`;
    const { code, stderr } = await asked(
      repository({ "web.yaml": deployment("web"), "kustomization.yaml": flux }),
    );
    assert.equal(code, 3);
    assert.match(stderr, /Kustomization flux-system\/apps, in any namespace/);
    assert.doesNotMatch(stderr, /isn't what is deployed/);
  });

  it("a monorepo with charts: rendered by helm with values and namespace, or said not to be", async () => {
    const folder = repository({
      "web.yaml": deployment("web"),
      "charts/api/Chart.yaml": "apiVersion: v2\nname: api\nversion: 0.1.0\n",
      "charts/api/templates/d.yaml": "kind: {{ .Values.kind }}\n",
      "charts/api/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
      "charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\ntype: library\nversion: 0.1.0\n",
    });
    const without = await asked(folder);
    assert.equal(without.code, 3);
    assert.match(
      without.stderr,
      /Helm charts were not rendered, .* \(1: .*charts\/api: helm isn't on PATH\)/,
    );
    tool(
      "helm",
      `[ "$*" = "template api ${folder}/charts/api --namespace team --values v.yaml" ] || { echo "args: $*" >&2; exit 1; }\n/bin/cat <<'END'\n${deployment("api")}END`,
    );
    const rendered = await asked(folder, { namespace: "team", values: ["v.yaml"] });
    assert.equal(rendered.code, 0, rendered.stderr);
    assert.match(rendered.stdout, /team\/web\[Deployment\] => team\/api\[Deployment\]/);
    assert.match(rendered.stderr, /rendered by helm template \(1: .*charts\/api\)/);
    assert.match((await asked(folder, { helm: false })).stderr, /charts\/api: --no-helm/);
  });

  it("operators' resources: pods that a cluster object makes are missing from the answer, and said", async () => {
    const cluster = `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\n${meta("pg", "data")}\nspec: { instances: 3 }\n`;
    const { code, stderr } = await asked(repository({ "web.yaml": deployment("web"), "pg.yaml": cluster }));
    assert.equal(code, 0);
    assert.match(
      stderr,
      /pods that these make aren't in the input, so the answer lacks them \(1: Cluster data\/pg\)/,
    );
  });

  it("--namespace puts objects that name none there", async () => {
    const { stdout } = await asked(
      repository({ "web.yaml": deployment("web"), "b.yaml": deployment("b", "x") }),
      { namespace: "team" },
    );
    assert.match(stdout, /team\/web\[Deployment\] => x\/b\[Deployment\]/);
  });

  describe("no verdict without input", () => {
    const cases: readonly (readonly [
      claim: string,
      files: Readonly<Record<string, string>>,
      expected: RegExp,
    ])[] = [
      ["an empty file", { "a.yaml": "" }, /nothing to judge/],
      ["comments alone", { "a.yaml": "# nothing\n---\n" }, /nothing to judge/],
      [
        "a folder of HelmReleases",
        { "a.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n${meta("r")}\n` },
        /nothing to judge[^]*HelmRelease/,
      ],
      [
        "ConfigMaps alone",
        { "a.yaml": `apiVersion: v1\nkind: ConfigMap\n${meta("c")}\n` },
        /nothing to judge[^]*ConfigMap/,
      ],
      ["a Service alone for reach", { "a.yaml": "b: 1\n" }, /nothing to judge/],
    ];
    for (const [claim, files, expected] of cases) {
      it(`${claim}: exit code 2, whatever the format`, async () => {
        const folder = repository(files);
        const runs = [
          () => reach.run([folder], {}),
          () => reach.run([folder], { json: true }),
          () => diff.run(folder, folder, {}),
          ...(["text", "json", "sarif", "junit"] as const).map(
            (format) => () => check.run([folder], { format }),
          ),
        ];
        for (const run of runs) {
          const { code, stdout, stderr } = await captured(run);
          assert.equal(code, 2);
          assert.match(stderr, expected);
          // Where JSON is asked for, the one document holds no verdict, and the same problems.
          if (stdout === "") continue;
          const { verdict, error } = JSON.parse(stdout) as {
            readonly verdict: string;
            readonly error: { readonly problems: readonly { readonly text: string }[] };
          };
          assert.equal(verdict, "error");
          assert.equal(error.problems.map(({ text }) => `error: ${text}\n`).join(""), stderr);
        }
      });
    }

    it("policies of other kinds alone: check has nothing to judge, reach answers unknown", async () => {
      const cilium = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n${meta("c", "shop")}\nspec: { endpointSelector: {}, ingress: [{}] }\n`;
      const folder = repository({ "a.yaml": cilium });
      assert.equal((await captured(() => check.run([folder], {}))).code, 2);
      const { code, stdout } = await asked(folder, { representatives: true });
      assert.equal(code, 3);
      assert.match(stdout, /=> shop\/\{other\}\[Pod\] : All Connections \(unknown\)/);
    });

    it("a policy of another kind, or a file that can't be read, beside what is clean leaves check undecided", async () => {
      const other = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\n${meta("a")}\nspec: { selector: all(), ingress: [{ action: Allow }] }\n`;
      const folder = repository({ "a.yaml": COMPLIANT });
      const verdict = async () =>
        JSON.parse((await captured(() => check.run([folder], { json: true }))).stdout) as { verdict: string };
      assert.equal((await verdict()).verdict, "clean");
      repository({ "other.yaml": other });
      assert.equal((await verdict()).verdict, "undecided");
      repository({ "other.yaml": "b: [\n" });
      assert.equal((await verdict()).verdict, "undecided");
      const { code, stdout } = await captured(() =>
        check.run([folder], { format: "junit", failOn: "unknown" }),
      );
      assert.equal(code, 3);
      assert.match(stdout, /classname="input"[^]*<skipped/);
    });
  });

  it("diff: an Admin deny that goes is a gain; one that changes isn't known to be none", async () => {
    const admin = (action: string) =>
      `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n${meta("a")}\nspec: { subject: { namespaces: {} }, ingress: [{ action: ${action} }] }\n`;
    const pods = `${deployment("web", "shop")}---\n${deployment("tool", "ops")}`;
    const file = (name: string, text: string) => join(repository({ [name]: text }), name);
    const before = file("before.yaml", `${pods}---\n${admin("Deny")}`);
    const gone = await captured(() => diff.run(before, file("after.yaml", pods), { failOn: "gained" }));
    assert.equal(gone.code, 1);
    assert.match(gone.stdout, /\+ ops\/tool\[Deployment\] => shop\/web\[Deployment\]/);
    const changed = file("changed.yaml", `${pods}---\n${admin("Reject")}`);
    const other = await captured(() => diff.run(before, changed, { failOn: "unknown" }));
    assert.equal(other.code, 3);
    assert.match(other.stdout, /\? policies that aren't computed differ, .*AdminNetworkPolicy a/);
    assert.doesNotMatch(other.stdout, /no connection gained/);
    assert.equal((await captured(() => diff.run(before, before, { failOn: "unknown" }))).code, 0);
  });
});
