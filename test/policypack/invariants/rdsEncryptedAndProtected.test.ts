import { strict as assert } from "node:assert";
import { aws, database } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "rds-encrypted-and-protected";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));

describe(NAME, () => {
  for (const [claim, change] of Object.entries({
    "no encryption": { storageEncrypted: false },
    "encryption that isn't stated": { storageEncrypted: undefined },
    "no backups": { backupRetentionPeriod: 0 },
    "backups that aren't stated": { backupRetentionPeriod: undefined },
    "no deletion protection": { deletionProtection: undefined },
    "no protection in production": { deletionProtection: false, tags: { environment: "prod" } },
    "no encryption in dev": { storageEncrypted: false, tags: { environment: "dev" } },
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge([database("db", change)]), [`${NAME} db`]));
  }

  it("asks no deletion protection of a disposable database", () => {
    const db = database("db", { deletionProtection: false, tags: { environment: "dev" } });
    assert.deepEqual([judge([db]), judge([db], { disposable: [] })], [[], [`${NAME} db`]]);
  });

  it("asks nothing of an instance of a cluster, and of a replica its own protection only", () => {
    assert.deepEqual(judge([aws("rds/clusterInstance:ClusterInstance", "db", {})]), []);
    const replica = { replicateSourceDb: UNKNOWN, deletionProtection: true };
    assert.deepEqual(judge([aws("rds/instance:Instance", "db", replica)]), []);
    assert.deepEqual(judge([aws("rds/instance:Instance", "db", { replicateSourceDb: "a" })]), [`${NAME} db`]);
  });

  it("reports in one violation, beside what isn't known", () => {
    const db = database("db", {
      storageEncrypted: UNKNOWN,
      deletionProtection: false,
      backupRetentionPeriod: 0,
    });
    assert.deepEqual(judge([db]), [`${NAME} db`, `${NAME} db?`]);
  });
});

const parameters = (...list: readonly unknown[]) =>
  aws("rds/parameterGroup:ParameterGroup", "parameters", { family: "postgres16", parameters: list });
const judged = (resource: ReturnType<typeof aws>, config: object = {}) =>
  verdicts(run([resource], { [NAME]: config }, { only: NAME }));

describe(`${NAME}: who may connect, and how`, () => {
  it("reports parameters that turn TLS off, whatever the engine and the spelling", () => {
    for (const [name, value] of [
      ["rds.force_ssl", "0"],
      ["rds.force_ssl", 0],
      ["require_secure_transport", "OFF"],
    ]) {
      assert.deepEqual(judged(parameters({ name: "max_connections", value: "0" }, { name, value })), [
        `${NAME} parameters`,
      ]);
    }
  });

  it("is silent where TLS is on, or nothing is said of it", () => {
    assert.deepEqual(
      judged(parameters({ name: "rds.force_ssl", value: "1" }, { name: "log_connections", value: "0" })),
      [],
    );
    assert.deepEqual(judged(parameters()), []);
  });

  it("says which parameter isn't known yet", () => {
    assert.deepEqual(judged(parameters({ name: "rds.force_ssl", value: UNKNOWN })), [`${NAME} parameters?`]);
    assert.deepEqual(
      judged(parameters({ name: UNKNOWN, value: "0" }, { name: "rds.force_ssl", value: "0" })),
      [`${NAME} parameters`, `${NAME} parameters?`],
    );
  });

  it("asks for IAM's tokens only where that is configured", () => {
    const config = { requireIamAuthentication: true };
    assert.deepEqual(judged(database("db")), []);
    assert.deepEqual(judged(database("db"), config), [`${NAME} db`]);
    assert.deepEqual(judged(database("db", { iamDatabaseAuthenticationEnabled: true }), config), []);
  });
});
