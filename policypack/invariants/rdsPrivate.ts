import * as z from "zod";
import type { DatabaseFact, DataStoreFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { type Field, mapField } from "../values";

const config = z.strictObject({
  allowDataApi: z
    .boolean()
    .default(false)
    .describe("Whether Aurora clusters may take queries by the Data API, which no group guards."),
});

export const rdsPrivate = resourceInvariant({
  scope: "resource",
  name: "rds-private",
  description: "No database has a public address or endpoint.",
  stops:
    "RDS instances, clusters and instances of Aurora clusters with `publiclyAccessible: true`, and other data stores that have an address on the internet: Redshift clusters and workgroups, Neptune instances, shard groups, Lightsail databases, DMS replication instances, MQ brokers and InfluxDB instances by the same property, MSK brokers by `publicAccess`, OpenSearch domains without `vpcOptions`. Left out, `publiclyAccessible` is false. Also Aurora clusters with `enableHttpEndpoint`: whoever has the credentials queries them from anywhere.",
  remedy: "Set publiclyAccessible: false, and reach the database from inside the VPC.",
  severity: "critical",
  config,
  example: { allowDataApi: true },
  judge(fact, { allowDataApi }) {
    return openingsOf(fact.kind === "Database" || fact.kind === "DataStore" ? fact : undefined)
      .filter(({ api }) => !(api && allowDataApi))
      .flatMap((opening) => judgeOpening(opening));
  },
});

interface DatabaseExposure {
  readonly of: DatabaseFact | DataStoreFact;
  /** Whether it is the Data API rather than an address. */
  readonly api: boolean;
  /** Whether no security group is in front of it. */
  readonly isUnguarded: boolean;
  readonly isOpen: Field<boolean>;
  readonly evidence: string;
  readonly remedy: string;
}

function openingsOf(of: DatabaseFact | DataStoreFact | undefined): DatabaseExposure[] {
  if (of === undefined) return [];
  if (of.kind === "DataStore") {
    const setting = of.settings.get("public");
    if (setting === undefined) return [];
    const { isWeak, evidence, remedy, isUnguarded } = setting;
    return [{ of, api: false, isUnguarded, isOpen: isWeak, evidence, remedy }];
  }
  const opening = (path: string, field: Field<boolean | undefined>, api: boolean): DatabaseExposure => ({
    of,
    api,
    isUnguarded: false,
    isOpen: mapField(field, (value) => value === true),
    evidence: `${path} is true`,
    remedy: `${path}: false`,
  });
  return [
    opening("publiclyAccessible", of.publiclyAccessible, false),
    ...(of.form === "cluster" ? [opening("enableHttpEndpoint", of.dataApi, true)] : []),
  ];
}

function judgeOpening({ of, api, isUnguarded, isOpen, evidence, remedy }: DatabaseExposure): Finding[] {
  if (!isOpen.known) {
    const question = api ? "AWS's Data API takes queries for it" : "it has a public address or endpoint";
    return [undecided(of, [isOpen], question)];
  }
  if (!isOpen.value) return [];
  return [
    violation(of, {
      wrong: api
        ? "takes queries by AWS's public Data API"
        : `has a public ${isUnguarded ? "endpoint" : "address"}`,
      why: api
        ? "leaked credentials work from anywhere, past every security group"
        : isUnguarded
          ? "nothing but its own logins and policy keeps the internet out"
          : "one rule too wide in its security group puts it on the internet",
      evidence,
      remedy: `write ${remedy}`,
    }),
  ];
}
