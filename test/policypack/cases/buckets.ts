// Longer than most: a table, one row a case.
import { accessBlock, ALL_BLOCKED, aws, bucket, statements } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import type { Case } from "./case";

const KEPT = "s3-tls-and-endpoint-only";
const BLOCKED = "s3-public-access-blocked";
const [tls = {}, endpoint = {}] = statements("files");
const Resource = ["arn:aws:s3:::files", "arn:aws:s3:::files/*"];

/** A bucket's policy as text, or as a map where a part of it isn't known. */
const kept = (list: readonly unknown[], form: "text" | "map" = "text"): TestResource =>
  aws("s3/bucketPolicy:BucketPolicy", "files", {
    bucket: "files",
    policy: form === "text" ? JSON.stringify({ Statement: list }) : { Statement: list },
  });

type Row = readonly [
  id: string,
  idea: string,
  source: string,
  statements: readonly unknown[],
  expected: readonly string[],
];

const row = ([id, idea, source, list, expected]: Row): Case => ({
  id: `bucket-${id}`,
  idea,
  source,
  policies: [KEPT],
  stack: [kept(list, list.some((one) => JSON.stringify(one).includes(UNKNOWN)) ? "map" : "text")],
  expected,
});

const BAD = [`${KEPT} files`];
const allow = (change: object) => ({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource,
  ...change,
});
const outside = (Condition: object, change: object = {}) => ({ ...endpoint, Condition, ...change });
const vpce = { "aws:SourceVpce": "vpce-1" };
const spare = (operator: string, key: string, ...values: string[]) =>
  outside({ StringNotEquals: vpce, [operator]: { [key]: values } });

const CHECKOV = "Checkov's check about bucket policies that allow any principal";
const PROWLER = "Prowler's check about public bucket policies";
const AWS_PUBLIC = "AWS's own meaning of a public bucket policy";
const ATTACK = "an attacker with commit rights";
const PERIMETER = "AWS's examples of a data perimeter";

const POLICIES: readonly Row[] = [
  [
    "kept",
    "TLS only, and data through the endpoint only",
    "AWS's examples of bucket policies",
    [tls, endpoint],
    [],
  ],
  ["public-read", "Everybody may read objects", CHECKOV, [tls, endpoint, allow({})], BAD],
  [
    "public-read-aws",
    "Everybody written as AWS: *",
    CHECKOV,
    [tls, endpoint, allow({ Principal: { AWS: "*" } })],
    BAD,
  ],
  [
    "public-read-listed",
    "Everybody in a list beside a named role",
    CHECKOV,
    [tls, endpoint, allow({ Principal: { AWS: ["arn:aws:iam::111122223333:role/a", "*"] } })],
    BAD,
  ],
  [
    "federated-everyone",
    "Every federated user",
    PROWLER,
    [tls, endpoint, allow({ Principal: { Federated: "*" } })],
    BAD,
  ],
  [
    "not-principal-allow",
    "Everyone but one user, by NotPrincipal",
    "AWS's warning about NotPrincipal with Allow",
    [
      tls,
      endpoint,
      allow({ Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:user/a" } }),
    ],
    BAD,
  ],
  [
    "secure-transport-alone",
    "Everybody who comes with TLS may read",
    PROWLER,
    [tls, endpoint, allow({ Condition: { Bool: { "aws:SecureTransport": "true" } } })],
    BAD,
  ],
  [
    "every-address",
    "Everybody from 0.0.0.0/0 may read",
    PROWLER,
    [tls, endpoint, allow({ Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } })],
    BAD,
  ],
  [
    "address-halves",
    "Everybody from the two halves of the internet may read",
    ATTACK,
    [tls, endpoint, allow({ Condition: { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } } })],
    BAD,
  ],
  [
    "every-role",
    "Everybody whose principal looks like a role may read",
    ATTACK,
    [tls, endpoint, allow({ Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } } })],
    BAD,
  ],
  [
    "not-one-user",
    "Everybody but one user, by a condition",
    ATTACK,
    [
      tls,
      endpoint,
      allow({ Condition: { StringNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/a" } } }),
    ],
    BAD,
  ],
  [
    "narrow-if-exists",
    "A VPC's condition that holds where there is no VPC",
    ATTACK,
    [tls, endpoint, allow({ Condition: { StringEqualsIfExists: { "aws:SourceVpc": "vpc-1" } } })],
    BAD,
  ],
  [
    "for-all-values",
    "A condition for all values, which no value satisfies too",
    "AWS's warning about ForAllValues with Allow",
    [
      tls,
      endpoint,
      allow({ Condition: { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }),
    ],
    BAD,
  ],
  [
    "any-vpce",
    "A pattern that is any endpoint of anybody",
    AWS_PUBLIC,
    [tls, endpoint, allow({ Condition: { StringLike: { "aws:SourceVpce": "vpce-*" } } })],
    BAD,
  ],
  [
    "referer",
    "Everybody who sends a referer may read",
    "Prowler's check about public bucket policies",
    [tls, endpoint, allow({ Condition: { StringLike: { "aws:Referer": "https://example.com/*" } } })],
    BAD,
  ],
  [
    "organization",
    "Everybody of the organization may read",
    AWS_PUBLIC,
    [tls, endpoint, allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } })],
    [],
  ],
  [
    "one-account",
    "Everybody of one account may read",
    AWS_PUBLIC,
    [tls, endpoint, allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } } })],
    [],
  ],
  [
    "one-endpoint",
    "Everybody through one endpoint may read",
    AWS_PUBLIC,
    [tls, endpoint, allow({ Condition: { StringEquals: vpce, Bool: { "aws:SecureTransport": "true" } } })],
    [],
  ],
  [
    "office-addresses",
    "Everybody from an office's addresses may read",
    AWS_PUBLIC,
    [
      tls,
      endpoint,
      allow({ Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "198.51.100.7"] } } }),
    ],
    [],
  ],
  [
    "log-delivery",
    "A service of AWS delivers logs for one account",
    "AWS's examples of bucket policies",
    [
      tls,
      endpoint,
      allow({
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      }),
    ],
    [],
  ],
  [
    "roles-of-one-account",
    "Roles of one account by the beginning of their name",
    AWS_PUBLIC,
    [
      tls,
      endpoint,
      allow({ Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app-*" } } }),
    ],
    [],
  ],
  ["no-tls", "Nothing is denied without TLS", "AWS Config's rule about TLS for buckets", [endpoint], BAD],
  [
    "tls-of-objects",
    "TLS for objects, not for the bucket",
    "AWS Config's rule about TLS for buckets",
    [{ ...tls, Resource: Resource[1] }, endpoint],
    BAD,
  ],
  [
    "tls-one-condition-more",
    "The TLS denial has a second condition, so that it denies only strangers",
    ATTACK,
    [
      {
        ...tls,
        Condition: {
          Bool: { "aws:SecureTransport": "false" },
          StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
        },
      },
      endpoint,
    ],
    BAD,
  ],
  [
    "tls-not-principal",
    "The TLS denial spares a user by NotPrincipal",
    ATTACK,
    [{ ...tls, Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:user/a" } }, endpoint],
    BAD,
  ],
  [
    "tls-split",
    "The TLS denial in two statements, one for the bucket and one for its objects",
    "a policy as people generate it",
    [{ ...tls, Resource: Resource[0] }, { ...tls, Resource: Resource[1] }, endpoint],
    [],
  ],
  [
    "tls-split-in-part",
    "The TLS denial in two statements that both are for objects",
    ATTACK,
    [{ ...tls, Resource: Resource[1] }, { ...tls, Resource: Resource[1] }, endpoint],
    BAD,
  ],
  [
    "deny-not-action",
    "Denials of everything but what manages accounts' lists, by NotAction",
    "a policy as people write it",
    [
      { ...tls, Action: undefined, NotAction: "s3:ListAllMyBuckets" },
      { ...endpoint, Action: undefined, NotAction: ["s3:GetBucketLocation"] },
    ],
    [],
  ],
  [
    "deny-not-action-reading",
    "A denial of everything but reading, by NotAction",
    ATTACK,
    [tls, { ...endpoint, Action: undefined, NotAction: ["s3:GetObject"] }],
    BAD,
  ],
  [
    "not-resource",
    "A denial for all resources but the objects",
    ATTACK,
    [tls, { ...endpoint, Resource: undefined, NotResource: Resource }],
    BAD,
  ],
  ["no-endpoint", "Nothing is denied outside the endpoint", "AWS's examples of bucket policies", [tls], BAD],
  [
    "endpoint-without-versions",
    "Older versions of objects may be read from anywhere",
    ATTACK,
    [tls, { ...endpoint, Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject*", "s3:ListBucket*"] }],
    BAD,
  ],
  [
    "endpoint-deletes-versions",
    "Older versions of objects may be deleted from anywhere",
    ATTACK,
    [tls, { ...endpoint, Action: ["s3:GetObject*", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket*"] }],
    BAD,
  ],
  [
    "endpoint-or-vpc",
    "Through the endpoint or from the VPC, in one operator",
    "a policy as people write it",
    [tls, outside({ StringNotEquals: { ...vpce, "aws:SourceVpc": "vpc-1" } })],
    [],
  ],
  [
    "endpoint-if-exists",
    "The operator that also denies what has no endpoint",
    "a policy as people write it",
    [tls, outside({ StringNotEqualsIfExists: vpce })],
    [],
  ],
  [
    "endpoint-equals",
    "The denial is for those who come through the endpoint",
    "a mistake that people make",
    [tls, outside({ StringEquals: vpce })],
    BAD,
  ],
  [
    "spares-a-role",
    "The deploying role is spared",
    "AWS's blog on restricting buckets",
    [tls, spare("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/deploy")],
    [],
  ],
  [
    "spares-by-user-id",
    "A role is spared by its id",
    "AWS's blog on restricting buckets",
    [tls, spare("StringNotLike", "aws:userid", "AROAEXAMPLEID1234567:*")],
    [],
  ],
  [
    "spares-every-role",
    "Every role of the account is spared",
    ATTACK,
    [tls, spare("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*")],
    BAD,
  ],
  [
    "spares-every-user",
    "Every user of the account is spared",
    ATTACK,
    [tls, spare("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:user/*")],
    BAD,
  ],
  [
    "spares-any-account",
    "A role's name in any account is spared",
    ATTACK,
    [tls, spare("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy")],
    BAD,
  ],
  [
    "spares-every-id",
    "Every role's session is spared by its id",
    ATTACK,
    [tls, spare("StringNotLike", "aws:userid", "AROA*")],
    BAD,
  ],
  [
    "spares-the-internet",
    "Every address is spared",
    ATTACK,
    [tls, spare("NotIpAddress", "aws:SourceIp", "0.0.0.0/0")],
    BAD,
  ],
  [
    "spares-an-office",
    "An office's addresses are spared",
    PERIMETER,
    [tls, spare("NotIpAddressIfExists", "aws:SourceIp", "203.0.113.0/24")],
    [],
  ],
  [
    "addresses-only",
    "Only addresses are asked, no endpoint",
    "a mistake that people make",
    [tls, outside({ NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } })],
    BAD,
  ],
  [
    "data-perimeter",
    "The network perimeter as AWS publishes it, without third parties",
    PERIMETER,
    [
      tls,
      outside(
        {
          NotIpAddressIfExists: { "aws:SourceIp": "203.0.113.0/24" },
          StringNotEqualsIfExists: {
            "aws:SourceVpc": "vpc-1",
            "aws:PrincipalTag/network-perimeter-exception": "true",
          },
          BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
          ArnNotLikeIfExists: { "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/aws-service-role/*"] },
        },
        { Action: "s3:*" },
      ),
    ],
    [],
  ],
  [
    "spares-an-account",
    "A whole account is spared, and nobody says whether it is the bucket's own",
    PERIMETER,
    [tls, spare("StringNotEqualsIfExists", "aws:PrincipalAccount", "111122223333")],
    [`${KEPT} files?`],
  ],
  [
    "unknown-resource-of-an-allowance",
    "Everybody may read what isn't known yet: it is something of the bucket",
    "a program that writes Resource: bucket.arn",
    [tls, endpoint, allow({ Resource: UNKNOWN })],
    BAD,
  ],
  [
    "unknown-resource-beside",
    "An unknown resource of one statement hides nothing of the others",
    "a program that writes Resource: bucket.arn",
    [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:role/a" },
        Action: "s3:GetObject",
        Resource: UNKNOWN,
      },
      allow({}),
    ],
    [...BAD, `${KEPT} files`].slice(1),
  ],
  [
    "unknown-resources-of-denials",
    "The denials' resources aren't known yet",
    "a program that writes Resource: bucket.arn",
    [
      { ...tls, Resource: [UNKNOWN, UNKNOWN] },
      { ...endpoint, Resource: [UNKNOWN, UNKNOWN] },
    ],
    [`${KEPT} files?`],
  ],
  [
    "unknown-endpoint",
    "The endpoint's id isn't known yet, and the denial leaves reading out anyway",
    "a program that writes the endpoint's id",
    [tls, { ...outside({ StringNotEquals: { "aws:SourceVpce": UNKNOWN } }), Action: "s3:PutObject" }],
    BAD,
  ],
  [
    "unknown-condition-value",
    "An allowance whose organization isn't known yet",
    "a program that writes the organization's id",
    [tls, endpoint, allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": UNKNOWN } } })],
    [`${KEPT} files?`],
  ],
  [
    "unknown-principal",
    "An allowance whose principal isn't known yet",
    "a program that writes a role's ARN",
    [tls, endpoint, allow({ Principal: { AWS: UNKNOWN } })],
    [`${KEPT} files?`],
  ],
];

const account = (flags: object, name = "account"): TestResource =>
  aws("s3/accountPublicAccessBlock:AccountPublicAccessBlock", name, flags);
const inAccount = (resource: TestResource, id: string): TestResource => ({
  ...resource,
  provider: { name: `in-${id}`, props: { allowedAccountIds: JSON.stringify([id]) } },
});

const blocks = (
  id: string,
  idea: string,
  stack: readonly TestResource[],
  expected: readonly string[],
): Case => ({
  id: `bucket-${id}`,
  idea,
  source: "AWS's guide to blocking public access, and an attacker with commit rights",
  policies: [BLOCKED],
  stack,
  expected,
});

export const BUCKET_CASES: readonly Case[] = [
  ...POLICIES.map(row),
  blocks("blocked", "A bucket with its complete block", [bucket("files"), accessBlock("files")], []),
  blocks("unblocked", "A bucket without any block", [bucket("files")], [`${BLOCKED} files`]),
  blocks(
    "account-block",
    "The account's block stands for its buckets",
    [bucket("files"), account(ALL_BLOCKED)],
    [],
  ),
  blocks(
    "other-accounts-block",
    "A block that is written for another account says nothing of these buckets",
    [inAccount(bucket("files"), "111122223333"), account({ ...ALL_BLOCKED, accountId: "999999999999" })],
    [`${BLOCKED} files`],
  ),
  blocks(
    "written-account",
    "A block for a written account, which may be the buckets' own",
    [bucket("files"), account({ ...ALL_BLOCKED, accountId: "999999999999" })],
    [`${BLOCKED} files?`],
  ),
  blocks(
    "own-account-written",
    "A block for the account that the buckets' provider allows",
    [inAccount(bucket("files"), "111122223333"), account({ ...ALL_BLOCKED, accountId: "111122223333" })],
    [],
  ),
  blocks(
    "other-providers-block",
    "A block by the provider of another account",
    [inAccount(bucket("files"), "111122223333"), inAccount(account(ALL_BLOCKED), "999999999999")],
    [`${BLOCKED} files`],
  ),
];
