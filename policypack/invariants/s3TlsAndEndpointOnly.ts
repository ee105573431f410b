import * as z from "zod";
import type { BucketFact, Fact, PolicyDocument } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { type Condition, covers, readDocument, refersTo, type Statement, unreadBetween } from "../judgment";

export const s3TlsAndEndpointOnly = stackInvariant({
  scope: "stack",
  name: "s3-tls-and-endpoint-only",
  description:
    "A bucket's policy denies every request without TLS, and data requests that don't come through a VPC endpoint.",
  stops:
    "Buckets without a policy in the stack, and policies, also of buckets that other stacks make, that don't deny s3:* without TLS (aws:SecureTransport), or that don't deny reading, writing, deleting and listing to everyone except through a VPC endpoint (aws:SourceVpce) or VPC (aws:SourceVpc). A denial may spare principals by aws:PrincipalArn, or AWS's own services; with any other condition it denies too little to count. Also statements that allow everybody without a condition.",
  remedy:
    'Add to the bucket\'s policy: Deny s3:* where "aws:SecureTransport" is "false", and Deny the data actions where "aws:SourceVpce" isn\'t the endpoint.',
  severity: "high",
  config: z.strictObject({
    requireEndpoint: z.boolean().default(true).describe("Whether data may pass through VPC endpoints only."),
  }),
  example: { requireEndpoint: false },
  judge(facts, { requireEndpoint }) {
    const buckets = facts.filter((fact) => fact.kind === "Bucket");
    return [
      ...buckets.flatMap((bucket) => judgeBucket(bucket, facts, buckets, requireEndpoint)),
      ...facts.flatMap((fact) =>
        fact.kind === "BucketPolicy" ? judgeDocument(fact, fact.policy, requireEndpoint) : [],
      ),
    ];
  },
});

const QUESTION = "the bucket is reached by TLS and through its endpoint only";

function judgeBucket(
  bucket: BucketFact,
  facts: readonly Fact[],
  all: readonly BucketFact[],
  requireEndpoint: boolean,
): Finding[] {
  const policies = facts.filter((fact) => fact.kind === "BucketPolicy");
  const matches = policies.map((policy) => ({ policy, match: refersTo(policy.bucket, bucket, all) }));
  if (matches.some(({ match }) => match === "yes")) return [];
  if (bucket.policy !== undefined) return judgeDocument(bucket, bucket.policy, requireEndpoint);
  const perhaps = unreadBetween(
    bucket,
    matches.filter(({ match }) => match === "maybe").map(({ policy }) => policy),
  );
  if (perhaps.length > 0) return [undecided(bucket, perhaps, QUESTION)];
  return [
    violation(bucket, {
      wrong: "has no policy",
      why: "whoever has credentials for it may read it from anywhere, and without TLS",
      evidence: "no BucketPolicy of the stack names it",
      remedy: REMEDY,
    }),
  ];
}

const REMEDY =
  'add an aws.s3.BucketPolicy that denies s3:* where Bool {"aws:SecureTransport": "false"}, and the data actions where StringNotEquals {"aws:SourceVpce": ENDPOINT}';

function judgeDocument(
  of: Pick<Fact, "subject" | "title">,
  policy: PolicyDocument,
  requireEndpoint: boolean,
): Finding[] {
  if (!policy.known) return [undecided(of, [policy], QUESTION)];
  const statements = readDocument(policy.value) ?? [];
  const open = statements.filter(
    ({ effect, everyone, conditions }) => effect === "Allow" && everyone && conditions.length === 0,
  );
  const lacking = [
    ...(statements.some(deniesWithoutTls) ? [] : ["deny requests without TLS"]),
    ...(!requireEndpoint || coversData(statements.filter(deniesOutside))
      ? []
      : ["deny data requests that don't come through a VPC endpoint"]),
  ];
  const allowing = open.map(({ sid }) => `${sid} allows everybody without a condition`);
  if (lacking.length === 0 && open.length === 0) return [];
  return [
    violation(of, {
      wrong: [
        ...(lacking.length > 0 ? [`doesn't ${lacking.join(" nor ")}`] : []),
        ...(open.length > 0 ? ["allows everybody"] : []),
      ].join(" and "),
      why: "credentials that leak are good from anywhere",
      evidence: [
        ...allowing,
        ...(lacking.length > 0 ? [`its ${statements.length} statements don't`] : []),
      ].join("; "),
      remedy: lacking.length > 0 ? REMEDY : `name the principals in ${open.map(({ sid }) => sid).join(", ")}`,
    }),
  ];
}

/** Conditions that spare principals, or AWS's services, without opening the rest. */
const SPARING: readonly RegExp[] = [
  /^(arn|string)not(equals|like)(ifexists)? aws:principalarn$/,
  /^bool(ifexists)? aws:(principalisawsservice|viaawsservice)$/,
];

const isSparing = ({ operator, key, values }: Condition): boolean =>
  SPARING.some((pattern) => pattern.test(`${operator} ${key}`)) &&
  (operator.startsWith("bool") ? values.every((value) => value === "false") : !values.some(isAnybody));

/** A pattern that means all principals, or those of a whole account. */
const isAnybody = (value: string): boolean => /^(\*|arn:[^:]*:iam::[^:]*:\*)$/.test(value);

function deniesWithoutTls({ effect, everyone, actions, resources, conditions }: Statement): boolean {
  const tls = conditions.filter(
    ({ operator, key, values }) =>
      /^bool(ifexists)?$/.test(operator) && key === "aws:securetransport" && values.join() === "false",
  );
  return (
    effect === "Deny" &&
    everyone &&
    tls.length > 0 &&
    tls.length === conditions.length &&
    (actions.includes("*") || covers(actions, "s3:*")) &&
    coversBucket(resources)
  );
}

function deniesOutside({ effect, everyone, conditions, resources }: Statement): boolean {
  const place = conditions.filter(isPlace);
  return (
    effect === "Deny" &&
    everyone &&
    place.length === 1 &&
    conditions.every((condition) => isPlace(condition) || isSparing(condition)) &&
    coversBucket(resources)
  );
}

const isPlace = ({ operator, key, values }: Condition): boolean =>
  /^stringnot(equals|equalsignorecase|like)(ifexists)?$/.test(operator) &&
  (key === "aws:sourcevpce" || key === "aws:sourcevpc") &&
  values.length > 0 &&
  !values.some((value) => value.includes("*"));

/** What reads, changes and lists data, one of each kind. */
const DATA = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"] as const;

const coversData = (statements: readonly Statement[]): boolean =>
  DATA.every((action) => statements.some(({ actions }) => covers(actions, action)));

/** Whether both a bucket and its objects are named; which bucket it is, AWS checks. */
const coversBucket = (resources: readonly string[]): boolean =>
  resources.includes("*") ||
  (resources.some((resource) => /^arn:[^:]*:s3:::[^/]+$/.test(resource)) &&
    resources.some((resource) => /^arn:[^:]*:s3:::[^/]+\/\*$/.test(resource))) ||
  resources.some((resource) => /^arn:[^:]*:s3:::[^/]*\*$/.test(resource));
