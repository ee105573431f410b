import { strict as assert } from "node:assert";
import { run, UNKNOWN, verdicts, workload } from "../helpers";
import { deployment, judgeBy, shop } from "../shop";

describe("policy-selects-nothing", () => {
  const NAME = "policy-selects-nothing";
  const judge = judgeBy(NAME);

  it("advises on a selector that no workload of the namespace meets", () => {
    const reports = run(shop({}, deployment("web")), {}, { only: NAME });
    assert.deepEqual(verdicts(reports), [`${NAME} db`]);
  });
  it("is silent where pods may be elsewhere: no workload, a chart", () => {
    assert.deepEqual(judge(shop()), []);
    const release = { type: "kubernetes:helm.sh/v3:Release", name: "chart", props: { namespace: "shop" } };
    assert.deepEqual(judge(shop({}, deployment("web"), release)), []);
    assert.deepEqual(judge(shop({}, deployment("web"), deployment("db"))), []);
  });
  it("says which workload's labels aren't known yet", () => {
    const unknown = workload("apps/v1:Deployment", {}, { name: "u", labels: UNKNOWN });
    assert.deepEqual(judge(shop({}, deployment("web"), unknown)), [`${NAME} db?`]);
  });
});
