import * as z from "zod";
import type { AccessPointPolicyFact, AclFact, WebsiteFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { allowanceText, openStatements } from "../judgment";

export const s3NotPublic = resourceInvariant({
  scope: "resource",
  name: "s3-not-public",
  description: "No ACL, website or access point's policy gives a bucket's objects to everybody.",
  stops:
    "ACLs of buckets and objects, in resources of their own or inline, that grant something to everybody or to every AWS account (`public-read`, `public-read-write`, `authenticated-read`, grants to the groups AllUsers and AuthenticatedUsers). Buckets' websites, which serve their objects over HTTP without TLS, unless they only redirect. Policies of access points, also of several regions and Object Lambda's, that allow everybody without a condition. A block of public access stops some of these at AWS; in the program they are a mistake in any case.",
  remedy:
    "Grant by IAM or by a bucket's policy that names principals; serve a website by CloudFront with origin access control.",
  severity: "critical",
  config: z.strictObject({}),
  judge(fact) {
    if (fact.kind === "Acl") return judgeAcl(fact);
    if (fact.kind === "Website") return judgeWebsite(fact);
    return fact.kind === "AccessPointPolicy" ? judgePolicy(fact) : [];
  },
});

/** Canned ACLs that grant to strangers. Source: Amazon S3 user guide, "Canned ACL". */
const PUBLIC_ACLS: Readonly<Record<string, string>> = {
  "public-read": "everybody may read",
  "public-read-write": "everybody may read and write",
  "authenticated-read": "every AWS account may read",
};

/** AWS's groups of strangers. Source: Amazon S3 user guide, "Amazon S3 predefined groups". */
const STRANGERS: Readonly<Record<string, string>> = {
  AllUsers: "everybody",
  AuthenticatedUsers: "every AWS account",
};

function judgeAcl(acl: AclFact): Finding[] {
  const { canned, grantees } = acl;
  const named = canned.known && canned.value !== undefined ? PUBLIC_ACLS[canned.value] : undefined;
  const granted = grantees.flatMap(({ path, uri }) => {
    if (!uri.known || uri.value === undefined) return [];
    const whom = STRANGERS[uri.value.split("/").at(-1) ?? ""];
    return whom === undefined ? [] : [{ path, whom }];
  });
  const evidence = [
    ...(named !== undefined && canned.known ? [`acl is ${String(canned.value)}`] : []),
    ...granted.map(({ path, whom }) => `${path} means ${whom}`),
  ];
  const unread = [canned, ...grantees.map(({ uri }) => uri)].flatMap((field) => (field.known ? [] : [field]));
  return [
    ...(evidence.length === 0
      ? []
      : [
          violation(acl, {
            wrong: "has a public ACL",
            why: named ?? `${granted[0]?.whom ?? "everybody"} is granted something`,
            evidence: evidence.join("; "),
            remedy: named === undefined ? "remove the grant" : 'write acl: "private", or leave it out',
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(acl, unread, "its ACL is public")]),
  ];
}

/** Source: Amazon S3 user guide, "Website endpoints": they don't support HTTPS. */
function judgeWebsite(website: WebsiteFact): Finding[] {
  const { redirectsOnly, path } = website;
  if (!redirectsOnly.known) return [undecided(website, [redirectsOnly], "the bucket is a website")];
  if (redirectsOnly.value) return [];
  return [
    violation(website, {
      wrong: "makes the bucket a website",
      why: "its objects are served to everybody over HTTP, without TLS and past every endpoint",
      evidence: `${path} is written, and no redirectAllRequestsTo`,
      remedy: "remove the website and serve it by CloudFront with origin access control",
    }),
  ];
}

function judgePolicy(of: AccessPointPolicyFact): Finding[] {
  const question = "the access point's policy allows everybody";
  const { policy } = of;
  if (!policy.known) return [undecided(of, [policy], question)];
  const { open, unread } = openStatements(policy.value);
  const names = open.map(({ name }) => name).join(", ");
  return [
    ...(open.length === 0
      ? []
      : [
          violation(of, {
            wrong: "allows everybody",
            why: "anybody may do to the bucket's objects what the statement lists",
            evidence: open.map(allowanceText).join("; "),
            remedy: `name the principals in ${names}`,
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(of, unread, question)]),
  ];
}
