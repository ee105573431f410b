import * as z from "zod";
import { undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";

export const rdsPrivate = resourceInvariant({
  scope: "resource",
  name: "rds-private",
  description: "No database has a public address.",
  stops:
    "RDS instances, clusters and instances of Aurora clusters with `publiclyAccessible: true`. Left out it is false.",
  remedy: "Set publiclyAccessible: false, and reach the database from inside the VPC.",
  severity: "critical",
  config: z.strictObject({}),
  judge(fact) {
    if (fact.kind !== "Database") return [];
    const { publiclyAccessible } = fact;
    if (!publiclyAccessible.known) {
      return [undecided(fact, [publiclyAccessible], "the database gets a public address")];
    }
    if (publiclyAccessible.value !== true) return [];
    return [
      violation(fact, {
        wrong: "has a public address",
        why: "one rule too wide in its security group puts it on the internet",
        evidence: "publiclyAccessible is true",
        remedy: "write publiclyAccessible: false",
      }),
    ];
  },
});
