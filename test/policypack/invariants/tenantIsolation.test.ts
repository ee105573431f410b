import { strict as assert } from "node:assert";
import { defaultDeny, LABELS, namespace, policy, UNKNOWN } from "../helpers";
import { inNamespace, judgeBy, shop, tcp } from "../shop";

describe("tenant-isolation", () => {
  const NAME = "tenant-isolation";
  const judge = judgeBy(NAME);
  const other = (owner: unknown) => namespace("bank", { ...LABELS, "palisade.dev/owner": owner });
  const open = (peer: object) => ({ web: { ingress: [{ from: [peer], ports: tcp(80) }] } });
  const stack = (peer: object, owner: unknown = "team-bank") => [...shop(open(peer)), other(owner)];

  it("reports another owner's namespace, named or by a label that it carries", () => {
    assert.deepEqual(judge(stack(inNamespace("bank"))), [`${NAME} web`]);
    const byLabel = { namespaceSelector: { matchLabels: { "palisade.dev/owner": "team-bank" } } };
    assert.deepEqual(judge(stack(byLabel)), [`${NAME} web`]);
  });
  it("is silent on the same owner, on none, on namespaces elsewhere, and where it is declared", () => {
    assert.deepEqual(judge(stack(inNamespace("bank"), "team-shop")), []);
    assert.deepEqual(judge([...shop(open(inNamespace("bank"))), namespace("bank", {})]), []);
    assert.deepEqual(judge(stack(inNamespace("monitoring"))), []);
    const declared = [{ from: "team-bank", to: "team-shop", because: "orders" }];
    assert.deepEqual(judge(stack(inNamespace("bank")), { declared }), []);
    const reverse = [{ from: "team-shop", to: "team-bank", because: "orders" }];
    assert.deepEqual(judge(stack(inNamespace("bank")), { declared: reverse }), [`${NAME} web`]);
  });
  it("reports egress to another owner's namespace, unless that denies ingress by default or serves everybody", () => {
    const outTo = (name: string) => shop({ web: { egress: [{ to: [inNamespace(name)], ports: tcp(80) }] } });
    const bank = other("team-bank");
    assert.deepEqual(judge([...outTo("bank"), bank]), [`${NAME} web`]);
    assert.deepEqual(judge([...outTo("bank"), other("team-shop")]), []);
    const declared = [{ from: "team-shop", to: "team-bank", because: "orders" }];
    assert.deepEqual(judge([...outTo("bank"), bank], { declared }), []);
    assert.deepEqual(judge([...outTo("bank"), bank, defaultDeny("bank", "deny")]), []);
    const egressOnly = { podSelector: {}, policyTypes: ["Egress"] };
    assert.deepEqual(judge([...outTo("bank"), bank, policy("deny", egressOnly, "bank")]), [`${NAME} web`]);
    const system = namespace("kube-system", { ...LABELS, "palisade.dev/owner": "team-platform" });
    assert.deepEqual(judge([...outTo("kube-system"), system]), []);
  });
  it("names what may be a default deny of the namespace that egress goes to as not yet known", () => {
    const out = shop({ web: { egress: [{ to: [inNamespace("bank")], ports: tcp(80) }] } });
    const maybe = policy("deny", { podSelector: {}, policyTypes: UNKNOWN }, "bank");
    assert.deepEqual(judge([...out, other("team-bank"), maybe]), [`${NAME} deny?`, `${NAME} web?`]);
  });
  it("names an unknown owner and an unknown peer as not yet known", () => {
    assert.deepEqual(judge(stack(inNamespace("bank"), UNKNOWN)), [`${NAME} web?`]);
    assert.deepEqual(judge(stack({ namespaceSelector: UNKNOWN })), [`${NAME} web?`]);
  });
});
