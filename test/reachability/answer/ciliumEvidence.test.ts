import { strict as assert } from "node:assert";
import { explainWithDepartures } from "../../../reachability/answer/explain/departures";
import type { Cni } from "../../../reachability/read";
import { analysisOfObjects } from "../worlds";

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name, labels: { app: name } },
  spec: { containers: [] },
});
const policy = (name: string, spec: object) => ({
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { namespace: "shop", name },
  spec: { endpointSelector: { matchLabels: { app: "db" } }, ...spec },
});
const web = [{ matchLabels: { app: "web" } }];

/** What explain says of web → db 80. */
function said(policies: readonly object[], cni: Cni = "cilium") {
  const analysis = analysisOfObjects([pod("web"), pod("db"), ...policies], { cni });
  const end = (name: string) =>
    analysis.ends.find(({ id }) => id === `shop/${name}[Pod]`) ?? assert.fail(`no ${name}`);
  const question = { from: end("web"), to: end("db"), protocol: "TCP", port: 80 } as const;
  const { verdict, sentences, changes } = explainWithDepartures(analysis, question);
  return { verdict, after: sentences.slice(2), changes };
}

describe("reachability: what explain says of Cilium's own policies", () => {
  it("the rule that admits", () =>
    assert.deepEqual(said([policy("open", { ingress: [{ fromEndpoints: web }] })]), {
      verdict: "allowed",
      after: [
        "Ingress: spec.ingress[0] of CiliumNetworkPolicy shop/open (world.yaml, document 3) admits it.",
      ],
      changes: [],
    }));

  it("the denial that comes before it, and that nothing from below opens it", () =>
    assert.deepEqual(
      said([
        policy("open", { ingress: [{ fromEndpoints: web }] }),
        policy("closed", { ingressDeny: [{ fromEndpoints: web }] }),
      ]),
      {
        verdict: "blocked",
        after: [
          "Ingress: spec.ingressDeny[0] of CiliumNetworkPolicy shop/closed (world.yaml, document 4) denies it, before all that admits.",
        ],
        changes: [
          {
            kind: "none",
            side: "ingress",
            reason:
              "CiliumNetworkPolicy shop/closed denies it, which no rule that admits can change: that policy has to",
          },
        ],
      },
    ));

  it("what isolates, and a NetworkPolicy that would admit it there", () => {
    const { verdict, after, changes } = said([policy("closed", { ingress: [{}] })]);
    assert.equal(verdict, "blocked");
    assert.deepEqual(after, [
      "Ingress: CiliumNetworkPolicy shop/closed (world.yaml, document 3) isolates shop/db[Pod], and no rule of it admits this.",
    ]);
    const [change] = changes;
    assert.ok(change?.kind === "policy");
    const applied = said([policy("closed", { ingress: [{}] }), change.object]);
    assert.equal(applied.verdict, "allowed");
  });

  it("why less may pass than a rule names", () => {
    const http = { ports: [{ port: "80", protocol: "TCP" }], rules: { http: [{ path: "/" }] } };
    const because = "(rules.http asks for more than the port)";
    assert.deepEqual(said([policy("http", { ingress: [{ fromEndpoints: web, toPorts: [http] }] })]), {
      verdict: "unknown",
      after: [
        `Ingress: spec.ingress[0] of CiliumNetworkPolicy shop/http (world.yaml, document 3) perhaps denies it ${because}, before all that admits; spec.ingress[0] of CiliumNetworkPolicy shop/http (world.yaml, document 3) perhaps admits it ${because}.`,
      ],
      changes: [],
    });
  });

  it("the field for which a policy isn't computed", () =>
    assert.deepEqual(said([policy("odd", { ingress: [{ fromRequires: web }] })]).after.slice(-1), [
      "CiliumNetworkPolicy shop/odd (world.yaml, document 3) may change this: Cilium refuses it, or it isn't computed, for what it says there (spec.ingress[0].fromRequires: isn't computed: Cilium takes it no more).",
    ]));

  it("what Cilium would make of it, where no plugin is named", () => {
    const { verdict, after } = said([policy("closed", { ingress: [{}] })], "any");
    assert.equal(verdict, "unknown");
    assert.deepEqual(after.slice(1), [
      "CiliumNetworkPolicy shop/closed (world.yaml, document 3) may change this: policies of its kind aren't computed.",
      "On cilium it would be blocked: policies of its own kinds count.",
    ]);
  });
});
