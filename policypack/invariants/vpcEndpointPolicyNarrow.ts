import * as z from "zod";
import { both, type Match } from "../../kubernetes";
import type { Fact, DocumentFact, StatementFact, VpcEndpointFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { allowanceText, isNarrowedToOwner, not, openStatements, some, targetOf } from "../judgment";

export const vpcEndpointPolicyNarrow = stackInvariant({
  scope: "stack",
  name: "vpc-endpoint-policy-narrow",
  description: "An endpoint to S3 or DynamoDB lets requests through to known owners' data only.",
  stops:
    "VPC endpoints of S3, S3 Express and DynamoDB without a policy, in the endpoint or as a VpcEndpointPolicy of the stack, and policies of any endpoint that allow everybody every resource without a condition, which is what AWS does where there is none: whoever is in the VPC, and has credentials of any account, writes to that account's bucket through the endpoint, past every group and NetworkPolicy. Whose data an endpoint is for can't be seen from the stack, so this advises only.",
  remedy:
    'Name the resources, or allow under the condition StringEquals {"aws:ResourceOrgID": ORGANISATION} or {"aws:ResourceAccount": ACCOUNT}; layers of ECR images need arn:aws:s3:::prod-REGION-starport-layer-bucket/*.',
  severity: "medium",
  level: "advisory",
  config: z.strictObject({}),
  judge(facts) {
    const endpoints = facts.filter((fact) => fact.kind === "VpcEndpoint");
    const policies = facts.filter((fact) => fact.kind === "VpcEndpointPolicy");
    const targets = policies.flatMap(({ endpoint }) =>
      endpoint === undefined ? [] : [targetOf(endpoint, endpoints)],
    );
    return [
      ...endpoints.flatMap((endpoint) => {
        const hasOwn = targets.some((target) => target.kind === "one" && target.of === endpoint);
        return judgeEndpoint(endpoint, hasOwn, targets);
      }),
      ...policies.flatMap((policy) => judgeDocument(policy, policy.policy)),
    ];
  },
});

const QUESTION = "the endpoint lets requests through to anybody's data";

/** Services in which anybody may have a place to take data to. */
const DATA_SERVICE = /\.(s3|s3express|dynamodb)$/;

function judgeEndpoint(
  endpoint: VpcEndpointFact,
  hasOwn: boolean,
  targets: readonly ReturnType<typeof targetOf>[],
): Finding[] {
  const { policy, service } = endpoint;
  if (hasOwn) return [];
  if (policy !== undefined) return judgeDocument(endpoint, policy);
  if (service.known && !DATA_SERVICE.test(service.value ?? "")) return [];
  const unread = targets.flatMap((target) => (target.kind === "unread" ? [target.unread] : []));
  const open = [...(service.known ? [] : [service]), ...unread];
  if (open.length > 0) return [undecided(endpoint, open, QUESTION)];
  return [
    violation(endpoint, {
      wrong: "has no policy",
      why: "requests with any account's credentials pass it, to any bucket or table",
      evidence: "policy is absent, and no VpcEndpointPolicy of the stack names it",
      remedy: REMEDY,
    }),
  ];
}

const REMEDY =
  'write a policy that names the resources, or allows under StringEquals {"aws:ResourceAccount": ACCOUNT}';

function judgeDocument(of: Pick<Fact, "subject" | "title">, policy: DocumentFact): Finding[] {
  if (!policy.known) return [undecided(of, [policy], QUESTION)];
  const { open, unread } = openStatements(policy.value, (statement) =>
    both(isAboutEverything(statement), not(isNarrowedToOwner(statement))),
  );
  return [
    ...(open.length === 0
      ? []
      : [
          violation(of, {
            wrong: "lets everybody through to every resource",
            why: "data can leave through it to any account, with any account's credentials",
            evidence: `${open.map(allowanceText).join("; ")}, on every resource`,
            remedy: REMEDY,
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(of, unread, QUESTION)]),
  ];
}

const isAboutEverything = ({ resources, notResources }: StatementFact): Match =>
  notResources === undefined ? some(resources, (resource) => /^\*+$/.test(resource)) : "yes";
