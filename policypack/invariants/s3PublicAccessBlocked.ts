import * as z from "zod";
import { BLOCK_FLAGS, type BucketFact, type PublicAccessBlockFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { refersTo, unreadBetween } from "../judgment";
import type { Unread } from "../values";

export const s3PublicAccessBlocked = stackInvariant({
  scope: "stack",
  name: "s3-public-access-blocked",
  description: "Every bucket blocks public access in all four ways.",
  stops:
    "Buckets (`aws.s3.Bucket` and `BucketV2`, of any version of the provider) without a BucketPublicAccessBlock in the stack, and blocks, also of buckets that other stacks make, that leave out one of the four flags: a flag that isn't written is off. A complete AccountPublicAccessBlock in the stack stands for all of its buckets.",
  remedy:
    "Add an aws.s3.BucketPublicAccessBlock with blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets true.",
  severity: "critical",
  config: z.strictObject({}),
  judge(facts) {
    const buckets = facts.filter((fact) => fact.kind === "Bucket");
    const blocks = facts.filter((fact) => fact.kind === "PublicAccessBlock");
    const ofAccount = blocks.filter(({ scope }) => scope === "account");
    if (ofAccount.some((block) => off(block).length === 0 && unreadIn(block).length === 0)) return [];
    return [
      ...buckets.flatMap((bucket) => judgeBucket(bucket, blocks, buckets)),
      ...blocks.flatMap(judgeBlock),
    ];
  },
});

const QUESTION = "the bucket blocks public access";

function judgeBucket(
  bucket: BucketFact,
  blocks: readonly PublicAccessBlockFact[],
  all: readonly BucketFact[],
): Finding[] {
  const related = blocks.map((block) => ({ block, match: refersTo(block.bucket, bucket, all) }));
  if (related.some(({ match }) => match === "yes")) return [];
  const perhaps = related.filter(({ match }) => match === "maybe").map(({ block }) => block);
  const account = blocks.filter(
    ({ scope, ...block }) => scope === "account" && off({ scope, ...block }).length === 0,
  );
  const open = [
    ...unreadBetween(bucket, perhaps),
    ...account.flatMap((block) => unreadIn(block).map((unread) => at(block, unread))),
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
