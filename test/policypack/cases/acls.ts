import { aws } from "../aws";
import { UNKNOWN } from "../helpers";
import { type Case, caseOf } from "./case";

const PUBLIC = "s3-not-public";

const ACL_SOURCE = "tfsec's and Checkov's checks about public ACLs";
const ACLS: readonly (readonly [string, string])[] = [
  ["bucket-acl", "s3/bucketAcl:BucketAcl"],
  ["bucket-acl-v2", "s3/bucketAclV2:BucketAclV2"],
  ["inline-acl", "s3/bucket:Bucket"],
  ["object-acl", "s3/bucketObjectv2:BucketObjectv2"],
  ["older-object-acl", "s3/bucketObject:BucketObject"],
  ["copied-object-acl", "s3/objectCopy:ObjectCopy"],
];
const group = (name: string) => `http://acs.amazonaws.com/groups/global/${name}`;
const granted = (uri: unknown) =>
  aws("s3/bucketAcl:BucketAcl", "acl", {
    bucket: "b",
    accessControlPolicy: { grants: [{ grantee: { type: "Group", uri }, permission: "READ" }] },
  });
const website = (props: object) =>
  aws("s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "site", { bucket: "b", ...props });
const WEBSITE_SOURCE = "Prowler's check about buckets that are websites";

/** ACLs and websites: what gives a bucket's objects to everybody. */
export const ACL_CASES: readonly Case[] = [
  ...ACLS.flatMap(([id, type]) => [
    caseOf(
      PUBLIC,
      `${id}-public-read`,
      "An ACL lets everybody read",
      ACL_SOURCE,
      aws(type, "acl", { bucket: "b", acl: "public-read" }),
      "bad",
    ),
    caseOf(
      PUBLIC,
      `${id}-every-account`,
      "An ACL lets every AWS account read",
      ACL_SOURCE,
      aws(type, "acl", { bucket: "b", acl: "authenticated-read" }),
      "bad",
    ),
    caseOf(
      PUBLIC,
      `${id}-private`,
      "A private ACL",
      ACL_SOURCE,
      aws(type, "acl", { bucket: "b", acl: "private" }),
      "good",
    ),
    caseOf(
      PUBLIC,
      `${id}-unknown`,
      "An ACL that the deployment tells",
      ACL_SOURCE,
      aws(type, "acl", { bucket: "b", acl: UNKNOWN }),
      "undecided",
    ),
  ]),
  caseOf(
    PUBLIC,
    "bucket-acl-public-write",
    "An ACL lets everybody write",
    ACL_SOURCE,
    aws("s3/bucketAcl:BucketAcl", "acl", { acl: "public-read-write" }),
    "bad",
  ),
  caseOf(
    PUBLIC,
    "bucket-acl-for-logs",
    "An ACL for AWS's log delivery",
    ACL_SOURCE,
    aws("s3/bucketAcl:BucketAcl", "acl", { acl: "log-delivery-write" }),
    "good",
  ),
  caseOf(PUBLIC, "grant-to-everybody", "A grant to everybody", ACL_SOURCE, granted(group("AllUsers")), "bad"),
  caseOf(
    PUBLIC,
    "grant-to-every-account",
    "A grant to every AWS account",
    ACL_SOURCE,
    granted(group("AuthenticatedUsers")),
    "bad",
  ),
  caseOf(
    PUBLIC,
    "grant-for-logs",
    "A grant to AWS's log delivery",
    ACL_SOURCE,
    granted("http://acs.amazonaws.com/groups/s3/LogDelivery"),
    "good",
  ),
  caseOf(
    PUBLIC,
    "grant-unknown",
    "A grant to somebody whom the deployment tells",
    ACL_SOURCE,
    granted(UNKNOWN),
    "undecided",
  ),
  caseOf(
    PUBLIC,
    "inline-grant",
    "A bucket that grants everybody something itself",
    ACL_SOURCE,
    aws("s3/bucket:Bucket", "acl", {
      grants: [{ type: "Group", uri: group("AllUsers"), permissions: ["READ"] }],
    }),
    "bad",
  ),
  caseOf(
    PUBLIC,
    "copied-object-grant",
    "A copied object that every account may read",
    ACL_SOURCE,
    aws("s3/objectCopy:ObjectCopy", "copy", {
      grants: [{ type: "Group", uri: group("AuthenticatedUsers"), permissions: ["READ"] }],
    }),
    "bad",
  ),
  caseOf(
    PUBLIC,
    "website",
    "A bucket serves its objects as a website",
    WEBSITE_SOURCE,
    website({ indexDocument: { suffix: "index.html" } }),
    "bad",
  ),
  caseOf(
    PUBLIC,
    "website-redirect",
    "A bucket that only sends visitors elsewhere",
    WEBSITE_SOURCE,
    website({ redirectAllRequestsTo: { hostName: "example.com" } }),
    "good",
  ),
  caseOf(
    PUBLIC,
    "inline-website",
    "A bucket that is a website by itself",
    WEBSITE_SOURCE,
    aws("s3/bucket:Bucket", "site", { website: { indexDocument: "index.html" } }),
    "bad",
  ),
  caseOf(
    PUBLIC,
    "inline-redirect",
    "A bucket that redirects by itself",
    WEBSITE_SOURCE,
    aws("s3/bucket:Bucket", "site", { website: { redirectAllRequestsTo: "https://example.com" } }),
    "good",
  ),
  caseOf(
    PUBLIC,
    "inline-website-unknown",
    "A bucket that may be a website",
    WEBSITE_SOURCE,
    aws("s3/bucket:Bucket", "site", { website: UNKNOWN }),
    "undecided",
  ),
];
