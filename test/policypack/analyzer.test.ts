import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { INVARIANTS } from "../../policypack/invariants";
import { COMPLIANT, defaultDeny, namespace, policy, type TestResource, UNKNOWN, urnOf, WEB } from "./helpers";

const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const level = proto.EnforcementLevel;

const struct = (value: object) => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

function request({ type, name, props }: TestResource): proto.AnalyzeRequest {
  return new proto.AnalyzeRequest()
    .setType(type)
    .setName(name)
    .setUrn(urnOf({ type, name, props }))
    .setProperties(struct(props))
    .setOptions(new proto.AnalyzerResourceOptions());
}

function stackRequest(resources: readonly TestResource[]): proto.AnalyzeStackRequest {
  const listed = resources.map(({ type, name, props }) =>
    new proto.AnalyzerResource()
      .setType(type)
      .setName(name)
      .setUrn(urnOf({ type, name, props }))
      .setProperties(struct(props))
      .setOptions(new proto.AnalyzerResourceOptions()),
  );
  return new proto.AnalyzeStackRequest().setResourcesList(listed);
}

/** `policy LEVEL` of each diagnostic, sorted. */
const told = (response: proto.AnalyzeResponse) =>
  response
    .getDiagnosticsList()
    .map((diagnostic) => {
      const found = Object.entries(level).find(([, value]) => value === diagnostic.getEnforcementlevel());
      return `${diagnostic.getPolicyname()} ${found?.[0] ?? "?"}`;
    })
    .sort();

/** The policies that only advise: what they show may be in order. */
const ADVISING = [
  "cluster-network-policy-no-shadowed-rules",
  "policy-selects-nothing",
  "rules-match",
  "demands-admitted",
  "vpc-endpoint-policy-narrow",
  "network-acl-no-world-ingress",
  "resources-unjudged",
];

describe("policy pack: built, and served to Pulumi's analyzer protocol by Pulumi's own launcher", () => {
  let child: ChildProcess;
  let client: AnalyzerClient;

  type Done<R> = (error: Error | null, response: R) => void;

  /** One call as a promise. */
  const answer = <R>(send: (done: Done<R>) => unknown) =>
    new Promise<R>((resolve, reject) => {
      send((error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  const analyze = (resource: TestResource) =>
    answer<proto.AnalyzeResponse>((done) => client.analyze(request(resource), done));
  const analyzeStack = (stack: readonly TestResource[]) =>
    answer<proto.AnalyzeResponse>((done) => client.analyzeStack(stackRequest(stack), done));
  const configure = (config: Readonly<Record<string, readonly [proto.EnforcementLevel, object]>>) => {
    const query = new proto.ConfigureAnalyzerRequest();
    for (const [name, [enforcement, properties]] of Object.entries(config)) {
      const one = new proto.PolicyConfig().setEnforcementlevel(enforcement).setProperties(struct(properties));
      query.getPolicyconfigMap().set(name, one);
    }
    return answer<Empty>((done) => client.configure(query, done));
  };

  before(async function () {
    this.timeout(60_000);
    const { buildPolicyPack } = await import("../../scripts/build-policypack.mjs");
    const { directory } = await buildPolicyPack();
    const launcher = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    child = spawn(process.execPath, [launcher, "127.0.0.1:1", "."], {
      cwd: directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(child.stdout);
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  after(async () => {
    client.close();
    if (child.kill("SIGKILL")) await once(child, "exit");
  });

  it("tells its name, and each policy's description, level, severity and schema", async () => {
    const info = await answer<proto.AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
    const listed = info.getPoliciesList();
    assert.deepEqual([info.getName(), info.getVersion()], ["palisade", "0.1.0"]);
    assert.deepEqual(
      listed.map((one) => one.getName()),
      ["settings", ...INVARIANTS.map(({ name }) => name), "exemption-expired", "resources-unjudged"],
    );
    for (const one of listed) {
      const advises = ADVISING.includes(one.getName());
      assert.equal(one.getEnforcementlevel(), advises ? level.ADVISORY : level.MANDATORY);
      assert.ok(
        one.getDescription() && one.getRemediationSteps() && one.getSeverity() && one.hasConfigschema(),
      );
    }
  });

  it("is silent on a compliant stack", async () => {
    for (const resource of COMPLIANT) assert.deepEqual(told(await analyze(resource)), []);
    assert.deepEqual(told(await analyzeStack(COMPLIANT)), []);
  });

  it("reports a violation beside an unknown, and the unknown as advice", async () => {
    const resource = policy(UNKNOWN, { ...WEB, ingress: [{ from: UNKNOWN }, {}], egress: UNKNOWN });
    assert.deepEqual(told(await analyze(resource)), [
      "network-policy-no-database-ports-by-cidr ADVISORY",
      "network-policy-no-database-ports-by-cidr ADVISORY",
      "network-policy-no-everyone-egress ADVISORY",
      "network-policy-no-everyone-ingress ADVISORY",
      "network-policy-no-everyone-ingress MANDATORY",
      "network-policy-no-metadata-egress ADVISORY",
      "network-policy-trusted-namespace-selectors ADVISORY",
      "network-policy-trusted-namespace-selectors ADVISORY",
    ]);
  });

  it("gives a violation its resource, and our text alone", async () => {
    const [diagnostic] = (await analyzeStack([namespace()])).getDiagnosticsList();
    assert(diagnostic !== undefined);
    assert.equal(diagnostic.getUrn(), urnOf(namespace()));
    assert.match(
      diagnostic.getMessage(),
      /^Namespace shop \(resource "shop"\) doesn't deny ingress and egress/,
    );
  });

  it("shares the settings between policies, also where a stack is all that is analysed", async () => {
    const observe = [{ namespace: "shop", until: "2999-12-31", reason: "r", owner: "o" }];
    await configure({ settings: [level.MANDATORY, { observe }] });
    const open = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] };
    const stack = [namespace(), policy("isolation", open)];
    assert.deepEqual(told(await analyzeStack(stack)), []);
    for (const resource of stack) assert.deepEqual(told(await analyze(resource)), []);
    await configure({ settings: [level.MANDATORY, {}] });
    assert.deepEqual(told(await analyzeStack(stack)), ["namespace-default-deny MANDATORY"]);
  });

  it("remediates what it is told to, and hands secrets and unknowns back as they were", async () => {
    const values = { "palisade.dev/owner": "team-shop" };
    await configure({
      "namespace-labels": [level.REMEDIATE, { values }],
      "network-policy-explicit-types": [level.REMEDIATE, {}],
    });
    const secret = { [SIGNATURE]: SECRET, value: "hidden" };
    const labels = { "palisade.dev/environment": "dev", "app.kubernetes.io/part-of": "shop" };
    const resource = {
      ...namespace(),
      props: { metadata: { name: "shop", labels, annotations: { secret, later: UNKNOWN } } },
    };
    const response = await answer<proto.RemediateResponse>((done) =>
      client.remediate(request(resource), done),
    );
    const [remediation] = response.getRemediationsList();
    assert.equal(response.getRemediationsList().length, 1);
    assert(remediation !== undefined);
    assert.equal(remediation.getDiagnostic(), "");
    assert.deepEqual(remediation.getProperties()?.toJavaScript(), {
      metadata: { name: "shop", labels: { ...labels, ...values }, annotations: { secret, later: UNKNOWN } },
    });
    await configure({});
  });

  it("reports a wrong configuration instead of breaking down", async () => {
    await configure({ settings: [level.ADVISORY, { observe: [{ namespace: "shop" }] }] });
    const wrong = await analyze(defaultDeny());
    assert.deepEqual(told(wrong), ["settings MANDATORY"]);
    assert.match(wrong.getDiagnosticsList()[0]?.getMessage() ?? "", /- observe\[0\]\.until: /);
  });
});
