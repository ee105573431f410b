import * as z from "zod";
import {
  type BucketFact,
  type BucketPolicyFact,
  type Fact,
  type DocumentFact,
  type StatementFact,
  unreadInStatement,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  allowanceText,
  type BucketDenial,
  isDenied,
  nearMiss,
  openStatements,
  OUTSIDE_ENDPOINT,
  refersTo,
  SESSION_OUTSIDE_ENDPOINT,
  unreadBetween,
  WITHOUT_TLS,
} from "../judgment";

export const s3TlsAndEndpointOnly = stackInvariant({
  scope: "stack",
  name: "s3-tls-and-endpoint-only",
  description:
    "A bucket's policy denies every request without TLS, and data requests that don't come through a VPC endpoint.",
  stops:
    "Buckets without a policy in the stack, and policies, also of buckets that other stacks make, that don't deny s3:* without TLS (aws:SecureTransport), or that don't deny reading, writing, deleting and listing to everyone except through a VPC endpoint (aws:SourceVpce) or VPC (aws:SourceVpc). A denial may spare principals by aws:PrincipalArn, or AWS's own services; with any other condition it denies too little to count. Also statements that allow everybody without a condition. A directory bucket's policy has to deny sessions (s3express:CreateSession) outside an endpoint; without TLS nobody reaches it.",
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
      ...buckets.flatMap((bucket) =>
        bucket.isDirectory && !requireEndpoint ? [] : judgeBucket(bucket, facts, buckets, requireEndpoint),
      ),
      ...facts.flatMap((fact) =>
        fact.kind === "BucketPolicy"
          ? judgeDocument(fact, fact.policy, demandsOf(isOfDirectory(fact, buckets), requireEndpoint))
          : [],
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
  const demands = demandsOf(bucket.isDirectory, requireEndpoint);
  if (bucket.policy !== undefined) return judgeDocument(bucket, bucket.policy, demands);
  const perhaps = unreadBetween(
    bucket,
    matches.filter(({ match }) => match === "maybe").map(({ policy }) => policy),
  );
  if (perhaps.length > 0) return [undecided(bucket, perhaps, QUESTION)];
  return [
    violation(bucket, {
      wrong: "has no policy",
      why: bucket.isDirectory
        ? "whoever has credentials for it may read it from anywhere"
        : "whoever has credentials for it may read it from anywhere, and without TLS",
      evidence: "no BucketPolicy of the stack names it",
      remedy: `add an aws.s3.BucketPolicy that denies ${remedyOf(demands)}`,
    }),
  ];
}

/** What a bucket's policy has to deny. */
function demandsOf(isDirectory: boolean, requireEndpoint: boolean): readonly BucketDenial[] {
  if (isDirectory) return requireEndpoint ? [SESSION_OUTSIDE_ENDPOINT] : [];
  return [WITHOUT_TLS, ...(requireEndpoint ? [OUTSIDE_ENDPOINT] : [])];
}

/** The end of each directory bucket's name. Source: Amazon S3 user guide, "Directory bucket naming rules". */
const DIRECTORY_SUFFIX = "--x-s3";

/** Whether a policy is a directory bucket's: by its name, or by what it was made from. */
function isOfDirectory({ bucket }: BucketPolicyFact, all: readonly BucketFact[]): boolean {
  if (bucket?.id.known === true) return bucket.id.value.endsWith(DIRECTORY_SUFFIX);
  const named = all.filter(({ subject }) => bucket?.from?.includes(subject.urn));
  return named.length > 0 && named.every(({ isDirectory }) => isDirectory);
}

/** What has to be denied, each as the end of "deny …". A bucket has one policy: where it has one already, statements are added to that. */
const remedyOf = (demands: readonly BucketDenial[]): string =>
  demands.map((denial) => REMEDIES.get(denial) ?? denial.text).join(", and ");

const REMEDIES: ReadonlyMap<BucketDenial, string> = new Map([
  [SESSION_OUTSIDE_ENDPOINT, 's3express:CreateSession where StringNotEquals {"aws:SourceVpce": ENDPOINT}'],
  [WITHOUT_TLS, 's3:* where Bool {"aws:SecureTransport": "false"}'],
  [OUTSIDE_ENDPOINT, 'the data actions where StringNotEquals {"aws:SourceVpce": ENDPOINT}'],
]);

function judgeDocument(
  of: Pick<Fact, "subject" | "title">,
  policy: DocumentFact,
  demanded: readonly BucketDenial[],
): Finding[] {
  if (!policy.known) return [undecided(of, [policy], QUESTION)];
  const statements = policy.value;
  const answers = demanded.map((denial) => ({ denial, answer: isDenied(statements, denial) }));
  const lacking = answers.flatMap(({ denial, answer }) => (answer === "no" ? [denial] : []));
  const allowances = openStatements(statements);
  const { open } = allowances;
  const unread = [
    ...(answers.some(({ answer }) => answer === "maybe") ? statements.flatMap(unreadInStatement) : []),
    ...allowances.unread,
  ];
  return [
    ...(open.length === 0 ? [] : [violation(of, explainOpen(open))]),
    ...(lacking.length === 0 ? [] : [violation(of, explainLacking(lacking, statements, open.length > 0))]),
    ...(answers.some(({ answer }) => answer === "maybe") && unread.length === 0
      ? [undecided(of, SPARED_ACCOUNT, QUESTION)]
      : unread.length === 0
        ? []
        : [undecided(of, unread, QUESTION)]),
  ];
}

/** What keeps a denial open that spares a whole account. */
const SPARED_ACCOUNT = [
  {
    known: false as const,
    path: "aws:PrincipalAccount",
    because: "whether the account that it spares is another than the bucket's",
  },
];

function explainOpen(open: readonly StatementFact[]) {
  return {
    wrong: "allows everybody",
    why: "anyone on the internet may do what it allows, without any credentials of yours",
    evidence: open.map(allowanceText).join("; "),
    remedy: `name the principals in ${open.map(({ name }) => name).join(", ")}, or narrow it by aws:PrincipalOrgID, aws:SourceVpce or aws:SourceAccount with fixed values`,
  };
}

function explainLacking(
  lacking: readonly BucketDenial[],
  statements: readonly StatementFact[],
  isOpen: boolean,
) {
  const near = lacking.flatMap((denial) =>
    statements.flatMap((statement) => nearMiss(statement, denial) ?? []),
  );
  return {
    wrong: `doesn't ${lacking.map(({ text }) => text).join(" nor ")}`,
    why: lacking.every((denial) => denial === WITHOUT_TLS)
      ? "its data may cross the network where others can read it"
      : isOpen
        ? "whoever it lets in may come from anywhere"
        : "leaked credentials work from anywhere",
    evidence:
      near.length > 0 ? [...new Set(near)].join("; ") : NOTHING[statements.length === 0 ? "empty" : "other"],
    remedy: `add statements to this policy that deny ${remedyOf(lacking)}`,
  };
}

const NOTHING = {
  empty: "it has no statement",
  other: "none of its statements denies that by aws:SecureTransport, aws:SourceVpce or aws:SourceVpc",
} as const;
