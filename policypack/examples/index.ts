/**
 * A violating and a complying example of each policy, for docs/policies.md; a test judges them. In: nothing. Out: resources as data, or a whole
 * program, by the policy's name. Beside the invariants and outside the pack: it starts without them.
 */
import { AWS_EXAMPLES } from "./aws";
import { CLUSTER_EXAMPLES } from "./cluster";
import type { Examples } from "./example";
import { PROGRAM_EXAMPLES } from "./programs";
import { TIER_EXAMPLES } from "./tiers";
import { ROLE_EXAMPLES } from "./roles";

export type { ExampleResource } from "./example";

export const EXAMPLES: Readonly<Record<string, Examples>> = {
  ...CLUSTER_EXAMPLES,
  ...TIER_EXAMPLES,
  ...AWS_EXAMPLES,
  ...ROLE_EXAMPLES,
  ...PROGRAM_EXAMPLES,
};
