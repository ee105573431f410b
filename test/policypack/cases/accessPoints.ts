import { ALL_BLOCKED, aws } from "../aws";
import { UNKNOWN } from "../helpers";
import { type Case, caseOf } from "./case";

const PUBLIC = "s3-not-public";
const BLOCKED = "s3-public-access-blocked";
const IN_VPC = "s3-access-point-in-vpc";

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const everybody = { Sid: "Open", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
const named = { ...everybody, Principal: { AWS: "arn:aws:iam::111122223333:role/reader" } };
const organised = { ...everybody, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } };
const POLICIES: readonly (readonly [string, string, (policy: unknown) => object])[] = [
  ["access-point-policy", "s3control/accessPointPolicy:AccessPointPolicy", (policy) => ({ policy })],
  [
    "inline-access-point-policy",
    "s3/accessPoint:AccessPoint",
    (policy) => ({ policy, vpcConfiguration: {} }),
  ],
  [
    "multi-region-policy",
    "s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy",
    (policy) => ({ details: { name: "m", policy } }),
  ],
  [
    "lambda-access-point-policy",
    "s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy",
    (policy) => ({ policy }),
  ],
];
const POINT_SOURCE = "AWS IAM Access Analyzer's findings about access points";
const point = (props: object) => aws("s3/accessPoint:AccessPoint", "point", { bucket: "b", ...props });
const regions = (publicAccessBlock: unknown) =>
  aws("s3control/multiRegionAccessPoint:MultiRegionAccessPoint", "point", {
    details: { name: "m", regions: [{ bucket: "b" }], publicAccessBlock },
  });
const VPC_SOURCE = "AWS Config's rule s3-access-point-in-vpc-only";

/** Access points: other names by which a bucket is reached. */
export const ACCESS_POINT_CASES: readonly Case[] = [
  ...POLICIES.flatMap(([id, type, props]) => [
    caseOf(
      PUBLIC,
      `${id}-everybody`,
      "An access point's policy allows everybody",
      POINT_SOURCE,
      aws(type, "policy", props(document(everybody))),
      "bad",
    ),
    caseOf(
      PUBLIC,
      `${id}-named`,
      "An access point's policy allows a role",
      POINT_SOURCE,
      aws(type, "policy", props(document(named))),
      "good",
    ),
    caseOf(
      PUBLIC,
      `${id}-organisation`,
      "An access point's policy allows an organisation",
      POINT_SOURCE,
      aws(type, "policy", props(document(organised))),
      "good",
    ),
    caseOf(
      PUBLIC,
      `${id}-unknown`,
      "An access point's policy that the deployment tells",
      POINT_SOURCE,
      aws(type, "policy", props(UNKNOWN)),
      "undecided",
    ),
  ]),
  caseOf(
    BLOCKED,
    "access-point-unblocked",
    "An access point whose block is turned off",
    POINT_SOURCE,
    point({ publicAccessBlockConfiguration: { ...ALL_BLOCKED, restrictPublicBuckets: false } }),
    "bad",
  ),
  caseOf(
    BLOCKED,
    "access-point-blocked",
    "An access point whose block is left on",
    POINT_SOURCE,
    point({}),
    "good",
  ),
  caseOf(
    BLOCKED,
    "access-point-block-unknown",
    "The deployment tells an access point's block",
    POINT_SOURCE,
    point({ publicAccessBlockConfiguration: { blockPublicPolicy: UNKNOWN } }),
    "undecided",
  ),
  caseOf(
    BLOCKED,
    "multi-region-unblocked",
    "An access point of several regions whose block is off",
    POINT_SOURCE,
    regions({ blockPublicAcls: false }),
    "bad",
  ),
  caseOf(
    BLOCKED,
    "multi-region-blocked",
    "An access point of several regions, blocked",
    POINT_SOURCE,
    regions(undefined),
    "good",
  ),
  caseOf(
    BLOCKED,
    "directory-bucket-blocked",
    "A directory bucket, which always blocks public access",
    "S3 guide, differences for directory buckets",
    aws("s3/directoryBucket:DirectoryBucket", "fast", { bucket: "b--use1-az4--x-s3" }),
    "good",
  ),
  caseOf(
    IN_VPC,
    "access-point-on-the-internet",
    "An access point that the internet reaches",
    VPC_SOURCE,
    point({}),
    "bad",
  ),
  caseOf(
    IN_VPC,
    "access-point-in-vpc",
    "An access point of one VPC",
    VPC_SOURCE,
    point({ vpcConfiguration: { vpcId: UNKNOWN } }),
    "good",
  ),
  caseOf(
    IN_VPC,
    "access-point-vpc-unknown",
    "The deployment tells whether an access point has a VPC",
    VPC_SOURCE,
    point({ vpcConfiguration: UNKNOWN }),
    "undecided",
  ),
];
