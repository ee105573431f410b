import { strict as assert } from "node:assert";
import { blur, spotsOf } from "../blur";
import { BROKEN_TIERS } from "../fuzz/tierCases";
import { neverHidden } from "../fuzz/neverHidden";
import { clusterPolicy, run, type TestResource, UNKNOWN, verdicts } from "../helpers";

const INGRESS = "cluster-network-policy-no-everyone-ingress";
const EGRESS = "cluster-network-policy-no-everyone-egress";
const METADATA = "cluster-network-policy-no-metadata-egress";
const DATABASES = "cluster-network-policy-no-database-ports-by-cidr";
const TRUSTED = "cluster-network-policy-trusted-namespace-selectors";
const TWINS = [INGRESS, EGRESS, METADATA, DATABASES, TRUSTED];

const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const range = (start: number, end: number) => ({
  protocols: [{ tcp: { destinationPort: { range: { start, end } } } }],
});
const named = (name: string) => ({ namespaces: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const networks = (...cidrs: unknown[]) => ({ networks: cidrs });
const accept = (...to: unknown[]) => ({ action: "Accept", to, ...tcp(443) });
const deny = (...to: unknown[]) => ({ action: "Deny", to });
const pass = (...to: unknown[]) => ({ action: "Pass", to });
const accepted = (...from: unknown[]) => ({ action: "Accept", from, ...tcp(443) });
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

const judge = (spec: object, config: Record<string, object> = {}) =>
  judgeAll([clusterPolicy("bad", spec)], config);
const judgeAll = (stack: readonly TestResource[], config: Record<string, object> = {}) =>
  verdicts(run(stack, config, { only: TWINS }));

describe("policies of tiers: everyone", () => {
  for (const [claim, peer] of Object.entries({
    "every namespace": { namespaces: {} },
    "every pod of every namespace": { pods: { namespaceSelector: {}, podSelector: {} } },
    "all namespaces but one": {
      namespaces: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["a"] }],
      },
    },
    "namespaces that have a name": {
      namespaces: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] },
    },
  })) {
    it(`reports an Accept of ${claim}, in both directions`, () => {
      assert.deepEqual(judge({ ingress: [accepted(peer)] }), [`${INGRESS} bad`]);
      assert.deepEqual(judge({ egress: [accept(peer)] }), [`${EGRESS} bad`]);
      assert.deepEqual(judge({ tier: "Baseline", ingress: [accepted(peer)] }), [`${INGRESS} bad`]);
    });
    it(`is silent on a Deny and a Pass of ${claim}`, () => {
      assert.deepEqual(judge({ ingress: [{ ...accepted(peer), action: "Deny" }], egress: [pass(peer)] }), []);
    });
  }

  it("reads AdminNetworkPolicy and BaselineAdminNetworkPolicy, which say Allow and ports", () => {
    const old = (kind: string, spec: object): TestResource => ({
      type: `kubernetes:policy.networking.k8s.io/v1alpha1:${kind}`,
      name: "bad",
      props: {
        metadata: { name: "default" },
        spec: { priority: 3, subject: { namespaces: {} }, ...spec },
      },
    });
    const rule = (peer: object) => ({
      action: "Allow",
      from: [peer],
      ports: [{ portNumber: { protocol: "TCP", port: 80 } }],
    });
    for (const kind of ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]) {
      assert.deepEqual(judgeAll([old(kind, { ingress: [rule({ namespaces: {} })] })]), [`${INGRESS} bad`]);
      assert.deepEqual(judgeAll([old(kind, { ingress: [rule(named("monitoring"))] })]), []);
    }
  });

  it("takes the internet without private ranges by what is denied or passed on before, and no other way", () => {
    const internet = accept(networks("0.0.0.0/0"));
    assert.deepEqual(judge({ egress: [deny(networks(...PRIVATE)), internet] }), []);
    assert.deepEqual(judge({ egress: [pass(networks(...PRIVATE)), internet] }), []);
    assert.deepEqual(judge({ egress: [internet, deny(networks(...PRIVATE))] }), [
      `${EGRESS} bad`,
      `${METADATA} bad`,
    ]);
    // Passed on by the last tier is open.
    assert.deepEqual(judge({ tier: "Baseline", egress: [pass(networks(...PRIVATE)), internet] }), [
      `${EGRESS} bad`,
      `${METADATA} bad`,
    ]);
    // Denied on another port only.
    assert.deepEqual(judge({ egress: [{ ...deny(networks(...PRIVATE)), ...tcp(80) }, internet] }), [
      `${EGRESS} bad`,
      `${METADATA} bad`,
    ]);
  });

  it("doesn't take nodes and host names for everyone", () => {
    assert.deepEqual(
      judge({ egress: [accept({ nodes: {} }), accept({ domainNames: ["api.example.com"] })] }),
      [],
    );
  });

  it("judges no port that is public by configuration", () => {
    assert.deepEqual(
      judge({ ingress: [accepted({ namespaces: {} })] }, { [INGRESS]: { publicPorts: ["tcp/443"] } }),
      [],
    );
  });

  it("takes an empty list of peers, which the API refuses, for wrong and not for everyone", () => {
    const reports = run([clusterPolicy("bad", { ingress: [accepted()] })], {}, { only: INGRESS });
    assert.match(reports[0]?.message ?? "", /has a value that its API refuses.*spec\.ingress\[0\]\.from/);
  });

  it("takes two kinds in one peer, a port 0 and an action that there isn't for wrong", () => {
    const said = (rule: object) =>
      run([clusterPolicy("bad", { ingress: [rule] })], {}, { only: INGRESS }).map(({ message }) => message);
    for (const rule of [
      accepted({ ...named("a"), pods: {} }),
      { ...accepted(named("a"), { namespaces: { matchLabels: 7 } }) },
      { ...accepted({ namespaces: {} }), action: "Allow" },
    ]) {
      assert.match(said(rule).join(), /has a value that its API refuses/, JSON.stringify(rule));
    }
    const port = { protocols: [{ tcp: { destinationPort: { number: 0 } } }] };
    assert.match(
      said({ ...accepted({ namespaces: {} }), ...port }).join(),
      /accepts connections from every pod/,
    );
  });
});

describe("policies of tiers: the metadata service", () => {
  it("reports an Accept that holds it, unless a rule before keeps it out", () => {
    const wide = accept(networks("169.254.0.0/16"));
    assert.deepEqual(judge({ egress: [wide] }), [`${METADATA} bad`]);
    assert.deepEqual(judge({ egress: [deny(networks("169.254.169.254/32")), wide] }), []);
    assert.deepEqual(judge({ egress: [wide, deny(networks("169.254.169.254/32"))] }), [`${METADATA} bad`]);
    assert.deepEqual(judge({ egress: [accept(networks("169.254.170.23/32"))] }), []);
  });

  it("gives the rule to put before as its remedy", () => {
    const [report] = run(
      [clusterPolicy("bad", { egress: [accept(networks("169.254.0.0/16"))] })],
      {},
      { only: METADATA },
    );
    assert.match(
      report?.message ?? "",
      /put a rule before it with action: "Deny" and to: \[\{ networks: \["169\.254\.169\.254\/32"\] \}\]/,
    );
  });
});

describe("policies of tiers: databases' ports", () => {
  it("reports public addresses and blocks wider than a VPC, stated or not, in ranges too", () => {
    for (const ports of [tcp(5432), range(5000, 6000), { protocols: undefined }]) {
      const rule = { ...accept(networks("198.51.100.0/24")), ...ports };
      assert.deepEqual(judge({ egress: [rule] }), [`${DATABASES} bad`], JSON.stringify(ports));
    }
    assert.deepEqual(judge({ egress: [{ ...accept(networks("10.0.0.0/12")), ...tcp(5432) }] }), [
      `${DATABASES} bad`,
    ]);
  });

  it("is silent on a database's subnets, on other ports, and where these ports are denied before", () => {
    assert.deepEqual(judge({ egress: [{ ...accept(networks("10.20.0.0/24")), ...tcp(5432) }] }), []);
    assert.deepEqual(judge({ egress: [accept(networks("198.51.100.0/24"))] }), []);
    const both = [
      { ...deny(networks("0.0.0.0/0")), ...range(1, 10000) },
      {
        ...accept(networks("198.51.100.0/24")),
        protocols: [{ tcp: { destinationPort: { range: { start: 443, end: 10000 } } } }],
      },
    ];
    assert.deepEqual(judge({ egress: both }), []);
    assert.deepEqual(judge({ egress: [...both].reverse() }), [`${DATABASES} bad`]);
  });

  it("judges by the configured subnets", () => {
    const rule = { ...accept(networks("10.20.0.0/24")), ...tcp(5432) };
    assert.deepEqual(judge({ egress: [rule] }, { [DATABASES]: { databaseRanges: ["10.21.0.0/24"] } }), [
      `${DATABASES} bad`,
    ]);
  });
});

describe("policies of tiers: labels of namespaces", () => {
  const TEAM = { namespaces: { matchLabels: { team: "a" } } };
  it("reports an Accept by labels that anyone can set, and pods of any namespace inwards", () => {
    assert.deepEqual(judge({ ingress: [accepted(TEAM)] }), [`${TRUSTED} bad`]);
    assert.deepEqual(judge({ egress: [accept(TEAM)] }), [`${TRUSTED} bad`]);
    const anywhere = { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "prom" } } } };
    assert.deepEqual(judge({ ingress: [accepted(anywhere)] }), [`${TRUSTED} bad`]);
    assert.deepEqual(judge({ egress: [accept(anywhere)] }), []);
  });

  it("is silent on a namespace's name, on trusted labels, on rules that deny or pass, and on what is denied before", () => {
    assert.deepEqual(judge({ ingress: [accepted(named("a"))] }), []);
    assert.deepEqual(judge({ ingress: [accepted(TEAM)] }, { [TRUSTED]: { trustedLabels: ["team"] } }), []);
    assert.deepEqual(judge({ egress: [deny(TEAM), pass(TEAM)] }), []);
    assert.deepEqual(judge({ egress: [deny(TEAM), accept(TEAM)] }), []);
  });
});

describe("policies of tiers: unknown values", () => {
  neverHidden(BROKEN_TIERS);

  it("are all that policies speak of on policies that break nothing", () => {
    const stack = [
      clusterPolicy("good", {
        ingress: [accepted(named("monitoring"))],
        egress: [deny(networks(...PRIVATE)), accept(networks("0.0.0.0/0"))],
      }),
    ];
    assert.deepEqual(judgeAll(stack), []);
    for (const spot of spotsOf(stack)) {
      const certain = judgeAll(blur(stack, [spot])).filter((verdict) => !verdict.endsWith("?"));
      assert.deepEqual(certain, [], JSON.stringify(spot));
    }
  });

  it("of a policy of which nothing is known are asked about", () => {
    const all = { ...clusterPolicy("bad", {}), props: { metadata: { name: "bad" }, spec: UNKNOWN } };
    assert.deepEqual([...new Set(judgeAll([all]))], TWINS.map((name) => `${name} bad?`).sort());
  });

  it("of a patch are what it leaves out, which is no mistake", () => {
    const patch = {
      type: "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicyPatch",
      name: "bad",
      props: { metadata: { name: "a" }, spec: { ingress: [accepted({ namespaces: {} })] } },
    };
    assert.deepEqual(judgeAll([patch]), [`${INGRESS} bad`]);
  });
});
