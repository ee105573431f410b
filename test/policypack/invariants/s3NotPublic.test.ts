import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "s3-not-public";
const judge = (resource: TestResource) => run([resource], {}, { only: NAME });
const acl = (props: object) => aws("s3/bucketAcl:BucketAcl", "acl", props);
const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";

describe(NAME, () => {
  it("says what an ACL grants, and to whom", () => {
    assert.deepEqual(
      judge(acl({ acl: "public-read" })).map(({ message }) => message),
      [
        'BucketAcl (resource "acl") has a public ACL, so everybody may read. Evidence: acl is public-read. ' +
          'Remedy: write acl: "private", or leave it out.',
      ],
    );
  });

  it("names the grant among others, beside one that isn't known", () => {
    const grants = [
      { grantee: { id: "canonical" }, permission: "FULL_CONTROL" },
      { grantee: { uri: ALL_USERS }, permission: "READ" },
      { grantee: { uri: UNKNOWN }, permission: "READ" },
    ];
    const reports = judge(acl({ accessControlPolicy: { grants } }));
    assert.deepEqual(verdicts(reports), [`${NAME} acl`, `${NAME} acl?`]);
    assert.ok(reports[0]?.message.includes("accessControlPolicy.grants[1].grantee.uri means everybody"));
  });

  it("is silent on a bucket that says nothing of ACLs and websites", () => {
    assert.deepEqual(judge(aws("s3/bucket:Bucket", "b", { bucket: "b", tags: {} })), []);
  });

  it("tells a bucket's ACL and its website apart", () => {
    const both = aws("s3/bucket:Bucket", "b", { acl: "public-read", website: { indexDocument: "i" } });
    assert.deepEqual(verdicts(judge(both)), [`${NAME} b`, `${NAME} b`]);
  });
});
