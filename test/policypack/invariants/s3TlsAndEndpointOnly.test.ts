import { strict as assert } from "node:assert";
import { aws, bucket, bucketPolicy, statements } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "s3-tls-and-endpoint-only";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));
const [tls = {}, endpoint = {}] = statements("files");
const judged = (...list: object[]) => judge([bucket("files"), bucketPolicy("files", list)]);
const outside = (Condition: object) => ({ ...endpoint, Condition });
const place = { StringNotEquals: { "aws:SourceVpce": "vpce-1" } };

describe(NAME, () => {
  for (const [claim, list] of Object.entries({
    "no statement": [],
    "no denial without TLS": [endpoint],
    "a denial of some actions without TLS": [{ ...tls, Action: "s3:GetObject" }, endpoint],
    "a denial without TLS of the objects only": [{ ...tls, Resource: "arn:aws:s3:::files/*" }, endpoint],
    "a denial without TLS for one principal": [
      { ...tls, Principal: { AWS: "arn:aws:iam::1:root" } },
      endpoint,
    ],
    "a denial with TLS": [{ ...tls, Condition: { Bool: { "aws:SecureTransport": "true" } } }, endpoint],
    "no denial outside the endpoint": [tls],
    "a denial outside that leaves listing out": [
      tls,
      { ...endpoint, Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"] },
    ],
    "a denial outside any endpoint": [tls, outside({ StringNotLike: { "aws:SourceVpce": "vpce-*" } })],
    "a denial that spares everybody": [
      tls,
      outside({ ...place, ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::1:*" } }),
    ],
    "a denial that an address lifts": [
      tls,
      outside({ ...place, NotIpAddress: { "aws:SourceIp": "0.0.0.0/0" } }),
    ],
    "an allowance for everybody": [
      tls,
      endpoint,
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" },
    ],
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judged(...list), [`${NAME} files`]));
  }

  it("reports an allowance where a denial is meant: what it allows, and what isn't denied", () => {
    assert.deepEqual(judged({ ...tls, Effect: "Allow" }, endpoint), [`${NAME} files`, `${NAME} files`]);
  });

  for (const [claim, list] of Object.entries({
    "the two denials": [tls, endpoint],
    "a VPC instead of an endpoint": [tls, outside({ StringNotEquals: { "aws:SourceVpc": "vpc-1" } })],
    "AWS's own services spared": [tls, outside({ ...place, Bool: { "aws:PrincipalIsAWSService": "false" } })],
    "denials written wider": [
      { ...tls, Action: "*", Principal: { AWS: "*" }, Resource: "*" },
      { ...endpoint, Action: "s3:*", Condition: place },
    ],
    "an allowance for a role": [
      tls,
      endpoint,
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:role/a" }, Action: "s3:GetObject", Resource: "*" },
    ],
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judged(...list), []));
  }

  it("reports a bucket without any policy, and reads one that the bucket holds itself, as text or as a map", () => {
    assert.deepEqual(judge([bucket("files")]), [`${NAME} files`]);
    const policy = { Version: "2012-10-17", Statement: [tls, endpoint] };
    assert.deepEqual(judge([bucket("files", { policy: JSON.stringify(policy) })]), []);
    assert.deepEqual(judge([bucket("files", { policy })]), []);
    assert.deepEqual(judge([bucket("files", { policy: { Statement: tls } })]), [`${NAME} files`]);
  });

  it("judges the policy of another stack's bucket", () => {
    assert.deepEqual(judge([bucketPolicy("theirs", [tls])]), [`${NAME} theirs`]);
  });

  it("lets config drop the endpoint, not TLS", () => {
    const config = { requireEndpoint: false };
    assert.deepEqual(judge([bucketPolicy("files", [tls])], config), []);
    assert.deepEqual(judge([bucketPolicy("files", [endpoint])], config), [`${NAME} files`]);
  });

  it("names an unknown policy, a part of one, and an unknown bucket as not yet known", () => {
    const unknown = (props: object) => aws("s3/bucketPolicy:BucketPolicy", "p", props);
    assert.deepEqual(judge([unknown({ bucket: "files", policy: UNKNOWN })]), [`${NAME} p?`]);
    assert.deepEqual(judge([unknown({ bucket: "files", policy: { Statement: [UNKNOWN] } })]), [`${NAME} p?`]);
    const complete = JSON.stringify({ Statement: [tls, endpoint] });
    assert.deepEqual(judge([bucket("files"), unknown({ bucket: UNKNOWN, policy: complete })]), [
      `${NAME} files?`,
    ]);
  });
});
