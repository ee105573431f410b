import { strict as assert } from "node:assert";
import { accessBlock, ALL_BLOCKED, aws, bucket, COMPLIANT_AWS } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "s3-public-access-blocked";
const judge = (stack: readonly TestResource[]) => verdicts(run(stack, {}, { only: NAME }));
const block = (name: string, props: object, from?: readonly string[]) =>
  aws("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name, props, from && { bucket: from });

describe(NAME, () => {
  for (const type of ["s3/bucket:Bucket", "s3/bucketV2:BucketV2"]) {
    it(`reports an ${type} without a block, and is silent with one, by name or by what it was made from`, () => {
      const made = aws(type, "files", { bucket: "files" });
      const unnamed = aws(type, "files", {});
      assert.deepEqual(judge([made]), [`${NAME} files`]);
      assert.deepEqual(judge([made, accessBlock("files")]), []);
      assert.deepEqual(judge([unnamed, block("b", { bucket: UNKNOWN, ...ALL_BLOCKED }, ["files"])]), []);
      assert.deepEqual(judge([unnamed, bucket("other"), block("b", { bucket: "other", ...ALL_BLOCKED })]), [
        `${NAME} files`,
      ]);
    });
  }

  for (const flag of Object.keys(ALL_BLOCKED)) {
    it(`reports ${flag} off, left out or unknown`, () => {
      const withFlag = (value: unknown) =>
        judge([bucket("files"), accessBlock("files", { ...ALL_BLOCKED, [flag]: value })]);
      assert.deepEqual(withFlag(false), [`${NAME} files`]);
      assert.deepEqual(withFlag(undefined), [`${NAME} files`]);
      assert.deepEqual(withFlag(UNKNOWN), [`${NAME} files?`]);
    });
  }

  it("reports the same defect once", () => {
    const stack = [bucket("files"), accessBlock("files", { blockPublicAcls: true })];
    assert.deepEqual(judge(stack), [`${NAME} files`]);
  });

  it("judges a block of another stack's bucket by itself", () => {
    assert.deepEqual(judge([accessBlock("theirs", { ...ALL_BLOCKED, blockPublicAcls: false })]), [
      `${NAME} theirs`,
    ]);
  });

  it("takes a complete account block for all buckets, and no other", () => {
    const account = (flags: object) =>
      aws("s3/accountPublicAccessBlock:AccountPublicAccessBlock", "a", flags);
    assert.deepEqual(judge([bucket("files"), account(ALL_BLOCKED)]), []);
    assert.deepEqual(judge([bucket("files"), account({ ...ALL_BLOCKED, blockPublicAcls: UNKNOWN })]), [
      `${NAME} a?`,
      `${NAME} files?`,
    ]);
    assert.deepEqual(judge([bucket("files"), account({})]), [`${NAME} a`, `${NAME} files`]);
  });

  it("asks where a block's bucket isn't known", () => {
    assert.deepEqual(judge([bucket("files"), block("b", { bucket: UNKNOWN, ...ALL_BLOCKED })]), [
      `${NAME} files?`,
    ]);
  });

  it("is silent on a well-made stack", () => assert.deepEqual(judge(COMPLIANT_AWS), []));
});
