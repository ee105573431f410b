// Tests: test/policypack/profiles.test.ts
import type { z } from "zod";
import type { Level, Profile } from "./levels";
import type { Policy } from "./policy";
import { REQUIRED_LABELS } from "./requiredLabels";

/** The policy that asks for labels. */
const LABELS = "namespace-labels";

/**
 * What `baseline` only advises on: what asks for isolation to be built, or for good housekeeping. Mandatory stays what opens
 * a door to the internet or to strangers' accounts, takes a node's network, contradicts what the stack itself declares or the
 * configuration lists, or doesn't work as it is written.
 */
const ADVISED: ReadonlySet<string> = new Set([
  "network-policy-explicit-types",
  "network-policy-no-everyone-ingress",
  "network-policy-no-everyone-egress",
  "network-policy-no-metadata-egress",
  "network-policy-no-database-ports-by-cidr",
  "network-policy-trusted-namespace-selectors",
  "cluster-network-policy-no-everyone-ingress",
  "cluster-network-policy-no-everyone-egress",
  "cluster-network-policy-no-metadata-egress",
  "cluster-network-policy-no-database-ports-by-cidr",
  "cluster-network-policy-trusted-namespace-selectors",
  "service-no-open-exposure",
  "security-group-no-world-egress",
  "security-group-rule-described",
  "rds-encrypted-and-protected",
  "rds-admits-groups-only",
  "s3-access-point-in-vpc",
  "s3-public-access-blocked",
  "s3-tls-and-endpoint-only",
  "eks-not-open-to-internet",
  "role-permissions-narrow",
  "namespace-default-deny",
  "every-workload-isolated",
  "flows-have-both-sides",
  "dns-reachable",
  "peers-not-split",
]);

/** The level that a profile gives a policy without any configuration. */
export function levelIn(profile: Profile, { name, level }: Pick<Policy, "name" | "level">): Level {
  if (profile === "strict") return level;
  if (name === LABELS) return "disabled";
  return ADVISED.has(name) ? "advisory" : level;
}

/** A policy's configuration as a profile takes it, and its level there. */
interface Profiled {
  readonly level: Level;
  readonly config: z.output<z.ZodObject>;
}

/**
 * What `baseline` makes of a policy: its level, and for namespace-labels no label that nobody asked for. An engine fills in
 * the defaults before a pack sees them, so a list that equals the default counts as not given.
 */
export function inBaseline(policy: Policy, config: Profiled["config"]): Profiled {
  if (policy.name !== LABELS) return { level: levelIn("baseline", policy), config };
  const { required, allowed } = config as { required: readonly string[]; allowed: object };
  const isAsked =
    required.length !== REQUIRED_LABELS.length || !REQUIRED_LABELS.every((label) => required.includes(label));
  if (isAsked) return { level: policy.level, config };
  const isJudged = Object.keys(allowed).length > 0;
  return { level: isJudged ? policy.level : "disabled", config: { ...config, required: [] } };
}
