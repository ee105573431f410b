// Tests: test/policypack/invariants/roleTrustNarrow.test.ts
import { both, type Match } from "../../../kubernetes";
import type { ConditionFact, StatementFact } from "../../facts";
import { any, hasEffect, not, some } from "./document";

/** An identity provider whose tokens strangers get too, and what a subject has to begin with that is one's own. */
interface SharedProvider {
  readonly provider: RegExp;
  readonly subject: RegExp;
  /** Other claims that say whose a token is, at the end of a condition's key. */
  readonly claims?: RegExp;
  /** What such a claim has to begin with that is one's own: anything but a wildcard, where it isn't written. */
  readonly own?: RegExp;
  /** Who gets its tokens. */
  readonly whom: string;
}

/** No text. For providers whose claims are told by their whole key, so that another provider's claim of that name isn't taken for theirs. */
const NEVER = /(?!)/;

/**
 * Sources: EKS user guide, "IAM roles for service accounts" (the condition on `sub`); GitHub docs, "Configuring OpenID Connect in Amazon Web
 * Services"; GitLab docs, "Configure OpenID Connect in AWS to retrieve temporary credentials"; HCP Terraform docs, "Use dynamic credentials
 * with the AWS provider"; IAM user guide, "Create a role for OpenID Connect federation" (Cognito and Google) and "Identity-provider controls for
 * shared OIDC providers", which lists the others and the claim that says whose a token is; Buildkite's, Pulumi's, Upbound's and Vercel's docs on
 * AWS for what it looks like.
 */
const SHARED: readonly SharedProvider[] = [
  {
    provider: /(^|oidc-provider\/)oidc\.eks\.[^/]+\/id\//,
    subject: /^system:serviceaccount:[^*?:]/,
    whom: "every pod of the cluster",
  },
  {
    provider: /(^|oidc-provider\/)token\.actions\.githubusercontent\.com$/,
    subject: /^repo:[^*?:/]+\//,
    claims: /:(repository|repository_owner|repository_id|repository_owner_id|job_workflow_ref)$/,
    whom: "every workflow on GitHub",
  },
  {
    provider: /(^|oidc-provider\/)gitlab\.com$/,
    subject: /^project_path:[^*?:/]+\//,
    whom: "every pipeline on gitlab.com",
  },
  {
    provider: /(^|oidc-provider\/)app\.terraform\.io$/,
    subject: /^organization:[^*?:]+:/,
    whom: "every workspace of HCP Terraform",
  },
  {
    provider: /^cognito-identity\.amazonaws\.com$/,
    subject: NEVER,
    claims: /^cognito-identity\.amazonaws\.com:(aud|sub)$/,
    whom: "every identity pool's users",
  },
  {
    provider: /(^|oidc-provider\/)accounts\.google\.com$/,
    subject: NEVER,
    claims: /^accounts\.google\.com:(aud|oaud|sub)$/,
    whom: "every user of every application with Google accounts",
  },
  {
    provider: /(^|oidc-provider\/)agent\.buildkite\.com$/,
    // By choice of the job the subject is an id, of an organization, a pipeline or less.
    subject: /^(organization:[^*?:]+:|[0-9a-f]{8}-[0-9a-f-]{27}$)/,
    whom: "every pipeline of Buildkite",
  },
  {
    provider: /(^|oidc-provider\/)api\.pulumi\.com\/oidc$/,
    subject: /^pulumi:[^*?]*:(org|pulumi\.organization\.login):[^*?:]+(:|$)/,
    claims: /^api\.pulumi\.com\/oidc:aud$/,
    own: /^([a-z]+:)?[^*?:]+$/,
    whom: "every organization of Pulumi Cloud",
  },
  {
    provider: /(^|oidc-provider\/)oidc\.vercel\.com$/,
    subject: /^owner:[^*?:]+:/,
    claims: /^oidc\.vercel\.com:aud$/,
    own: /^https:\/\/vercel\.com\/[^*?/]+$/,
    whom: "every team on Vercel",
  },
  {
    provider: /(^|oidc-provider\/)proidc\.upbound\.io$/,
    subject: /^mcp:[^*?:/]+\//,
    whom: "every control plane of Upbound",
  },
  // What a subject looks like there isn't known: that one is named is all that is asked. Told by the whole key, so that no other provider's passes.
  ...[
    ["vstoken.actions.githubusercontent.com", "every user of GitHub's vstoken"],
    [
      "oidc-configuration.audit-log.githubusercontent.com",
      "every enterprise that streams GitHub's audit log",
    ],
    ["oidc.codefresh.io", "every pipeline of Codefresh"],
    ["studio.datachain.ai/api", "every team of DVC Studio"],
    ["scalr.io", "every account of Scalr"],
    ["tokens.cloud.shisho.dev", "every organization of Shisho Cloud"],
  ].map(([name = "", whom = ""]): SharedProvider => {
    const host = name.replaceAll(".", "\\.");
    return {
      provider: new RegExp(`(^|oidc-provider/)${host}$`),
      subject: NEVER,
      claims: new RegExp(`^${host}:sub$`),
      whom,
    };
  }),
];

const POSITIVE = /^(foranyvalue:)?string(equals|equalsignorecase|like)(ifexists)?$/;

/** Whether a condition leaves only subjects of one's own, or what else of the provider's claims says whose a token is. */
function choosesSubject(
  { operator, key, values }: ConditionFact,
  { subject, claims, own = /^[^*?]/ }: SharedProvider,
): Match {
  if (!POSITIVE.test(operator)) return "no";
  if (claims?.test(key) === true) return not(some(values, (value) => !own.test(value)));
  return key.endsWith(":sub") ? not(some(values, (value) => !subject.test(value))) : "no";
}

/** Whether a statement's conditions leave only subjects of one's own: who has no token of a provider has no subject, and isn't let in. */
export const choosesOwnSubject = ({ conditions }: StatementFact, among = SHARED): Match =>
  conditions.known
    ? any(conditions.value.flatMap((condition) => among.map((one) => choosesSubject(condition, one))))
    : "maybe";

/** Who may assume a role by a statement for such a provider's tokens, whatever their subject is. */
export interface AnySubject {
  readonly answer: Match;
  readonly whom: string;
}

/** Whether a statement lets in tokens of a shared provider without choosing whose they are. */
export function admitsAnySubject(statement: StatementFact): AnySubject {
  const { principals } = statement;
  if (!principals.known) return { answer: "maybe", whom: "" };
  const found = principals.value.flatMap(({ kind, value }): AnySubject[] => {
    if (kind !== "Federated") return [];
    // A provider that isn't known may be any of these.
    const text = value.known ? value.value : undefined;
    const meant = SHARED.filter(({ provider }) => text === undefined || provider.test(text));
    if (meant.length === 0) return [];
    const chosen = choosesOwnSubject(statement, meant);
    const open = both(hasEffect(statement, "Allow"), not(chosen));
    return [
      {
        answer: text === undefined ? both("maybe", open) : open,
        whom: meant.map(({ whom }) => whom).join(" or "),
      },
    ];
  });
  const first =
    found.find(({ answer }) => answer === "yes") ?? found.find(({ answer }) => answer === "maybe");
  return first ?? { answer: "no", whom: "" };
}
