import { strict as assert } from "node:assert";
import { lookAt } from "../../kube/look";
import { type Answer, FakeApiServer } from "./fakeApiServer";

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server } }],
    users: [{ name: "lab", user: { token: "a-token" } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }],
  });

const discovery: Answer = {
  body: { resources: [{ name: "namespaces", kind: "Namespace", namespaced: false }] },
};

describe("kube: a look at a cluster", () => {
  let server: FakeApiServer;
  const answers = new Map<string, Answer>();
  let source: { kubeconfig: string };

  beforeEach(async () => {
    answers.clear();
    answers.set("/version", { body: { major: "1" } }).set("/api/v1", discovery);
    server = new FakeApiServer((_method, path) => answers.get(path));
    source = { kubeconfig: kubeconfig(await server.start()) };
  });
  afterEach(() => server.stop());

  it("shows what is there, in the order that was asked, and tells what is missing from what may not be read", async () => {
    const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    answers.set("/api/v1/namespaces/here", { body: { kind: "Namespace" } });
    answers.set("/api/v1/namespaces/secret", { status: 403, body: { message: "forbidden" } });
    const look = await lookAt(source, ["secret", "here", "gone"].map(namespace));
    assert.deepEqual(look, { seen: ["forbidden", { kind: "Namespace" }, "missing"] });
  });

  it("says why a cluster can't be seen: nobody answers, who asks isn't known, no such context", async () => {
    const nobody = { kubeconfig: kubeconfig("http://127.0.0.1:1") };
    assert.deepEqual(await lookAt(nobody, []), {
      unseen: "http://127.0.0.1:1/: connect ECONNREFUSED 127.0.0.1:1",
    });
    answers.set("/version", { status: 401, body: { message: "Unauthorized" } });
    assert.deepEqual(await lookAt(source, []), { unseen: "Unauthorized" });
    const look = await lookAt({ ...source, context: "elsewhere" }, []);
    assert.match("unseen" in look ? look.unseen : "", /no context elsewhere; there are: lab/);
  });
});
