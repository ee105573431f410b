import { strict as assert } from "node:assert";
import { egressTo, ingressFrom, run, UNKNOWN, verdicts, withWeb } from "../helpers";

const NAME = "network-policy-trusted-namespace-selectors";
const judge = (change: object, config = {}) =>
  verdicts(run(withWeb(change), { [NAME]: config }, { only: NAME }));
const labelled = (matchLabels: object) => ({ namespaceSelector: { matchLabels } });
const expressed = (key: string, operator: string, ...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, values }] },
});
const PODS = { podSelector: { matchLabels: { app: "prometheus" } } };

describe(NAME, () => {
  for (const [claim, change] of Object.entries({
    "a label that anyone sets": ingressFrom(labelled({ team: "monitoring" })),
    "the label that older guides use": egressTo({ ...labelled({ name: "kube-system" }), ...PODS }),
    "labels with a pod selector": ingressFrom({ ...labelled({ team: "monitoring" }), ...PODS }),
    "labelled pods of every namespace but one": ingressFrom({
      ...expressed("kubernetes.io/metadata.name", "NotIn", "guests"),
      ...PODS,
    }),
    "a label's mere existence": ingressFrom(expressed("team", "Exists")),
    "pods of any namespace by their own labels": ingressFrom({ namespaceSelector: {}, ...PODS }),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(change), [`${NAME} web`]));
  }

  for (const [claim, change] of Object.entries({
    "a namespace by name": ingressFrom(labelled({ "kubernetes.io/metadata.name": "monitoring" })),
    "some namespaces by name": ingressFrom(expressed("kubernetes.io/metadata.name", "In", "a", "b")),
    "a name and another label": ingressFrom(
      labelled({ team: "monitoring", "kubernetes.io/metadata.name": "monitoring" }),
    ),
    "a name that isn't known yet": ingressFrom(labelled({ "kubernetes.io/metadata.name": UNKNOWN })),
    "pods of the own namespace": ingressFrom(PODS),
    "a DNS rule to labelled pods of any namespace": egressTo({ namespaceSelector: {}, ...PODS }),
    "what is open to everyone anyway": ingressFrom({ namespaceSelector: {} }),
    "all namespaces but one, which are everyone": ingressFrom(
      expressed("kubernetes.io/metadata.name", "NotIn", "guests"),
    ),
    "two selectors that are everyone together": ingressFrom(
      expressed("team", "Exists"),
      expressed("team", "DoesNotExist"),
    ),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(change), []));
  }

  it("trusts the labels that config names instead", () => {
    const config = { trustedLabels: ["example.com/tenant"] };
    const tenant = ingressFrom(labelled({ "example.com/tenant": "a" }));
    assert.deepEqual(judge({ ...tenant, egress: [] }, config), []);
    const named = ingressFrom(labelled({ "kubernetes.io/metadata.name": "a" }));
    assert.deepEqual(judge({ ...named, egress: [] }, config), [`${NAME} web`]);
  });

  for (const [claim, change] of Object.entries({
    "unknown rules": { ingress: UNKNOWN },
    "unknown peers": { ingress: [{ from: UNKNOWN }] },
    "an unknown peer": ingressFrom(UNKNOWN),
    "an unknown namespace selector": ingressFrom({ namespaceSelector: UNKNOWN }),
    "a selector with an unknown part": ingressFrom({
      namespaceSelector: { matchLabels: { team: "a" }, matchExpressions: UNKNOWN },
    }),
    "unknown pods of any namespace": ingressFrom({ namespaceSelector: {}, podSelector: UNKNOWN }),
  })) {
    it(`names ${claim} as not yet known`, () => assert.deepEqual(judge(change), [`${NAME} web?`]));
  }

  it("reports a label beside what isn't known", () => {
    assert.deepEqual(judge(ingressFrom(UNKNOWN, labelled({ team: UNKNOWN }))), [
      `${NAME} web`,
      `${NAME} web?`,
    ]);
  });
});
