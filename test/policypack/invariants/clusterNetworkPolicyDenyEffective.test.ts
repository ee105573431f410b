import { strict as assert } from "node:assert";
import { clusterPolicy, type TestResource } from "../helpers";
import { DENY, judge, tcp, named, of, rule, LINK_LOCAL, METADATA, denial } from "../tierOrders";

describe(DENY, () => {
  it("a Deny is void by an Accept or a Pass of a lower priority, and in force before it", () => {
    for (const action of ["Accept", "Pass"]) {
      assert.deepEqual(judge(of("first", 5, [rule(action, [LINK_LOCAL])]), denial()), [`${DENY} bad`]);
      assert.deepEqual(judge(of("later", 50, [rule(action, [LINK_LOCAL])]), denial()), []);
    }
  });

  it("a Deny is void by rules above it in its own policy", () => {
    assert.deepEqual(judge(of("bad", 1, [rule("Accept", [LINK_LOCAL]), rule("Deny", [METADATA])])), [
      `${DENY} bad`,
    ]);
    assert.deepEqual(judge(of("good", 1, [rule("Deny", [METADATA]), rule("Accept", [LINK_LOCAL])])), []);
  });

  it("a Deny is void by several rules together: addresses in halves, ports in parts", () => {
    const halves = of("first", 5, [
      rule("Accept", [{ networks: ["169.254.0.0/17"] }]),
      rule("Pass", [{ networks: ["169.254.128.0/17"] }]),
    ]);
    assert.deepEqual(judge(halves, of("bad", 10, [rule("Deny", [LINK_LOCAL])])), [`${DENY} bad`]);
    const parts = of("first", 5, [
      rule("Accept", [LINK_LOCAL], tcp(80)),
      rule("Accept", [LINK_LOCAL], tcp(443)),
    ]);
    assert.deepEqual(judge(parts, denial("bad", 10, tcp(80, 443))), [`${DENY} bad`]);
    assert.deepEqual(judge(parts, denial("good", 10, tcp(80, 444))), []);
  });

  it("an exception is none: of some addresses, ports, pods or subjects, in another direction or tier", () => {
    const all = [LINK_LOCAL, { namespaces: {} }];
    const stacks: readonly (readonly TestResource[])[] = [
      [of("first", 5, [rule("Accept", [METADATA])]), of("good", 10, [rule("Deny", [LINK_LOCAL])])],
      [of("first", 5, [rule("Accept", [LINK_LOCAL], tcp(80))]), denial("good")],
      [of("first", 5, [rule("Accept", [named("a")])]), of("good", 10, [rule("Deny", [named("a", "b")])])],
      [of("first", 5, [rule("Accept", all)], { subject: named("a") }), denial("good")],
      [
        clusterPolicy("first", { priority: 5, ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] }),
        denial("good"),
      ],
      [of("first", 5, [rule("Accept", all)], { tier: "Baseline" }), denial("good")],
      [of("first", 5, [rule("Accept", [{ nodes: {} }, { domainNames: ["a.example"] }])]), denial("good")],
    ];
    for (const stack of stacks) assert.deepEqual(judge(...stack), [], JSON.stringify(stack));
  });

  it("selectors are compared by what they ask for", () => {
    const first = (peer: object) => of("first", 5, [rule("Accept", [peer])]);
    const bad = of("bad", 10, [rule("Deny", [named("a")])]);
    assert.deepEqual(judge(first({ namespaces: {} }), bad), [`${DENY} bad`]);
    assert.deepEqual(judge(first(named("a", "b")), bad), [`${DENY} bad`]);
    const pods = { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "a" } } } };
    assert.deepEqual(judge(first(pods), bad), []);
  });

  it("policies of one priority are in no order: a Deny beside an Accept of the same may deny nothing", () => {
    assert.deepEqual(judge(of("other", 10, [rule("Accept", [LINK_LOCAL])]), denial()), [`${DENY} bad`]);
    assert.deepEqual(judge(of("other", 10, [rule("Deny", [LINK_LOCAL])]), denial()), []);
  });

  it("the two APIs aren't compared, nor are two clusters", () => {
    const old: TestResource = {
      type: "kubernetes:policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy",
      name: "old",
      props: {
        metadata: { name: "old" },
        spec: {
          priority: 1,
          subject: { namespaces: {} },
          egress: [{ action: "Allow", to: [LINK_LOCAL] }],
        },
      },
    };
    assert.deepEqual(judge(old, denial("good")), []);
    const elsewhere = {
      ...of("first", 5, [rule("Accept", [LINK_LOCAL])]),
      provider: { name: "other", props: { context: "other" } },
    };
    assert.deepEqual(judge(elsewhere, denial("good")), []);
  });
});
