import * as z from "zod";
import { BLOCK_FLAGS, type BucketFact, type PublicAccessBlockFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { refersTo, unreadBetween } from "../judgment";
import type { Match } from "../../kubernetes";
import type { Unread } from "../values";

export const s3PublicAccessBlocked = stackInvariant({
  scope: "stack",
  name: "s3-public-access-blocked",
  description: "Every bucket and access point blocks public access in all four ways.",
  stops:
    "Buckets (`aws.s3.Bucket` and `BucketV2`, of any version of the provider) without a BucketPublicAccessBlock in the stack, and blocks, also of buckets that other stacks make, that leave out one of the four flags: a flag that isn't written is off. A complete AccountPublicAccessBlock in the stack stands for the buckets of its own account: those of the same provider, or of an account that both providers name. Access points, also of several regions, that turn off one of their own flags, which are on unless written. Directory buckets always block public access.",
  remedy:
    "Add an aws.s3.BucketPublicAccessBlock with blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets true.",
  severity: "critical",
  config: z.strictObject({}),
  judge(facts) {
    // Public access to a directory bucket is always blocked. Source: Amazon S3 user guide, "Differences for directory buckets".
    const buckets = facts.filter((fact) => fact.kind === "Bucket").filter(({ isDirectory }) => !isDirectory);
    const blocks = facts.filter((fact) => fact.kind === "PublicAccessBlock");
    const ofAccount = blocks.filter((block) => block.scope === "account" && off(block).length === 0);
    return [
      ...buckets.flatMap((bucket) => judgeBucket(bucket, blocks, buckets, ofAccount)),
      ...blocks.flatMap((block) => (isCovered(block, ofAccount) ? [] : judgeBlock(block))),
    ];
  },
});

const QUESTION = "the bucket blocks public access";

function judgeBucket(
  bucket: BucketFact,
  blocks: readonly PublicAccessBlockFact[],
  all: readonly BucketFact[],
  ofAccount: readonly PublicAccessBlockFact[],
): Finding[] {
  if (isCovered(bucket, ofAccount)) return [];
  const related = blocks.map((block) => ({ block, match: refersTo(block.bucket, bucket, all) }));
  if (related.some(({ match }) => match === "yes")) return [];
  const perhaps = related.filter(({ match }) => match === "maybe").map(({ block }) => block);
  const open = [
    ...unreadBetween(bucket, perhaps),
    ...ofAccount.flatMap((block) => doubtsOf(block, bucket).map((unread) => at(block, unread))),
  ];
  if (open.length > 0) return [undecided(bucket, open, QUESTION)];
  return [
    violation(bucket, {
      wrong: "has no public access block",
      why: "one ACL or policy can make its objects public",
      evidence: "no BucketPublicAccessBlock of the stack names it",
      remedy: `add new aws.s3.BucketPublicAccessBlock(NAME, { bucket: BUCKET.bucket, ${BLOCK_FLAGS.map((flag) => `${flag}: true`).join(", ")} })`,
    }),
  ];
}

/** Whether a complete block of an account is certainly that of something's own account. */
const isCovered = (
  { subject }: Pick<BucketFact, "subject">,
  ofAccount: readonly PublicAccessBlockFact[],
): boolean =>
  ofAccount.some(
    (block) =>
      block.subject !== subject && unreadIn(block).length === 0 && accountsMatch(block, subject) === "yes",
  );

/** Whether a block's account is that of a bucket: by what is written and what their providers say; the same provider is the same account. */
function accountsMatch({ accountId, subject }: PublicAccessBlockFact, bucket: BucketFact["subject"]): Match {
  if (!accountId.known) return "maybe";
  if (accountId.value === undefined && subject.provider === bucket.provider) return "yes";
  const account = accountId.value ?? subject.account;
  if (account === undefined || bucket.account === undefined) return "maybe";
  return account === bucket.account ? "yes" : "no";
}

/** What keeps open whether an account's block holds for a bucket. */
function doubtsOf(block: PublicAccessBlockFact, { subject }: BucketFact): Unread[] {
  const match = accountsMatch(block, subject);
  if (match === "no") return [];
  const { accountId } = block;
  const whose: Unread = accountId.known
    ? { known: false, path: "accountId", because: "whether it is the bucket's own account" }
    : accountId;
  return [...unreadIn(block), ...(match === "maybe" ? [whose] : [])];
}

const at = (block: PublicAccessBlockFact, unread: Unread): Unread => ({
  ...unread,
  path: `${block.title} ${unread.path}`,
});

function judgeBlock(block: PublicAccessBlockFact): Finding[] {
  const lacking = off(block);
  const unread = unreadIn(block);
  return [
    ...(lacking.length === 0
      ? []
      : [
          violation(block, {
            wrong: `leaves public access open by ${lacking.join(", ")}`,
            why: "one ACL or policy can make objects public",
            evidence: lacking.map((flag) => `${flag} isn't true`).join("; "),
            remedy: `write ${lacking.map((flag) => `${flag}: true`).join(", ")}`,
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(block, unread, QUESTION)]),
  ];
}

const off = ({ flags }: PublicAccessBlockFact): string[] =>
  [...flags].flatMap(([flag, value]) => (value.known && !value.value ? [flag] : []));

const unreadIn = ({ flags }: PublicAccessBlockFact): Unread[] =>
  [...flags.values()].flatMap((value) => (value.known ? [] : [value]));
