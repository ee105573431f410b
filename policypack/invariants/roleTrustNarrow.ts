import * as z from "zod";
import { type RoleTrustFact, unreadInStatement } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { admitsAnySubject, allowanceText, choosesOwnSubject, not, openStatements } from "../judgment";

export const roleTrustNarrow = resourceInvariant({
  scope: "resource",
  name: "role-trust-narrow",
  description: "No IAM role may be assumed by everybody, nor by whoever a shared identity provider knows.",
  stops:
    "Trust policies of roles that allow everybody (`*`, NotPrincipal with Allow) under no condition that names somebody, and those for an identity provider that strangers use too (EKS's, GitHub's, gitlab.com's, HCP Terraform's, Pulumi Cloud's, Buildkite's, Vercel's, Cognito's, Google's, and the others that IAM's user guide calls shared) without a condition on whose the token is, or with one that every token meets: then every pod of the cluster, or every workflow on GitHub, can take the role, and with it the buckets and databases that policies open to the role. What is known of a document is judged, statement by statement.",
  remedy:
    "Name the principal; for pods the service account, by StringEquals on PROVIDER:sub or by EKS Pod Identity; for GitHub the repository; for others their claim of that kind.",
  severity: "critical",
  config: z.strictObject({}),
  judge: (fact) => (fact.kind === "RoleTrust" ? judgeTrust(fact) : []),
});

const QUESTION = "strangers may assume the role";

function judgeTrust(role: RoleTrustFact): Finding[] {
  const { policy } = role;
  if (!policy.known) return [undecided(role, [policy], QUESTION)];
  const { open, unread } = openStatements(policy.value, (statement) => not(choosesOwnSubject(statement)));
  const rest = policy.value.filter((statement) => !open.includes(statement));
  const anySubject = rest.map((statement) => ({ statement, ...admitsAnySubject(statement) }));
  const shared = anySubject.filter(({ answer }) => answer === "yes");
  const maybe = anySubject.filter(({ answer }) => answer === "maybe");
  const unknown = [...unread, ...maybe.flatMap(({ statement }) => unreadInStatement(statement))];
  return [
    ...(open.length === 0
      ? []
      : [
          violation(role, {
            wrong: "lets everybody assume it",
            why: "any AWS account can take the role and use all of its permissions",
            evidence: open.map(allowanceText).join("; "),
            remedy: `name the principals in ${open.map(({ name }) => name).join(", ")}`,
          }),
        ]),
    ...shared.map(({ statement: { name }, whom }) =>
      violation(role, {
        wrong: `lets ${whom} assume it`,
        why: "each of them can use the role's permissions: the identity provider serves them all, and only a token's subject tells them apart",
        evidence: `${name} has no condition on the subject that leaves somebody out`,
        remedy: `write a condition StringEquals on the provider's claim sub in ${name}`,
      }),
    ),
    ...(unknown.length === 0 ? [] : [undecided(role, [...new Set(unknown)], QUESTION)]),
  ];
}
