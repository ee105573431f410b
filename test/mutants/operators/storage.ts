import type { Resource } from "../../../engine";
import { addition, beside, type Change, change, type Operator, ofType, removal, type Stack } from "../stack";

/** Each database edited. `drop`: properties that aren't written any more. */
const databases = (
  name: string,
  set: Readonly<Record<string, unknown>>,
  ...drop: readonly string[]
): Operator => ({
  name,
  changes: (stack) =>
    ofType(stack, "rds/instance:Instance").flatMap((database) => {
      const kept = Object.entries(database.propertyDependencies).filter(([key]) => !drop.includes(key));
      const written = Object.keys(set).map((key): [string, string[]] => [key, []]);
      const own = { ...database, propertyDependencies: Object.fromEntries([...kept, ...written]) };
      return change<Record<string, unknown>>(own, "", (props) => {
        // What the program sets anyway isn't a mistake of this stack's.
        if (
          drop.every((key) => props[key] === undefined) &&
          Object.entries(set).every(([key, value]) => props[key] === value)
        )
          return false;
        for (const key of drop) Reflect.deleteProperty(props, key);
        Object.assign(props, set);
        return true;
      });
    }),
});

const parameters = (
  name: string,
  edit: (parameters: { name: string; value: string }[]) => void,
): Operator => ({
  name,
  changes: (stack) =>
    ofType(stack, "rds/parameterGroup:ParameterGroup").flatMap((group) =>
      change<{ parameters: { name: string; value: string }[] }>(group, "", ({ parameters: own }) => {
        edit(own);
        return true;
      }),
    ),
});

const blocks = (stack: Stack): Resource[] => ofType(stack, "BucketPublicAccessBlock");

const flag = (name: string): Operator => ({
  name: `a bucket without ${name}`,
  changes: (stack) =>
    blocks(stack).flatMap((block) =>
      change<Record<string, unknown>>(block, "", (props) => {
        props[name] = false;
        return true;
      }),
    ),
});

interface Statement {
  Sid?: string;
  Effect: string;
  Principal: unknown;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** Each bucket's policy with its statements edited. */
const statements = (name: string, edit: (list: Statement[]) => boolean | undefined): Operator => ({
  name,
  changes: (stack) => ofType(stack, "BucketPolicy").flatMap((policy) => document(policy, edit)),
});

function document(policy: Resource, edit: (list: Statement[]) => boolean | undefined): Change[] {
  return change<{ policy: string }>(policy, "", (props) => {
    const written = JSON.parse(props.policy) as { Statement: Statement[] };
    if (edit(written.Statement) === false) return false;
    props.policy = JSON.stringify(written);
    return true;
  });
}

const denies = (list: Statement[], part: string): Statement | undefined =>
  list.find(({ Effect, Condition }) => Effect === "Deny" && JSON.stringify(Condition).includes(part));

/** The statement that holds for a condition, edited. */
const denial = (name: string, part: string, edit: (statement: Statement) => void): Operator =>
  statements(name, (list) => {
    const found = denies(list, part);
    if (found === undefined) return false;
    edit(found);
    return true;
  });

const allow = (name: string, statement: Partial<Statement>): Operator =>
  statements(name, (list) => {
    list.push({
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: list[0]?.Resource,
      ...statement,
    });
    return true;
  });

const TLS = "aws:SecureTransport";
const ENDPOINT = "aws:SourceVpce";

/** Mistakes in databases and buckets. */
export const STORAGE_OPERATORS: readonly Operator[] = [
  databases("a database on the internet", { publiclyAccessible: true }),
  databases("a database without encryption", { storageEncrypted: false }),
  databases("a database whose encryption is left out", {}, "storageEncrypted"),
  databases("a database without deletion protection", { deletionProtection: false }),
  databases("a database without backups", { backupRetentionPeriod: 0 }),
  databases("a database without IAM authentication", { iamDatabaseAuthenticationEnabled: false }),
  databases("a database in the VPC's default group", {}, "vpcSecurityGroupIds"),
  databases("a database without any group", { vpcSecurityGroupIds: [] }),
  parameters("a database that takes connections without TLS", (own) => {
    for (const one of own) if (one.name === "rds.force_ssl") one.value = "0";
  }),
  { name: "a public access block left out", changes: (stack) => blocks(stack).map(removal) },
  flag("blockPublicAcls"),
  flag("blockPublicPolicy"),
  flag("ignorePublicAcls"),
  flag("restrictPublicBuckets"),
  {
    name: "a public access block of another bucket",
    changes: (stack) =>
      blocks(stack).flatMap((block) =>
        change<{ bucket: string }>(
          { ...block, propertyDependencies: { ...block.propertyDependencies, bucket: [] } },
          "",
          (props) => {
            props.bucket = "another";
            return true;
          },
        ),
      ),
  },
  {
    name: "a second bucket without anything",
    changes: (stack) =>
      ofType(stack, "s3/bucket:Bucket").map((bucket) =>
        addition(
          `beside ${bucket.name}`,
          beside(bucket, bucket.type, `${bucket.name}-second`, { bucket: "second" }),
        ),
      ),
  },
  { name: "a bucket's policy left out", changes: (stack) => ofType(stack, "BucketPolicy").map(removal) },
  statements("a bucket without TLS", (list) => {
    const found = denies(list, TLS);
    if (found) list.splice(list.indexOf(found), 1);
    return found !== undefined;
  }),
  statements("a bucket reached from anywhere", (list) => {
    const found = denies(list, ENDPOINT);
    if (found) list.splice(list.indexOf(found), 1);
    return found !== undefined;
  }),
  denial("a denial without TLS that allows", TLS, (statement) => (statement.Effect = "Allow")),
  denial("TLS asked of reading only", TLS, (statement) => (statement.Action = "s3:GetObject")),
  denial(
    "TLS asked of one principal",
    TLS,
    (statement) => (statement.Principal = { AWS: "arn:aws:iam::1:root" }),
  ),
  denial("the endpoint asked of reading only", ENDPOINT, (statement) => (statement.Action = "s3:GetObject")),
  denial("any endpoint", ENDPOINT, (statement) => {
    statement.Condition = { StringNotLike: { [ENDPOINT]: "vpce-*" } };
  }),
  denial("the endpoint's denial spares everybody", ENDPOINT, (statement) => {
    statement.Condition = { ...statement.Condition, ArnNotLike: { "aws:PrincipalArn": "*" } };
  }),
  denial("the endpoint's denial for one address only", ENDPOINT, (statement) => {
    statement.Condition = { ...statement.Condition, IpAddress: { "aws:SourceIp": "203.0.113.7/32" } };
  }),
  denial("the endpoint's denial for the objects only", ENDPOINT, (statement) => {
    statement.Resource = [statement.Resource].flat().filter((one) => String(one).endsWith("/*"));
  }),
  allow("a bucket for everybody", {}),
  allow("a bucket for every AWS account", { Principal: { AWS: "*" } }),
  allow("a bucket for everybody, by every action", { Action: "s3:*" }),
];
