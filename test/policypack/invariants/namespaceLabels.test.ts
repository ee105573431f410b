import { strict as assert } from "node:assert";
import {
  defaultDeny,
  freshPack,
  LABELS,
  namespace,
  remediate,
  run,
  type TestResource,
  UNKNOWN,
  verdicts,
} from "../helpers";

const NAME = "namespace-labels";
const judge = (labels: unknown, config = {}, name = "shop") =>
  verdicts(run([namespace(name, labels as object), defaultDeny(name)], { [NAME]: config }));
const without = (...keys: string[]) =>
  Object.fromEntries(Object.entries(LABELS).filter(([key]) => !keys.includes(key)));

describe(NAME, () => {
  for (const label of Object.keys(LABELS)) {
    it(`reports a missing ${label}`, () => assert.deepEqual(judge(without(label)), [`${NAME} shop`]));
  }

  it("reports absent labels, empty values and null values", () => {
    for (const labels of [
      null,
      {},
      { ...LABELS, "palisade.dev/owner": " " },
      { ...LABELS, "palisade.dev/owner": null },
    ]) {
      assert.deepEqual(judge(labels), [`${NAME} shop`]);
    }
  });

  it("names all missing labels in one violation, and the lines to write", () => {
    const [report] = run([namespace("shop", { a: "b" }), defaultDeny()]);
    assert.match(
      report?.message ?? "",
      /^Namespace shop \(resource "shop"\) lacks the labels palisade\.dev\/owner, palisade\.dev\/environment, app\.kubernetes\.io\/part-of and/,
    );
    assert.match(
      report?.message ?? "",
      /Evidence: metadata\.labels has a\. Remedy: set metadata\.labels: \{ "palisade\.dev\/owner": VALUE, /,
    );
  });

  it("asks for the labels that config requires, and no others", () => {
    assert.deepEqual(judge({ team: "a" }, { required: ["team"] }), []);
    assert.deepEqual(judge(LABELS, { required: ["team"] }), [`${NAME} shop`]);
  });

  it("refuses a configuration that requires no label", () => {
    const reports = run(
      [namespace("shop", {})],
      { [NAME]: { required: [] } },
      { only: NAME, pack: freshPack() },
    );
    assert.match(reports[0]?.message ?? "", /required: names no label/);
    assert.deepEqual(verdicts(reports), [`${NAME} shop`, `${NAME} shop`]);
  });

  it("exempts Kubernetes' own namespaces by default, and what config names instead", () => {
    assert.deepEqual(judge({}, {}, "kube-system"), []);
    assert.deepEqual(judge({}, { exempt: ["sh*"] }), []);
    assert.deepEqual(judge({}, { exempt: [] }, "kube-public"), [`${NAME} kube-public`]);
    assert.deepEqual(judge({}, {}, "kube-evil"), [`${NAME} kube-evil`]);
  });

  it("reads every item of a list", () => {
    const items = [namespace("a").props, namespace("b", {}).props];
    const list = { type: "kubernetes:core/v1:NamespaceList", name: "all", props: { items } };
    const reports = run([list, defaultDeny("a"), defaultDeny("b", "b")]);
    assert.deepEqual(verdicts(reports), [`${NAME} all`]);
    assert.match(reports[0]?.message ?? "", /^Namespace b \(NamespaceList resource "all", items\[1\]\)/);
  });

  it("doesn't judge a patch by what it leaves out", () => {
    const patch = (labels: object): TestResource => ({
      ...namespace("shop", labels),
      type: "kubernetes:core/v1:NamespacePatch",
    });
    assert.deepEqual(verdicts(run([patch({}), defaultDeny()])), []);
    assert.deepEqual(verdicts(run([patch({ "palisade.dev/owner": "" }), defaultDeny()])), [`${NAME} shop`]);
  });

  it("names unknown labels as not yet known, and still reports the missing ones", () => {
    assert.deepEqual(judge(UNKNOWN), [`${NAME} shop?`]);
    assert.deepEqual(judge({ ...LABELS, "palisade.dev/owner": UNKNOWN }), [`${NAME} shop?`]);
    assert.deepEqual(judge({ "palisade.dev/owner": UNKNOWN }), [`${NAME} shop`, `${NAME} shop?`]);
  });

  it("remediates from configured values, the namespace's own first, and never invents one", () => {
    const config = {
      values: { "palisade.dev/environment": "dev", "palisade.dev/owner": "platform", other: "x" },
      namespaceValues: { shop: { "palisade.dev/owner": "team-shop" } },
    };
    const fixed = remediate(namespace("shop", { a: UNKNOWN }), NAME, config);
    const labels = { a: UNKNOWN, "palisade.dev/owner": "team-shop", "palisade.dev/environment": "dev" };
    assert.deepEqual(fixed, namespace("shop", labels).props);
    assert.equal(remediate(namespace("shop", {}), NAME, {}), undefined);
    assert.equal(remediate(namespace("shop", LABELS), NAME, config), undefined);
  });

  it("touches nothing inside an unknown", () => {
    const config = { values: { "palisade.dev/owner": "platform" } };
    const at = (metadata: unknown) => ({ ...namespace(), props: { metadata } });
    assert.equal(remediate(at(UNKNOWN), NAME, config), undefined);
    assert.equal(remediate(at({ name: "shop", labels: UNKNOWN }), NAME, config), undefined);
  });
});

describe(`${NAME}: values`, () => {
  const allowed = { "pod-security.kubernetes.io/enforce": ["baseline", "restricted"] };
  const told = (labels: object) =>
    verdicts(
      run(
        [namespace("shop", labels)],
        { [NAME]: { allowed, required: ["pod-security.kubernetes.io/enforce"] } },
        { only: NAME },
      ),
    );

  it("are those that are allowed, where the configuration says which", () => {
    assert.deepEqual(told({ "pod-security.kubernetes.io/enforce": "baseline" }), []);
    assert.deepEqual(told({ "pod-security.kubernetes.io/enforce": "privileged" }), [`${NAME} shop`]);
    assert.deepEqual(told({}), [`${NAME} shop`]);
  });
});
