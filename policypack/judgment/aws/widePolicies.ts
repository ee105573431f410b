// Tests: test/policypack/cases/cases.test.ts
import { type Power, POWERS } from "./powers";

const of = (...services: readonly string[]): readonly Power[] =>
  POWERS.filter(({ service }) => services.includes(service));
const BUCKETS = POWERS.filter(({ text }) => text.includes("the objects of every bucket"));

/** What AWS's own policies allow on everything. Source: AWS managed policy reference guide, the JSON documents. */
const BY_NAME: ReadonlyMap<string, readonly Power[]> = new Map([
  ["AdministratorAccess", POWERS],
  ["PowerUserAccess", of("s3", "s3express", "rds-db", "ec2")],
  ["ReadOnlyAccess", BUCKETS],
  ["AmazonS3FullAccess", of("s3")],
  ["AmazonS3ReadOnlyAccess", BUCKETS],
  ["AmazonEC2FullAccess", of("ec2")],
  ["AmazonVPCFullAccess", of("ec2")],
  ["IAMFullAccess", of("iam")],
]);

/** What a policy of AWS's allows on everything, by its ARN; nothing for those that aren't listed. */
export function widePowers(arn: string): readonly Power[] {
  const [, name = ""] = /^arn:[^:]*:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return BY_NAME.get(name) ?? [];
}
