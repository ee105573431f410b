import { strict as assert } from "node:assert";
import { aws, database } from "../../aws";
import { namespace, run, UNKNOWN, verdicts } from "../../helpers";

const RULE = "rds-encrypted-and-protected";
const parameters = (...list: readonly unknown[]) =>
  aws("rds/parameterGroup:ParameterGroup", "parameters", { family: "postgres16", parameters: list });
const judged = (resource: ReturnType<typeof aws>, config: object = {}) =>
  verdicts(run([resource], { [RULE]: config }, { only: RULE }));

describe("rds-encrypted-and-protected: who may connect, and how", () => {
  it("reports parameters that turn TLS off, whatever the engine and the spelling", () => {
    for (const [name, value] of [
      ["rds.force_ssl", "0"],
      ["rds.force_ssl", 0],
      ["require_secure_transport", "OFF"],
    ]) {
      assert.deepEqual(judged(parameters({ name: "max_connections", value: "0" }, { name, value })), [
        `${RULE} parameters`,
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
    assert.deepEqual(judged(parameters({ name: "rds.force_ssl", value: UNKNOWN })), [`${RULE} parameters?`]);
    assert.deepEqual(
      judged(parameters({ name: UNKNOWN, value: "0" }, { name: "rds.force_ssl", value: "0" })),
      [`${RULE} parameters`, `${RULE} parameters?`],
    );
  });

  it("asks for IAM's tokens only where that is configured", () => {
    const config = { requireIamAuthentication: true };
    assert.deepEqual(judged(database("db")), []);
    assert.deepEqual(judged(database("db"), config), [`${RULE} db`]);
    assert.deepEqual(judged(database("db", { iamDatabaseAuthenticationEnabled: true }), config), []);
  });
});

describe("namespace-labels: values", () => {
  const allowed = { "pod-security.kubernetes.io/enforce": ["baseline", "restricted"] };
  const told = (labels: object) =>
    verdicts(
      run(
        [namespace("shop", labels)],
        { "namespace-labels": { allowed, required: ["pod-security.kubernetes.io/enforce"] } },
        { only: "namespace-labels" },
      ),
    );

  it("are those that are allowed, where the configuration says which", () => {
    assert.deepEqual(told({ "pod-security.kubernetes.io/enforce": "baseline" }), []);
    assert.deepEqual(told({ "pod-security.kubernetes.io/enforce": "privileged" }), ["namespace-labels shop"]);
    assert.deepEqual(told({}), ["namespace-labels shop"]);
  });
});
