import type { Operator } from "../stack";
import { BESIDE_OPERATORS } from "./beside";
import { CLUSTER_OPERATORS } from "./cluster";
import { GROUP_OPERATORS } from "./groups";
import { NEIGHBOUR_OPERATORS } from "./neighbours";
import { PEER_OPERATORS } from "./peers";
import { RULE_OPERATORS } from "./rules";
import { SPEC_OPERATORS } from "./spec";
import { STORAGE_OPERATORS } from "./storage";
import { TIER_OPERATORS } from "./tiers";

/** Every kind of mistake. */
export const OPERATORS: readonly Operator[] = [
  ...SPEC_OPERATORS,
  ...RULE_OPERATORS,
  ...PEER_OPERATORS,
  ...BESIDE_OPERATORS,
  ...CLUSTER_OPERATORS,
  ...GROUP_OPERATORS,
  ...STORAGE_OPERATORS,
  ...NEIGHBOUR_OPERATORS,
  ...TIER_OPERATORS,
];
