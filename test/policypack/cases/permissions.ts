// Longer than most: a table, one row a case.
import { aws } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import { caseOf, casesOf } from "./case";

const POLICY = "role-permissions-narrow";
const LEAST = "AWS IAM best practices, apply least-privilege permissions";
const GRANTS = "AWS service authorization reference, actions and their resources";
const BOUNDS = "IAM user guide, permissions boundaries";

const allow = (Action: unknown, Resource: unknown = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const when = (Condition: object) => ({ Condition });
const inline = (...Statement: readonly object[]) =>
  aws("iam/rolePolicy:RolePolicy", "reader", {
    role: "reader",
    policy: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
const whole = (...Statement: readonly unknown[]) =>
  aws("iam/rolePolicy:RolePolicy", "reader", { role: "reader", policy: { Statement } });

const of = (
  id: string,
  idea: string,
  resource: TestResource,
  verdict: "bad" | "good" | "undecided",
  source = GRANTS,
) => caseOf(POLICY, `permissions-${id}`, idea, source, resource, verdict);

const stack = casesOf(POLICY, LEAST);
const bounded = casesOf(POLICY, BOUNDS);
const OWN = "arn:aws:s3:::shop-documents/*";
const CONNECT = "rds-db:connect";
const DATABASES = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:";

/** A role of the stack, and a resource that is part of it. */
const role = (props: object = {}, madeFrom: Record<string, string[]> = {}) =>
  aws(
    "iam/role:Role",
    "reader",
    { name: "reader", assumeRolePolicy: { Statement: [] }, ...props },
    { name: [], ...madeFrom },
  );
const policy = (name: string, ...Statement: readonly object[]) =>
  aws("iam/policy:Policy", name, { name, policy: JSON.stringify({ Statement }) });
const part = (...Statement: readonly object[]) =>
  aws(
    "iam/rolePolicy:RolePolicy",
    "part",
    { role: UNKNOWN, policy: JSON.stringify({ Statement }) },
    { role: ["reader"] },
  );
const bound = role({ permissionsBoundary: UNKNOWN }, { permissionsBoundary: ["boundary"] });
const attach = (kind: string, props: object, madeFrom?: Record<string, string[]>) =>
  aws(`iam/${kind[0]?.toLowerCase() ?? ""}${kind.slice(1)}:${kind}`, "attached", props, madeFrom);
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";

/** What roles may do, by documents of each kind. */
export const PERMISSION_CASES = [
  of("everything", "All actions on everything", inline(allow("*")), "bad", LEAST),
  of("every-bucket", "All of S3's actions on every bucket", inline(allow("s3:*")), "bad"),
  of("every-bucket-by-arn", "The same by an ARN", inline(allow("s3:*", "arn:aws:s3:::*")), "bad"),
  of("every-object", "Every bucket's objects", inline(allow("s3:GetObject", "arn:aws:s3:::*/*")), "bad"),
  of("reading-pattern", "Reading by a pattern of actions", inline(allow(["s3:Get*", "s3:List*"])), "bad"),
  of("not-action", "All but IAM", inline({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), "bad"),
  of(
    "not-resource",
    "All buckets but one",
    inline({ Effect: "Allow", Action: "s3:*", NotResource: OWN }),
    "bad",
  ),
  of("second-statement", "By a second statement", inline(allow("s3:*", OWN), allow("s3:PutObject")), "bad"),
  of("bucket-policies", "Every bucket's policy", inline(allow("s3:PutBucketPolicy")), "bad"),
  of("directory-buckets", "Every directory bucket", inline(allow("s3express:CreateSession")), "bad"),
  of("every-database", "Every database as anybody", inline(allow(CONNECT)), "bad"),
  of("every-database-by-arn", "The same by an ARN", inline(allow(CONNECT, `${DATABASES}*/*`)), "bad"),
  of("every-user", "Every user of one database", inline(allow(CONNECT, `${DATABASES}db-A/*`)), "good"),
  of("one-user", "One user of one database", inline(allow(CONNECT, `${DATABASES}db-A/shop`)), "good"),
  of("group-rules", "Every group's rules", inline(allow("ec2:AuthorizeSecurityGroupIngress")), "bad"),
  of(
    "interface-groups",
    "Any interface's groups",
    inline(allow("ec2:ModifyNetworkInterfaceAttribute")),
    "bad",
  ),
  of("every-role", "Every role", inline(allow("sts:AssumeRole")), "bad"),
  of(
    "every-role-by-arn",
    "Every role of one account",
    inline(allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/*")),
    "bad",
  ),
  of("pass-role", "Handing on every role", inline(allow("iam:PassRole")), "bad"),
  of(
    "pass-role-to-one",
    "Handing roles on to one service",
    inline(
      allow(
        "iam:PassRole",
        "*",
        when({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }),
      ),
    ),
    "good",
  ),
  of("own-bucket", "One bucket", inline(allow("s3:*", ["arn:aws:s3:::shop-documents", OWN])), "good"),
  of(
    "buckets-of-a-name",
    "Buckets with one's own prefix",
    inline(allow("s3:GetObject", "arn:aws:s3:::shop-*/*")),
    "good",
  ),
  of(
    "list-buckets",
    "Names of buckets",
    inline(allow(["s3:ListAllMyBuckets", "s3:GetBucketLocation"])),
    "good",
  ),
  of("one-role", "One role", inline(allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/shop")), "good"),
  of("describe-groups", "Looking at groups", inline(allow(["ec2:Describe*", "logs:*"])), "good"),
  of(
    "own-tag",
    "Groups with one's own tag",
    inline(allow("ec2:*", "*", when({ StringEquals: { "aws:ResourceTag/team": "shop" } }))),
    "good",
  ),
  of(
    "some-tag",
    "Groups that have a tag",
    inline(
      allow("ec2:AuthorizeSecurityGroupIngress", "*", when({ Null: { "aws:ResourceTag/cluster": "false" } })),
    ),
    "good",
  ),
  of(
    "any-tag",
    "Groups with any value of a tag",
    inline(allow("ec2:*", "*", when({ StringLike: { "aws:ResourceTag/team": "*" } }))),
    "bad",
  ),
  of(
    "no-tag",
    "Groups without a tag",
    inline(allow("ec2:*", "*", when({ Null: { "aws:ResourceTag/team": "true" } }))),
    "bad",
  ),
  of(
    "other-tag",
    "All groups but one team's",
    inline(allow("ec2:*", "*", when({ StringNotEquals: { "aws:ResourceTag/team": "ops" } }))),
    "bad",
  ),
  of(
    "mfa",
    "A condition on who asks, not for what",
    inline(allow("s3:*", "*", when({ Bool: { "aws:MultiFactorAuthPresent": "true" } }))),
    "bad",
  ),
  of(
    "over-tls",
    "A condition on how it is asked",
    inline(allow("s3:*", "*", when({ Bool: { "aws:SecureTransport": "true" } }))),
    "bad",
  ),
  of(
    "denied-elsewhere",
    "Denied for all but one bucket",
    inline(allow("s3:*"), {
      Effect: "Deny",
      Action: "s3:*",
      NotResource: ["arn:aws:s3:::shop-documents", OWN],
    }),
    "good",
  ),
  of(
    "denied-in-part",
    "Writing denied, reading left",
    inline(allow("s3:*"), { Effect: "Deny", Action: "s3:Put*", Resource: "*" }),
    "bad",
  ),
  of(
    "denied-under-a-condition",
    "Denied where a condition holds",
    inline(allow("s3:*"), {
      Effect: "Deny",
      Action: "s3:*",
      Resource: "*",
      ...when({ Bool: { "aws:SecureTransport": "false" } }),
    }),
    "bad",
  ),
  of("denied", "Denied altogether", inline({ Effect: "Deny", Action: "*", Resource: "*" }), "good"),
  of(
    "not-json",
    "A document that isn't JSON",
    aws("iam/rolePolicy:RolePolicy", "reader", { policy: "{" }),
    "bad",
  ),
  of(
    "unknown",
    "A document that the deployment tells",
    aws("iam/rolePolicy:RolePolicy", "reader", { policy: UNKNOWN }),
    "undecided",
  ),
  of("unknown-resource", "A resource that the deployment tells", whole(allow("s3:*", UNKNOWN)), "undecided"),
  of(
    "unknown-resource-of-others",
    "An unknown resource of harmless actions",
    whole(allow("logs:*", UNKNOWN)),
    "good",
  ),
  of(
    "unknown-action",
    "Actions that the deployment tells, on one bucket",
    whole(allow(UNKNOWN, OWN)),
    "good",
  ),
  of(
    "unknown-action-everywhere",
    "Actions that the deployment tells, on everything",
    whole(allow(UNKNOWN)),
    "undecided",
  ),
  of(
    "unknown-beside",
    "An unknown resource of one statement hides nothing of another",
    whole(allow("s3:GetObject", UNKNOWN), allow("s3:*")),
    "bad",
  ),
  of("unknown-sid", "A name that the deployment tells", whole({ ...allow("s3:*"), Sid: UNKNOWN }), "bad"),
  stack("permissions-of-own-bucket", "A resource that the deployment tells, of a bucket of the stack", [
    aws("s3/bucket:Bucket", "documents", { bucket: "documents" }),
    aws(
      "iam/rolePolicy:RolePolicy",
      "own",
      { role: "reader", policy: { Statement: [allow("s3:*", UNKNOWN), allow(CONNECT, [UNKNOWN])] } },
      { policy: ["documents"] },
    ),
  ]),
  stack(
    "permissions-of-own-bucket-and-all",
    "The same, and everything beside it",
    [
      aws("s3/bucket:Bucket", "documents", { bucket: "documents" }),
      aws(
        "iam/rolePolicy:RolePolicy",
        "own",
        { role: "reader", policy: { Statement: [allow("s3:*", [UNKNOWN, "*"])] } },
        { policy: ["documents"] },
      ),
    ],
    "own",
  ),
  stack(
    "permissions-of-own-bucket-as-text",
    "A document of which only the deployment tells anything, made of a bucket of the stack",
    [
      aws("s3/bucket:Bucket", "documents", { bucket: "documents" }),
      aws("iam/rolePolicy:RolePolicy", "own", { role: "r", policy: UNKNOWN }, { policy: ["documents"] }),
    ],
    "own?",
  ),
  stack(
    "permissions-all-but-own-bucket",
    "All but a bucket of the stack",
    [
      aws("s3/bucket:Bucket", "documents", { bucket: "documents" }),
      aws(
        "iam/rolePolicy:RolePolicy",
        "own",
        { role: "r", policy: { Statement: [{ Effect: "Allow", Action: "s3:*", NotResource: UNKNOWN }] } },
        { policy: ["documents"] },
      ),
    ],
    "own",
  ),
  stack(
    "permissions-inline-of-role",
    "A role's own inline policy",
    [
      role(
        { inlinePolicies: [{ name: "all", policy: JSON.stringify({ Statement: [allow("s3:*")] }) }] },
        { inlinePolicies: [] },
      ),
    ],
    "reader",
  ),
  stack("permissions-inline-of-role-own", "A role's own inline policy for one bucket", [
    role(
      { inlinePolicies: [{ name: "own", policy: JSON.stringify({ Statement: [allow("s3:*", OWN)] }) }] },
      { inlinePolicies: [] },
    ),
  ]),
  stack(
    "permissions-administrator",
    "A role that administrates",
    [role({ managedPolicyArns: [ADMIN] }, { managedPolicyArns: [] })],
    "reader",
  ),
  stack(
    "permissions-role-policy-attachment",
    "The same, attached",
    [attach("RolePolicyAttachment", { role: "reader", policyArn: ADMIN })],
    "attached",
  ),
  stack(
    "permissions-user-policy-attachment",
    "A user that reads every bucket",
    [
      attach("UserPolicyAttachment", {
        user: "u",
        policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
      }),
    ],
    "attached",
  ),
  stack(
    "permissions-group-policy-attachment",
    "A group of users that administrates the network",
    [
      attach("GroupPolicyAttachment", {
        group: "g",
        policyArn: "arn:aws:iam::aws:policy/AmazonVPCFullAccess",
      }),
    ],
    "attached",
  ),
  stack(
    "permissions-policy-attachment",
    "Attached to many",
    [attach("PolicyAttachment", { roles: ["a", "b"], policyArn: "arn:aws:iam::aws:policy/PowerUserAccess" })],
    "attached",
  ),
  stack(
    "permissions-exclusive-attachments",
    "All that a role has",
    [attach("RolePolicyAttachmentsExclusive", { roleName: "reader", policyArns: [ADMIN] })],
    "attached",
  ),
  stack("permissions-attached-narrow", "A policy of AWS's that reaches nothing of others", [
    attach("RolePolicyAttachment", {
      role: "reader",
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
    }),
    {
      ...attach("UserPolicyAttachment", {
        user: "u",
        policyArn: "arn:aws:iam::aws:policy/IAMUserChangePassword",
      }),
      name: "user",
    },
    {
      ...attach("GroupPolicyAttachment", {
        group: "g",
        policyArn: "arn:aws:iam::aws:policy/IAMUserChangePassword",
      }),
      name: "group",
    },
    {
      ...attach("PolicyAttachment", {
        roles: ["a"],
        policyArn: "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
      }),
      name: "many",
    },
    {
      ...attach("RolePolicyAttachmentsExclusive", {
        roleName: "r",
        policyArns: ["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"],
      }),
      name: "all",
    },
  ]),
  stack(
    "permissions-attached-of-the-stack",
    "A policy of the stack, told once",
    [
      policy("wide", allow("s3:*")),
      attach(
        "RolePolicyAttachment",
        { role: "reader", policyArn: UNKNOWN },
        { policyArn: ["wide"], role: [] },
      ),
    ],
    "wide",
  ),
  stack(
    "permissions-attached-unknown",
    "A policy that the deployment tells",
    [attach("RolePolicyAttachment", { role: "reader", policyArn: UNKNOWN })],
    "attached?",
  ),
  stack(
    "permissions-policy-alone",
    "A policy that others may attach",
    [policy("wide", allow("sts:AssumeRole"))],
    "wide",
  ),
  stack("permissions-policy-narrow", "A policy for one bucket", [policy("own", allow("s3:GetObject", OWN))]),
  stack(
    "permissions-of-user",
    "A user's own policy",
    [aws("iam/userPolicy:UserPolicy", "own", { user: "u", policy: { Statement: [allow("s3:*")] } })],
    "own",
  ),
  stack(
    "permissions-of-group",
    "A group's own policy",
    [aws("iam/groupPolicy:GroupPolicy", "own", { group: "g", policy: { Statement: [allow("s3:*")] } })],
    "own",
  ),
  stack("permissions-of-users-narrow", "Users' and groups' own policies for one bucket", [
    aws("iam/userPolicy:UserPolicy", "user", { user: "u", policy: { Statement: [allow("s3:*", OWN)] } }),
    aws("iam/groupPolicy:GroupPolicy", "group", { group: "g", policy: { Statement: [allow("s3:*", OWN)] } }),
  ]),
  bounded("permissions-bounded", "Bounded by a policy of the stack, which gives nothing by itself", [
    policy("boundary", allow("s3:*", OWN), allow("logs:*")),
    bound,
    part(allow("s3:*")),
  ]),
  bounded(
    "permissions-bounded-widely",
    "Bounded by a policy as wide",
    [policy("boundary", allow("s3:*")), bound, part(allow("s3:*"))],
    "part",
  ),
  bounded(
    "permissions-bounded-by-administrator",
    "Bounded by what bounds nothing",
    [role({ permissionsBoundary: ADMIN }), part(allow("s3:*"))],
    "part",
  ),
  bounded(
    "permissions-bounded-elsewhere",
    "Bounded by another stack's policy",
    [role({ permissionsBoundary: "arn:aws:iam::111122223333:policy/limits" }), part(allow("s3:*"))],
    "part?",
  ),
  bounded(
    "permissions-boundary-attached",
    "A boundary that is attached as well",
    [
      policy("boundary", allow("s3:*")),
      bound,
      attach(
        "RolePolicyAttachment",
        { role: "other", policyArn: UNKNOWN },
        { policyArn: ["boundary"], role: [] },
      ),
    ],
    "boundary",
  ),
  bounded("permissions-of-a-bounded-user", "A bounded user", [
    policy("boundary", allow("s3:*", OWN)),
    aws("iam/user:User", "u", { permissionsBoundary: UNKNOWN }, { permissionsBoundary: ["boundary"] }),
    aws(
      "iam/userPolicy:UserPolicy",
      "own",
      { user: UNKNOWN, policy: { Statement: [allow("s3:*")] } },
      { user: ["u"] },
    ),
  ]),
  bounded(
    "permissions-of-an-unbounded-user",
    "The same, unbounded",
    [
      aws("iam/user:User", "u", {}),
      aws(
        "iam/userPolicy:UserPolicy",
        "own",
        { user: UNKNOWN, policy: { Statement: [allow("s3:*")] } },
        { user: ["u"] },
      ),
    ],
    "own",
  ),
];
