import { strict as assert } from "node:assert";
import { COMPLIANT, run, type TestResource, UNKNOWN, verdicts, workload, WORKLOAD_TYPES } from "../helpers";

const NAME = "workload-no-host-network";
const judge = (resource: TestResource, config = {}) =>
  verdicts(run([...COMPLIANT, resource], { [NAME]: config }, { only: NAME }));

describe(NAME, () => {
  for (const type of WORKLOAD_TYPES) {
    it(`reports a ${type} in the node's network, and no other`, () => {
      assert.deepEqual(judge(workload(type, { hostNetwork: true })), [`${NAME} web`]);
      assert.deepEqual(judge(workload(type, { hostNetwork: false })), []);
      assert.deepEqual(judge(workload(type)), []);
      assert.deepEqual(judge(workload(type, { hostNetwork: UNKNOWN })), [`${NAME} web?`]);
    });
  }

  it("reports the item of a list, and the patch of a workload", () => {
    const { props } = workload("apps/v1:DaemonSet", { hostNetwork: true });
    const list = { type: "kubernetes:apps/v1:DaemonSetList", name: "all", props: { items: [props] } };
    assert.deepEqual(judge(list), [`${NAME} all`]);
    assert.deepEqual(judge({ type: "kubernetes:apps/v1:DaemonSetPatch", name: "patch", props }), [
      `${NAME} patch`,
    ]);
  });

  it("exempts the namespaces that config names, and those of Kubernetes itself", () => {
    const agent = (namespaceName: string) =>
      workload("apps/v1:DaemonSet", { hostNetwork: true }, { namespaceName });
    assert.deepEqual(judge(agent("kube-system")), []);
    assert.deepEqual(judge(agent("agents"), { exempt: ["agents"] }), []);
    assert.deepEqual(judge(agent("kube-system"), { exempt: ["agents"] }), [`${NAME} web`]);
    assert.deepEqual(judge(agent(UNKNOWN)), [`${NAME} web`]);
  });
});
