import { strict as assert } from "node:assert";
import { freshPack, run, verdicts } from "../helpers";
import { aws } from "../aws";

const NAME = "rds-snapshot-private";
const snapshot = (sharedAccounts: readonly string[]) => [
  aws("rds/snapshot:Snapshot", "copy", { dbSnapshotIdentifier: "orders-1", sharedAccounts }),
];
const judge = (accounts: readonly string[], config = {}) =>
  run(snapshot(accounts), { [NAME]: config }, { only: NAME });

describe(NAME, () => {
  it("says whom a snapshot is shared with, and what to write", () => {
    assert.deepEqual(
      judge(["111122223333"]).map(({ message }) => message),
      [
        'RDS snapshot orders-1 (resource "copy") is shared with 111122223333, so that account can restore it and read the ' +
          'whole database. Evidence: sharedAccounts lists "111122223333". Remedy: remove the account from sharedAccounts, ' +
          "or list it under rds-snapshot-private.accounts.",
      ],
    );
  });

  it("never takes every account for a listed one", () => {
    const listed = { accounts: ["111122223333"] };
    assert.deepEqual(verdicts(judge(["111122223333", "all"], listed)), [`${NAME} copy`]);
  });

  it("refuses a configuration that lists something else than accounts, and then lists nobody", () => {
    const pack = freshPack();
    const reports = run(snapshot(["111122223333"]), { [NAME]: { accounts: ["all"] } }, { only: NAME, pack });
    assert.deepEqual(verdicts(reports), [`${NAME} copy`, `${NAME} copy`]);
    assert.ok(reports[0]?.message.includes("accounts[0]: \"all\" isn't an account's id of 12 digits"));
  });
});
