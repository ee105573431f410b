import * as z from "zod";
import type { EndpointServiceFact, EndpointServicePrincipalFact, Fact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { targetOf } from "../judgment";
import { filledText } from "../policyConfig";
import { type Field, type Unread, unreadOf } from "../values";

const config = z.strictObject({
  principals: z
    .array(filledText)
    .default([])
    .describe("ARNs that may connect without being accepted one by one, exactly as the program writes them."),
});

export const endpointServiceAcceptance = stackInvariant({
  scope: "stack",
  name: "endpoint-service-acceptance",
  description: "Nobody connects to a VPC endpoint service without its owner's acceptance, unless listed.",
  stops:
    "VPC endpoint services with `acceptanceRequired: false` for which somebody is allowed that the configuration doesn't list, in `allowedPrincipals` or by a VpcEndpointServiceAllowedPrinciple: with `*` every AWS account makes an endpoint of its own in front of what is behind the service's load balancer. A service that allows nobody serves its own account only.",
  remedy: "Set acceptanceRequired: true, or allow only the accounts that the configuration lists.",
  severity: "high",
  config,
  example: { principals: ["arn:aws:iam::123456789012:root"] },
  judge(facts, { principals }) {
    const services = facts.filter((fact) => fact.kind === "EndpointService");
    const allowances = facts.filter((fact) => fact.kind === "EndpointServicePrincipal");
    return [
      ...services.flatMap((service) => judgeService(service, principals)),
      ...allowances.flatMap((allowance) => judgeAllowance(allowance, services, principals)),
    ];
  },
});

const QUESTION = "others connect to the service without being accepted";

function judgeService(service: EndpointServiceFact, listed: readonly string[]): Finding[] {
  const { principals, asksAcceptance } = service;
  const allowed = principals.known ? principals.value : [principals];
  return judge(service, asksAcceptance, allowed, listed);
}

function judgeAllowance(
  allowance: EndpointServicePrincipalFact,
  services: readonly EndpointServiceFact[],
  listed: readonly string[],
): Finding[] {
  const { service, principal } = allowance;
  if (service === undefined) return [];
  const target = targetOf(service, services);
  const asks: Field<boolean> =
    target.kind === "one" ? target.of.asksAcceptance : unseen(target, service.path);
  return judge(allowance, asks, [principal], listed);
}

const unseen = (
  target: { readonly kind: "foreign" } | { readonly kind: "unread"; readonly unread: Unread },
  path: string,
): Unread =>
  target.kind === "unread"
    ? target.unread
    : { known: false, path, because: "another stack's service, whose acceptanceRequired isn't seen" };

function judge(
  of: Pick<Fact, "subject" | "title">,
  asksAcceptance: Field<boolean>,
  allowed: readonly Field<string>[],
  listed: readonly string[],
): Finding[] {
  if (asksAcceptance.known && asksAcceptance.value) return [];
  const strangers = allowed.flatMap((one) => (one.known && !listed.includes(one.value) ? [one.value] : []));
  const unread = unreadOf(allowed);
  if (asksAcceptance.known && strangers.length > 0) {
    return [
      violation(of, {
        wrong: strangers.includes("*")
          ? "lets every AWS account connect without being accepted"
          : `lets ${strangers.join(", ")} connect without being accepted`,
        why: "an endpoint in their VPC leads to what is behind the load balancer, past its network",
        evidence: `acceptanceRequired is false, and ${strangers.join(", ")} is allowed`,
        remedy:
          "write acceptanceRequired: true, or list the principal under endpoint-service-acceptance.principals",
      }),
    ];
  }
  const open = [...(strangers.length > 0 ? unreadOf([asksAcceptance]) : []), ...unread];
  return open.length === 0 ? [] : [undecided(of, open, QUESTION)];
}
