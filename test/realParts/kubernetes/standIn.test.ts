import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { KubernetesStandIn } from "../../e2e/providers/kubernetes/standIn";
import { SavedFailure, type Target } from "../../e2e/providers/provider";
import type { Values } from "../../e2e/providers/values";
import { ApiServer, kubeconfigAt } from "./apiServer";

const target = (type: string, name = "lab/isolation"): Target => ({
  urn: `urn:pulumi:dev::palisade::${type}::${name}`,
  type,
  name,
});
const POLICY = target("kubernetes:networking.k8s.io/v1:NetworkPolicy");
const PATCH = target("kubernetes:core/v1:NamespacePatch", "lab");
const collection = "/apis/networking.k8s.io/v1/namespaces/lab/networkpolicies";
const path = `${collection}/isolation`;

const policy = (more: Values = {}): Values => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "isolation", namespace: "lab", ...more },
  spec: { podSelector: {}, policyTypes: ["Ingress"] },
});
const namespace: Values = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "lab", labels: { "palisade.dev/owner": "lab" } },
};
const state = { id: "lab/isolation", outputs: { ...policy(), __fieldManager: "pulumi-kubernetes-0123" } };

describe("the Kubernetes stand-in speaks to an API server as the official provider does", () => {
  let api: ApiServer;
  let folder: string;
  let standIn: KubernetesStandIn;
  const variables = ["PULUMI_K8S_ENABLE_PATCH_FORCE", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "palisade-test-"));
    api = await ApiServer.start();
    standIn = new KubernetesStandIn();
    await standIn.configure({ kubeconfig: kubeconfigAt(join(folder, "config"), `http://${api.address}`) });
  });
  afterEach(async () => {
    await api.stop();
    rmSync(folder, { recursive: true });
    for (const name of variables) Reflect.deleteProperty(process.env, name);
  });

  it("makes by a POST, as pulumi-kubernetes; a preview asks the same dry", async () => {
    await standIn.create(POLICY, policy(), true);
    const { id } = await standIn.create(POLICY, policy(), false);
    assert.equal(id, "lab/isolation");
    assert.deepEqual(
      api.asked.map(({ method, path }) => `${method} ${path}`),
      [
        `POST ${collection}?fieldManager=pulumi-kubernetes&dryRun=All`,
        `POST ${collection}?fieldManager=pulumi-kubernetes`,
      ],
    );
  });

  it("refuses what exists, in the official words; a preview doesn't notice", async () => {
    const exists = 'networkpolicies.networking.k8s.io "isolation" already exists';
    api.answers.set(`POST ${collection}`, [409, exists]);
    await standIn.create(POLICY, policy(), true);
    await assert.rejects(standIn.create(POLICY, policy(), false), {
      message: `resource lab/isolation was not successfully created by the Kubernetes API server : ${exists}`,
    });
  });

  it("with upsert makes by server-side apply, unforced, as a random manager", async () => {
    process.env["PULUMI_K8S_UPSERT_EXISTING_OBJECTS"] = "true";
    await standIn.configure({ kubeconfig: join(folder, "config") });
    const { outputs } = await standIn.create(POLICY, policy(), false);
    const [asked] = api.writes;
    const manager = /fieldManager=(pulumi-kubernetes-[0-9a-f]{8})&force=false$/.exec(asked?.path ?? "")?.[1];
    assert.equal(asked?.method, "PATCH");
    assert.ok(manager !== undefined);
    // What made it goes on to be its manager.
    assert.equal(outputs["__fieldManager"], manager);
  });

  it("a replaced object of the same name: refused without upsert; with it made over the old one, which is then deleted, and that is the same", async () => {
    api.answers.set(`POST ${collection}`, [409, "already exists"]);
    await assert.rejects(standIn.create(POLICY, policy(), false), /already exists/);
    process.env["PULUMI_K8S_UPSERT_EXISTING_OBJECTS"] = "true";
    await standIn.configure({ kubeconfig: join(folder, "config") });
    await standIn.create(POLICY, policy(), false);
    await standIn.remove(POLICY, state);
    assert.deepEqual(
      api.writes.map(({ method, path: asked }) => `${method} ${asked.split("?")[0] ?? ""}`),
      [`POST ${collection}`, `PATCH ${path}`, `DELETE ${path}`],
    );
  });

  it("updates by server-side apply as the state's manager, after taking over what its POST and kubectl had set", async () => {
    const set = (manager: string, operation: string, field: string) => ({
      manager,
      operation,
      fieldsV1: { "f:spec": { [field]: {} } },
    });
    const theirs = set("their-controller", "Update", "f:egress");
    api.answers.set(
      `GET ${path}`,
      policy({
        managedFields: [
          set("pulumi-kubernetes", "Update", "f:podSelector"),
          set("kubectl-edit", "Update", "f:ingress"),
          theirs,
        ],
      }),
    );
    await standIn.update(POLICY, state, policy(), policy(), false);
    assert.deepEqual(
      api.writes.map(({ method, path: asked }) => `${method} ${asked}`),
      [`PATCH ${path}`, `PATCH ${path}?fieldManager=pulumi-kubernetes-0123&force=false`],
    );
    const merged = {
      manager: "pulumi-kubernetes-0123",
      operation: "Apply",
      fieldsV1: { "f:spec": { "f:podSelector": {}, "f:ingress": {} } },
    };
    assert.deepEqual(api.writes[0]?.body, [
      { op: "replace", path: "/metadata/managedFields", value: [theirs, merged] },
    ]);
  });

  it("leaves fields that a manager of its own has from a killed update: a conflict, until it is forced", async () => {
    const leftover = { manager: "pulumi-kubernetes-4567", operation: "Apply", fieldsV1: {} };
    api.answers.set(`GET ${path}`, policy({ managedFields: [leftover] }));
    api.answers.set(`PATCH ${path}`, [
      409,
      'Apply failed with 1 conflict: conflict with "pulumi-kubernetes-4567": .spec.ingress',
    ]);
    await assert.rejects(
      standIn.update(POLICY, state, policy(), policy(), false),
      /"lab\/isolation" failed to fully initialize or become live: Server-Side Apply field conflict detected[^]*conflict with "pulumi-kubernetes-4567": \.spec\.ingress/,
    );
    process.env["PULUMI_K8S_ENABLE_PATCH_FORCE"] = "true";
    await assert.rejects(standIn.update(POLICY, state, policy(), policy(), false));
    assert.match(api.writes.at(-1)?.path ?? "", /force=true$/);
  });

  it("an update that fails is saved, with what is live; where nothing can be read, the state stays", async () => {
    const live = policy({ labels: { theirs: "true" } });
    api.answers.set(`GET ${path}`, live);
    api.answers.set(`PATCH ${path}`, [409, 'conflict with "them": .spec.ingress']);
    const update = () => standIn.update(POLICY, state, policy(), policy(), false);
    await assert.rejects(update(), (error: unknown) => {
      assert.ok(error instanceof SavedFailure);
      const outputs = { ...live, __fieldManager: "pulumi-kubernetes-0123" };
      assert.deepEqual(error.state, { id: "lab/isolation", outputs });
      return true;
    });
    api.answers.set(`GET ${path}`, [403, "forbidden"]);
    await assert.rejects(update(), (error: unknown) => !(error instanceof SavedFailure));
  });

  it("pulumi.com/patchFieldManager fixes the manager; the one before gives its fields up", async () => {
    api.answers.set(`GET ${path}`, policy());
    const news = policy({ annotations: { "pulumi.com/patchFieldManager": "palisade" } });
    const outputs = await standIn.update(POLICY, state, policy(), news, false);
    assert.deepEqual(
      api.writes.map(({ path: asked }) => asked.replace(/^.*fieldManager=/, "")),
      ["palisade&force=false", "pulumi-kubernetes-0123&force=false"],
    );
    assert.equal(outputs["__fieldManager"], "palisade");
  });

  it("patches unforced, says nothing in a preview, and makes a namespace that doesn't exist", async () => {
    await standIn.create(PATCH, namespace, true);
    assert.equal(api.writes.length, 0);
    await standIn.create(PATCH, namespace, false);
    assert.match(
      api.writes[0]?.path ?? "",
      /^\/api\/v1\/namespaces\/lab\?fieldManager=pulumi-kubernetes-\w+&force=false$/,
    );
    api.answers.set("PATCH /api/v1/namespaces/lab", [409, 'conflict with "kubectl-label"']);
    await assert.rejects(standIn.create(PATCH, namespace, false), /conflict with "kubectl-label"/);
  });

  it("reads of what is live as much as the inputs have", async () => {
    api.answers.set(`GET ${path}`, { ...policy(), spec: { ...(policy()["spec"] as Values), ingress: [{}] } });
    const read = await standIn.read(POLICY, "lab/isolation", policy(), state.outputs);
    assert.ok(read !== undefined);
    const { inputs } = read;
    assert.deepEqual(inputs, policy());
    assert.deepEqual(await standIn.diff(POLICY, read, inputs, policy()), {
      changed: [],
      replaces: [],
      deleteFirst: false,
    });
  });

  describe("without a cluster a preview succeeds in silence, and whatever needs one fails, in the official words:", () => {
    const cases: readonly (readonly [string, () => Values, RegExp])[] = [
      [
        "nobody listens",
        () => ({ kubeconfig: kubeconfigAt(join(folder, "nobody"), "https://127.0.0.1:1") }),
        /^configured Kubernetes cluster is unreachable: unable to load schema information from the API server: Get "https:\/\/127\.0\.0\.1:1\/openapi\/v2\?timeout=32s": dial tcp 127\.0\.0\.1:1: connect: connection refused$/,
      ],
      [
        "no such context",
        () => ({ kubeconfig: join(folder, "config"), context: "elsewhere" }),
        /unable to load Kubernetes client configuration from kubeconfig file[^]*context "elsewhere" does not exist$/,
      ],
      [
        "a wrong token",
        () => {
          api.answers.set("GET /version", [401, "Unauthorized"]);
          return { kubeconfig: join(folder, "config") };
        },
        /unable to load schema information from the API server: the server has asked for the client to provide credentials$/,
      ],
      [
        "no such file",
        () => ({ kubeconfig: join(folder, "no-such-file") }),
        /failed to parse kubeconfig data in `kubernetes:config:kubeconfig`- couldn't get version\/kind; json parse error/,
      ],
      [
        "KUBECONFIG as a list of files, which the SDK hands on as one text",
        () => ({ kubeconfig: [join(folder, "config"), join(folder, "config")].join(delimiter) }),
        /failed to parse kubeconfig data/,
      ],
    ];
    for (const [what, config, said] of cases) {
      it(what, async () => {
        await standIn.configure(config());
        assert.deepEqual(await standIn.create(POLICY, policy(), true), { id: "", outputs: policy() });
        assert.deepEqual(await standIn.update(POLICY, state, policy(), policy(), true), policy());
        await assert.rejects(standIn.create(POLICY, policy(), false), ({ message }: Error) =>
          said.test(message),
        );
        await assert.rejects(
          standIn.read(POLICY, "lab/isolation", policy(), state.outputs),
          /^Error: failed to read resource state due to unreachable cluster\. .*PULUMI_K8S_DELETE_UNREACHABLE/,
        );
        await assert.rejects(standIn.remove(POLICY, state), /Kubernetes cluster is unreachable/);
        assert.deepEqual(api.writes, []);
      });
    }
  });
});
