// Longer than most: a table, one row a case.
import { aws } from "../aws";
import { UNKNOWN } from "../helpers";
import { type Case, caseOf } from "./case";

const POLICY = "role-trust-narrow";
const ANALYZER = "AWS IAM Access Analyzer's findings about roles";
const IRSA = "EKS best practices, scope the trust of a service account's role";
const GITHUB = "GitHub docs, OpenID Connect in Amazon Web Services";

const EKS = "oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789";
const ACTIONS = "token.actions.githubusercontent.com";
const oidc = (host: string) => ({ Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` });
const statement = (change: object) => ({ Effect: "Allow", Action: "sts:AssumeRole", ...change });
const web = (host: string, Condition?: object) =>
  statement({
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: oidc(host),
    ...(Condition === undefined ? {} : { Condition }),
  });
const role = (assumeRolePolicy: unknown) =>
  aws("iam/role:Role", "reader", { name: "reader", assumeRolePolicy });
const trust = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

const of = (
  id: string,
  idea: string,
  source: string,
  document: unknown,
  verdict: "bad" | "good" | "undecided",
): Case => caseOf(POLICY, `role-${id}`, idea, source, role(document), verdict);

const SHARING = "the providers' own guides to AWS roles, and IAM's to web identities";
/** A provider that strangers use too: a claim that says whose a token is, a value that is one's own and one that everybody has. */
const SHARED = [
  ["gitlab", "gitlab.com", "sub", "project_path:acme/shop:*", "project_path:*"],
  ["gitlab-prefix", "gitlab.com", "sub", "project_path:acme/*", "project_path:acme*"],
  ["terraform", "app.terraform.io", "sub", "organization:acme:*", "organization:*"],
  [
    "buildkite",
    "agent.buildkite.com",
    "sub",
    "organization:acme:pipeline:shop:*",
    "organization:*:pipeline:shop:*",
  ],
  ["buildkite-id", "agent.buildkite.com", "sub", "0184990a-477b-4fa8-9968-496074483cec", "0184990a-*"],
  ["pulumi", "api.pulumi.com/oidc", "aud", "aws:acme", "aws:*"],
  ["pulumi-sub", "api.pulumi.com/oidc", "sub", "pulumi:deploy:org:acme:project:*", "pulumi:deploy:org:*"],
  ["vercel", "oidc.vercel.com", "aud", "https://vercel.com/acme", "https://vercel.com/*"],
  [
    "upbound",
    "proidc.upbound.io",
    "sub",
    "mcp:acme/prod:provider:provider-aws",
    "mcp:*:provider:provider-aws",
  ],
  ["codefresh", "oidc.codefresh.io", "sub", "account:1234:pipeline:5678", "*"],
] as const;
const BUILT_IN = [
  ["cognito", "cognito-identity.amazonaws.com", "eu-central-1:1"],
  ["google", "accounts.google.com", "1234.apps.googleusercontent.com"],
] as const;

/** Who may assume a role. */
export const ROLE_CASES: readonly Case[] = [
  of("everybody", "A role that everybody may assume", ANALYZER, trust(statement({ Principal: "*" })), "bad"),
  of(
    "every-account",
    "A role for every AWS principal",
    ANALYZER,
    trust(statement({ Principal: { AWS: "*" } })),
    "bad",
  ),
  of(
    "federated-any",
    "A role for every identity provider",
    ANALYZER,
    trust(statement({ Principal: { Federated: "*" } })),
    "bad",
  ),
  of(
    "not-principal",
    "A role for everybody but one",
    ANALYZER,
    trust(statement({ NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } })),
    "bad",
  ),
  of(
    "everybody-pattern",
    "For everybody, under a condition on GitHub's subject that every workflow meets",
    ANALYZER,
    trust(
      statement({
        Principal: "*",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
      }),
    ),
    "bad",
  ),
  of(
    "everybody-tag",
    "For everybody, under a condition on a session tag, which whoever assumes the role writes",
    ANALYZER,
    trust(
      statement({
        Principal: "*",
        Condition: { StringEquals: { "aws:RequestTag/organization_slug": "acme" } },
      }),
    ),
    "bad",
  ),
  of(
    "everybody-mfa",
    "For everybody, under a condition that leaves nobody out",
    ANALYZER,
    trust(statement({ Principal: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })),
    "bad",
  ),
  of(
    "second-statement",
    "A second statement lets everybody in",
    ANALYZER,
    trust(statement({ Principal: { Service: "ec2.amazonaws.com" } }), statement({ Principal: "*" })),
    "bad",
  ),
  of(
    "organisation",
    "For everybody of one organisation",
    ANALYZER,
    trust(statement({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })),
    "good",
  ),
  of(
    "service",
    "A role for an AWS service",
    ANALYZER,
    trust(statement({ Principal: { Service: "ec2.amazonaws.com" } })),
    "good",
  ),
  of(
    "pod-identity",
    "A role for EKS Pod Identity",
    IRSA,
    trust(
      statement({
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      }),
    ),
    "good",
  ),
  of(
    "account",
    "A role for another account",
    ANALYZER,
    trust(statement({ Principal: { AWS: "arn:aws:iam::999988887777:root" } })),
    "good",
  ),
  of("denied", "Everybody is denied", ANALYZER, trust(statement({ Effect: "Deny", Principal: "*" })), "good"),
  of(
    "irsa",
    "A role for one service account",
    IRSA,
    trust(
      web(EKS, {
        StringEquals: {
          [`${EKS}:sub`]: "system:serviceaccount:shop:reader",
          [`${EKS}:aud`]: "sts.amazonaws.com",
        },
      }),
    ),
    "good",
  ),
  of(
    "irsa-namespace",
    "For the service accounts of one namespace",
    IRSA,
    trust(web(EKS, { StringLike: { [`${EKS}:sub`]: "system:serviceaccount:shop:*" } })),
    "good",
  ),
  of(
    "irsa-audience",
    "For every pod of the cluster: only the audience is asked for",
    IRSA,
    trust(web(EKS, { StringEquals: { [`${EKS}:aud`]: "sts.amazonaws.com" } })),
    "bad",
  ),
  of(
    "irsa-any",
    "For every service account, by a pattern",
    IRSA,
    trust(web(EKS, { StringLike: { [`${EKS}:sub`]: "system:serviceaccount:*:*" } })),
    "bad",
  ),
  of("irsa-none", "For every pod of the cluster, without a condition", IRSA, trust(web(EKS)), "bad"),
  of(
    "irsa-not",
    "All service accounts but one",
    IRSA,
    trust(web(EKS, { StringNotEquals: { [`${EKS}:sub`]: "system:serviceaccount:shop:web" } })),
    "bad",
  ),
  of(
    "github",
    "For one repository",
    GITHUB,
    trust(web(ACTIONS, { StringLike: { [`${ACTIONS}:sub`]: "repo:acme/shop:*" } })),
    "good",
  ),
  of(
    "github-owner",
    "For one owner's repositories, by another claim",
    GITHUB,
    trust(web(ACTIONS, { StringEquals: { [`${ACTIONS}:repository_owner`]: "acme" } })),
    "good",
  ),
  of(
    "github-audience",
    "For every workflow on GitHub",
    GITHUB,
    trust(web(ACTIONS, { StringEquals: { [`${ACTIONS}:aud`]: "sts.amazonaws.com" } })),
    "bad",
  ),
  of(
    "github-any",
    "For every repository, by a pattern",
    GITHUB,
    trust(web(ACTIONS, { StringLike: { [`${ACTIONS}:sub`]: "repo:*" } })),
    "bad",
  ),
  of(
    "other-provider",
    "A provider of which it isn't known which claim chooses",
    GITHUB,
    trust(web("login.example.org")),
    "good",
  ),
  of("unknown", "A document that the deployment tells", ANALYZER, UNKNOWN, "undecided"),
  of(
    "unknown-principal",
    "A principal that the deployment tells, in a document as an object",
    ANALYZER,
    { Statement: [statement({ Principal: { AWS: UNKNOWN } })] },
    "undecided",
  ),
  of(
    "unknown-provider",
    "A provider that the deployment tells, without a choice of the subject",
    IRSA,
    { Statement: [statement({ Principal: { Federated: UNKNOWN } })] },
    "undecided",
  ),
  of(
    "unknown-provider-chosen",
    "The same with one",
    IRSA,
    {
      Statement: [
        statement({
          Principal: { Federated: UNKNOWN },
          Condition: { StringEquals: { "issuer:sub": "system:serviceaccount:shop:reader" } },
        }),
      ],
    },
    "good",
  ),
  of(
    "unknown-subject",
    "A subject that the deployment tells",
    IRSA,
    { Statement: [web(EKS, { StringEquals: { [`${EKS}:sub`]: UNKNOWN } })] },
    "undecided",
  ),
  of(
    "unknown-beside",
    "Everybody, beside a condition of another statement that isn't known",
    ANALYZER,
    {
      Statement: [
        statement({ Principal: "*" }),
        statement({ Principal: { Service: "ec2.amazonaws.com" }, Condition: UNKNOWN }),
      ],
    },
    "bad",
  ),
  of("not-json", "A document that isn't JSON, as AWS requires", ANALYZER, "no JSON", "bad"),
  ...SHARED.flatMap(([id, host, key, own, everybodys]) => [
    of(`${id}-unasked`, `For whoever ${host} knows`, SHARING, trust(web(host)), "bad"),
    of(
      `${id}-audience`,
      `For whoever ${host} knows, by the audience of another provider`,
      SHARING,
      trust(web(host, { StringEquals: { [`${EKS}:aud`]: "sts.amazonaws.com" } })),
      "bad",
    ),
    of(
      `${id}-everybodys`,
      `For whoever ${host} knows, by a pattern`,
      SHARING,
      trust(web(host, { StringLike: { [`${host}:${key}`]: everybodys } })),
      "bad",
    ),
    of(
      `${id}-own`,
      `For one's own part of ${host}`,
      SHARING,
      trust(web(host, { StringLike: { [`${host}:${key}`]: own } })),
      "good",
    ),
  ]),
  ...BUILT_IN.flatMap(([id, host, own]) => {
    const allowed = (Condition: object) =>
      trust(
        statement({ Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: host }, Condition }),
      );
    return [
      of(`${id}-unasked`, `For whoever ${host} knows`, SHARING, allowed({}), "bad"),
      of(
        `${id}-authenticated`,
        `For whoever ${host} has let in`,
        SHARING,
        allowed({ "ForAnyValue:StringLike": { [`${host}:amr`]: "authenticated" } }),
        "bad",
      ),
      of(
        `${id}-own`,
        `For one's own application at ${host}`,
        SHARING,
        allowed({ StringEquals: { [`${host}:aud`]: own } }),
        "good",
      ),
    ];
  }),
  of(
    "any-provider-audience",
    "A role for every identity provider, by the audience that every cluster's tokens have",
    SHARING,
    trust(
      statement({
        Principal: { Federated: "*" },
        Condition: { StringEquals: { [`${EKS}:aud`]: "sts.amazonaws.com" } },
      }),
    ),
    "bad",
  ),
  of(
    "own-gitlab",
    "For one's own GitLab, whose pipelines are all one's own",
    SHARING,
    trust(web("gitlab.example.com")),
    "good",
  ),
];
