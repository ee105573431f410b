import { strict as assert } from "node:assert";
import type { Resource } from "../../engine";
import { noOptions } from "../../engine/monitor/resources";
import { openedBy } from "./proof";
import { mutantsOf, type Operator, type Stack } from "./stack";
import { change, removal } from "./stack";

const PROVIDER = "urn:pulumi:t::t::pulumi:providers:kubernetes::here::id";

const policy = (name: string, spec: object): Resource => {
  const inputs = { metadata: { name, namespace: "shop" }, spec } as unknown as Resource["inputs"];
  return {
    urn: `urn:pulumi:t::t::kubernetes:networking.k8s.io/v1:NetworkPolicy::${name}`,
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name,
    custom: true,
    read: false,
    parent: "",
    inputs,
    outputs: structuredClone(inputs),
    dependencies: [],
    propertyDependencies: {},
    provider: PROVIDER,
    options: noOptions,
  };
};

const deny = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const web = policy("web", {
  podSelector: { matchLabels: { app: "web" } },
  policyTypes: ["Ingress"],
  ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: [{ port: 80 }] }],
});
const STACK: Stack = { name: "t", resources: [deny, web] };

interface Props {
  spec: { ingress: { from: { ipBlock: { cidr: string } }[]; ports: { port: number }[] }[] };
}
const rule = (edit: (rule: Props["spec"]["ingress"][number]) => void): Operator => ({
  name: "edit",
  changes: () =>
    change<Props>(web, "", ({ spec }) => {
      for (const one of spec.ingress) edit(one);
      return true;
    }),
});

const opened = (operator: Operator) => {
  const [mutant] = mutantsOf(operator, STACK);
  assert(mutant !== undefined);
  return openedBy(mutant, () => ["10.0.0.0/16"]);
};

describe("mutants: the twin's proof that a change opens nothing", () => {
  it("holds for a rule that becomes narrower", () => {
    assert.equal(opened(rule((one) => (one.from[0] = { ipBlock: { cidr: "192.0.2.0/25" } }))), null);
    assert.equal(opened({ name: "without", changes: () => [removal(web)] }), null);
  });

  it("fails for one address, one port or one pod more, and names the connection", () => {
    assert.equal(
      opened(rule((one) => (one.from[0] = { ipBlock: { cidr: "192.0.2.0/23" } }))),
      '192.0.3.0 → shop/{"app":"web"} TCP 80',
    );
    assert.equal(
      opened(rule((one) => one.ports.push({ port: 81 }))),
      '192.0.2.0 → shop/{"app":"web"} TCP 81',
    );
    const selected: Operator = {
      name: "select",
      changes: () =>
        change<{ spec: { podSelector: object } }>(web, "", ({ spec }) => {
          spec.podSelector = {};
          return true;
        }),
    };
    assert.match(String(opened(selected)), /^192\.0\.2\.0 → shop\/.* TCP 80$/);
  });

  it("fails where default deny goes", () => {
    assert.notEqual(opened({ name: "without", changes: () => [removal(deny)] }), null);
  });
});
