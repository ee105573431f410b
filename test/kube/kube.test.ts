import { PalisadeInputError } from "../../problems";
import { strict as assert } from "node:assert";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError, UnreachableError } from "../../kube/errors";
import { exec } from "../../kube/exec";
import { readAccess } from "../../kube/kubeconfig";
import { KubeReader } from "../../kube/objects";
import { Rest } from "../../kube/rest";
import { FakeApiServer, kubeconfigFor, type ExecAnswer } from "./fakeApiServer";

const folder = () => mkdtempSync(join(tmpdir(), "palisade-kube-"));

describe("kube: kubeconfig", () => {
  const contextOf = (user: object) => readAccess({ kubeconfig: kubeconfigFor("https://api.example", user) });

  it("reads tokens, token files, passwords and certificates", () => {
    const dir = folder();
    writeFileSync(join(dir, "token"), "from-a-file\n");
    writeFileSync(join(dir, "config"), kubeconfigFor("https://api.example", { tokenFile: "token" }));
    assert.equal(
      readAccess({ kubeconfig: join(dir, "config") }).credentials.authorization,
      "Bearer from-a-file",
    );
    assert.equal(contextOf({ token: "t" }).credentials.authorization, "Bearer t");
    assert.equal(
      contextOf({ username: "u", password: "p" }).credentials.authorization,
      `Basic ${Buffer.from("u:p").toString("base64")}`,
    );
    const encoded = Buffer.from("PEM").toString("base64");
    assert.deepEqual(
      contextOf({ "client-certificate-data": encoded, "client-key-data": encoded }).credentials,
      {
        certificate: "PEM",
        key: "PEM",
      },
    );
  });

  it("runs a credential plugin beside the kubeconfig, and quotes nothing of its answer when it fails", () => {
    const dir = folder();
    const plugin = join(dir, "get-token");
    const write = (text: string) => {
      writeFileSync(plugin, `#!/bin/sh\n${text}\n`);
      chmodSync(plugin, 0o755);
    };
    const config = (args: string[]) => {
      writeFileSync(
        join(dir, "config"),
        kubeconfigFor("https://api.example", { exec: { command: "./get-token", args } }),
      );
      return join(dir, "config");
    };
    write(`echo '{"kind":"ExecCredential","status":{"token":"'$1'"}}'`);
    assert.equal(readAccess({ kubeconfig: config(["mine"]) }).credentials.authorization, "Bearer mine");
    write("echo expired >&2; exit 3");
    assert.throws(() => readAccess({ kubeconfig: config([]) }), /user u: \.\/get-token: exited 3: expired/);
    write("echo no-json-secret");
    assert.throws(
      () => readAccess({ kubeconfig: config([]) }),
      (error: Error) => error instanceof PalisadeInputError && !error.message.includes("secret"),
    );
  });

  it("names what is missing: file, context, server; and what isn't supported", () => {
    assert.throws(() => readAccess({ kubeconfig: "/nowhere" }), /\/nowhere: no such file/);
    assert.throws(
      () => readAccess({ kubeconfig: kubeconfigFor("x"), context: "prod" }),
      /no context prod; there are: k3d-jewelry-dev/,
    );
    assert.throws(
      () => readAccess({ kubeconfig: kubeconfigFor("ftp://x") }),
      /server ftp:\/\/x isn't an https or http address/,
    );
    assert.throws(() => contextOf({ "auth-provider": {} }), /auth-provider/);
    assert.throws(() => readAccess({ kubeconfig: folder() }), /can't be read \(EISDIR/);
    assert.throws(
      () => contextOf({ token: "two\nlines" }),
      (error: Error) =>
        error instanceof PalisadeInputError && error.message.includes("user u: the token has"),
    );
    assert.equal(contextOf({ token: "ends-in-a-line\n" }).credentials.authorization, "Bearer ends-in-a-line");
    assert.throws(() => readAccess({ kubeconfig: "{" }), PalisadeInputError);
  });

  it("reads several files as one, the first to name a context wins", () => {
    const dir = folder();
    const before = process.env["KUBECONFIG"];
    writeFileSync(join(dir, "a"), kubeconfigFor("https://first.example"));
    writeFileSync(join(dir, "b"), kubeconfigFor("https://second.example"));
    process.env["KUBECONFIG"] = `${join(dir, "a")}:${join(dir, "b")}:${join(dir, "absent")}`;
    try {
      assert.equal(readAccess().server.host, "first.example");
    } finally {
      if (before === undefined) delete process.env["KUBECONFIG"];
      else process.env["KUBECONFIG"] = before;
    }
  });
});

describe("kube: an API server", () => {
  let server: FakeApiServer | undefined;
  afterEach(() => server?.stop());

  async function rest(...given: ConstructorParameters<typeof FakeApiServer>): Promise<Rest> {
    server?.stop();
    server = new FakeApiServer(...given);
    return new Rest(readAccess({ kubeconfig: kubeconfigFor(await server.start()) }));
  }

  it("lists objects with the kind and version that the API leaves out, and sends who asks", async () => {
    const kube = new KubeReader(
      await rest((_, path) =>
        path === "/api/v1"
          ? {
              body: {
                resources: [
                  { name: "pods/exec", kind: "Pod" },
                  { name: "pods", kind: "Pod", namespaced: true },
                ],
              },
            }
          : { body: { items: [{ metadata: { name: "web" } }] } },
      ),
    );
    assert.deepEqual(await kube.list("v1", "Pod", "shop"), [
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web" } },
    ]);
    assert.deepEqual(server?.requests, ["GET /api/v1", "GET /api/v1/namespaces/shop/pods?limit=500"]);
    assert.equal(server.headers[0]?.authorization, "Bearer secret");
  });

  it("tells a refusal in the server's words from a server that isn't there", async () => {
    const asked = await rest(() => ({ status: 403, body: { message: "pods is forbidden" } }));
    await assert.rejects(
      asked.call("GET", "/api/v1/pods"),
      (error: unknown) => error instanceof ApiError && error.status === 403,
    );
    const nobody = new Rest(readAccess({ kubeconfig: kubeconfigFor("http://127.0.0.1:1") }));
    await assert.rejects(
      nobody.call("GET", "/"),
      (error: unknown) => error instanceof UnreachableError && error.message.includes("ECONNREFUSED"),
    );
  });

  it("takes nothing for an answer that no API server gives: a page, a redirection, null", async () => {
    for (const [answer, said] of [
      [{ page: "<html>login" }, /answers \/api with HTTP 200 and no JSON.*a proxy that wants a login/],
      [{ status: 302, page: "" }, /answers \/api with HTTP 302/],
      [{ body: null }, /HTTP 200 and no JSON/],
    ] as const) {
      await assert.rejects(
        (await rest(() => answer)).call("GET", "/api"),
        (error: unknown) => error instanceof UnreachableError && said.test(error.message),
      );
    }
    await assert.rejects(
      (await rest(() => ({ status: 502, page: "<html>bad gateway" }))).call("GET", "/api"),
      (error: unknown) => error instanceof ApiError && error.message === "HTTP 502",
    );
  });

  it("a certificate that is none is a reason, not a crash", async () => {
    const none = Buffer.from("none").toString("base64");
    const user = { "client-certificate-data": none, "client-key-data": none };
    const asked = new Rest(readAccess({ kubeconfig: kubeconfigFor("https://127.0.0.1:1", user) }));
    await assert.rejects(
      asked.call("GET", "/api"),
      (error: unknown) => error instanceof UnreachableError && error.message.includes("PEM"),
    );
  });

  const target = { namespace: "shop", pod: "web", container: "main" };
  const run = async (answer: ExecAnswer) =>
    exec(
      await rest(
        () => undefined,
        () => answer,
      ),
      target,
      ["sh", "-c", "true"],
      5000,
    );

  it("exec: joins what comes in parts, keeps stdout, stderr and the end apart", async () => {
    assert.deepEqual(await run({ stdout: "one\ntwo\n", stderr: "hm" }), {
      stdout: "one\ntwo\n",
      stderr: "hm",
    });
    assert.deepEqual(await run({ stdout: "x", failure: "exit code 7" }), {
      stdout: "x",
      stderr: "",
      failure: "exit code 7",
    });
  });

  it("exec: a refusal is an ApiError with the server's message", async () => {
    await assert.rejects(
      run({ refuse: { status: 403, message: "may not create pods/exec" } }),
      (error: unknown) =>
        error instanceof ApiError && error.status === 403 && error.message === "may not create pods/exec",
    );
  });
});
