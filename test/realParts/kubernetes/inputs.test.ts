import { strict as assert } from "node:assert";
import { differences, normalized, pruned } from "../../e2e/providers/kubernetes/inputs";
import type { Value, Values } from "../../e2e/providers/values";

const policy = (spec: Values): Values => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "isolation", namespace: "lab" },
  spec,
});

const closed: Values = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
const redis: Values = {
  podSelector: { matchLabels: { app: "redis" } },
  policyTypes: ["Ingress"],
  ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 6379 }] }],
};

describe("the Kubernetes stand-in: inputs, as the official provider reads them", () => {
  it("leaves out empty lists and empty maps of texts, and keeps empty selectors and empty rules", () => {
    assert.deepEqual(normalized(policy({ ...closed, ingress: [], egress: [] })), policy(closed));
    assert.deepEqual(
      normalized({ ...policy(closed), metadata: { name: "a", labels: {}, annotations: {} } }),
      {
        ...policy(closed),
        metadata: { name: "a" },
      },
    );
    const open = policy({ ...closed, ingress: [{}], egress: [{ to: [{ namespaceSelector: {} }] }] });
    assert.deepEqual(normalized(open), open);
    assert.deepEqual(
      normalized(policy({ podSelector: { matchLabels: {} }, ingress: [{ from: [] }] })),
      policy({ podSelector: {}, ingress: [{}] }),
    );
  });

  it("leaves custom resources as they are", () => {
    const attachment: Values = {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      spec: { securityGroups: { groupIds: [] } },
    };
    assert.deepEqual(normalized(attachment), attachment);
  });

  it("sees of what is live as much as the inputs have: neither other fields nor further items of a list", () => {
    const live = { a: { b: 1, more: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }], other: true };
    assert.deepEqual(pruned(live, { a: { b: 0 }, list: [{ x: 0 }] }), { a: { b: 1 }, list: [{ x: 1 }] });
    assert.deepEqual(pruned({ list: [] }, { list: [{ x: 0 }] }), { list: [] });
  });

  const changes: readonly (readonly [what: string, before: Values, live: Values, seen: readonly string[]])[] =
    [
      ["a rule added to a policy without any", closed, { ...closed, ingress: [{}] }, []],
      ["a rule appended", redis, appended("ingress", {}), []],
      ["a peer appended", redis, withPeers({ podSelector: {} }), []],
      ["a port changed in place", redis, withPort(6380), ["spec"]],
      ["a direction taken away", closed, { ...closed, policyTypes: ["Ingress"] }, ["spec"]],
      ["all rules taken away", redis, { ...redis, ingress: [] }, ["spec"]],
    ];
  for (const [what, before, live, seen] of changes) {
    it(`${seen.length === 0 ? "doesn't see" : "sees"} ${what} by hand`, () => {
      assert.deepEqual(differences(policy(live), policy(before), policy(before)), seen);
    });
  }

  function appended(name: string, rule: Value): Values {
    return { ...redis, [name]: [...(redis[name] as readonly Value[]), rule] };
  }
  function firstRule(): Values {
    return (redis["ingress"] as readonly Values[])[0] ?? {};
  }
  function withPeers(peer: Values): Values {
    const rule = firstRule();
    return { ...redis, ingress: [{ ...rule, from: [...(rule["from"] as readonly Value[]), peer] }] };
  }
  function withPort(port: number): Values {
    return { ...redis, ingress: [{ ...firstRule(), ports: [{ port, protocol: "TCP" }] }] };
  }
});
