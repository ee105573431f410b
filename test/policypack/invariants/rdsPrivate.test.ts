import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "rds-private";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));

describe(NAME, () => {
  for (const type of [
    "rds/instance:Instance",
    "rds/cluster:Cluster",
    "rds/clusterInstance:ClusterInstance",
  ]) {
    const db = (publiclyAccessible: unknown) => [aws(type, "db", { publiclyAccessible })];
    it(`reports a public address, asks about an unknown one, is silent on none: ${type}`, () => {
      assert.deepEqual(judge(db(true)), [`${NAME} db`]);
      assert.deepEqual(judge(db(UNKNOWN)), [`${NAME} db?`]);
      assert.deepEqual([...judge(db(false)), ...judge(db(undefined))], []);
    });
  }
});
