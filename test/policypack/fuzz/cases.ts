import { BROKEN_AWS } from "./awsCases";
import type { Broken } from "./broken";
import { BROKEN_CLUSTER } from "./clusterCases";
import { MORE_BROKEN } from "./moreCases";
import { BROKEN_NEIGHBOURS } from "./neighbourCases";
import { BROKEN_TIERS } from "./tierCases";

/** A stack with a defect for every invariant. */
export const EVERY_CASE: readonly Broken[] = [
  ...BROKEN_CLUSTER,
  ...BROKEN_AWS,
  ...MORE_BROKEN,
  ...BROKEN_NEIGHBOURS,
  ...BROKEN_TIERS,
];
