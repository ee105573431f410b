import * as z from "zod";
import type { SnapshotFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { type Unread, unreadOf } from "../values";

const accountText = z.string().regex(/^\d{12}$/, {
  error: ({ input }) => `${JSON.stringify(input)} isn't an account's id of 12 digits`,
});

const config = z.strictObject({
  accounts: z
    .array(accountText)
    .default([])
    .describe("The accounts, by their ids, that snapshots may be shared with."),
});

export const rdsSnapshotPrivate = resourceInvariant({
  scope: "resource",
  name: "rds-snapshot-private",
  description: "No snapshot of a database is shared with everybody or with an unlisted account.",
  stops:
    "RDS snapshots, cluster snapshots and copies of either whose `sharedAccounts` name `all`, which is every AWS account, or an account that the configuration doesn't list: whoever may restore a snapshot has the whole database, past its network, its groups and its logins.",
  remedy: "Remove the account from sharedAccounts, or list it if its owner agrees.",
  severity: "critical",
  config,
  example: { accounts: ["123456789012"] },
  judge(fact, { accounts }) {
    return fact.kind === "Snapshot" ? judge(fact, accounts) : [];
  },
});

/** What makes a snapshot public. Source: Amazon RDS user guide, "Sharing public snapshots". */
const EVERYBODY = "all";

function judge(snapshot: SnapshotFact, accounts: readonly string[]): Finding[] {
  const { sharedWith } = snapshot;
  const listed = sharedWith.known ? sharedWith.value : [];
  const known = listed.flatMap((account) => (account.known ? [account.value] : []));
  const strangers = known.filter((account) => !accounts.includes(account));
  const unread: Unread[] = sharedWith.known ? unreadOf(listed) : [sharedWith];
  const isPublic = strangers.includes(EVERYBODY);
  return [
    ...(strangers.length === 0
      ? []
      : [
          violation(snapshot, {
            wrong: isPublic ? "is shared with every AWS account" : `is shared with ${strangers.join(", ")}`,
            why: `${isPublic ? "anybody" : "that account"} can restore it and read the whole database`,
            evidence: `sharedAccounts lists ${strangers.map((account) => JSON.stringify(account)).join(", ")}`,
            remedy: isPublic
              ? 'remove "all" from sharedAccounts'
              : "remove the account from sharedAccounts, or list it under rds-snapshot-private.accounts",
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(snapshot, unread, "strangers can restore the snapshot")]),
  ];
}
