/**
 * The table of cases: what other scanners, an attacker with commit rights and honest programs do, and what the pack says to
 * it. `npm run cases` prints it. Each file holds the cases of one subject; a new file is listed here.
 */
import type { Case } from "./case";
import { BUCKET_CASES } from "./buckets";
import { DATABASE_CASES } from "./databases";
import { GROUP_CASES } from "./groups";
import { GROUPS_OF_OTHERS_CASES } from "./groupsOfOthers";
import { HIDING_CASES } from "./hiding";
import { KIND_CASES } from "./kinds";
import { MANIFEST_CASES } from "./manifests";
import { NEIGHBOUR_CASES } from "./neighbours";
import { PERMISSION_CASES } from "./permissions";
import { ROLE_CASES } from "./roles";
import { SERVICE_CASES } from "./services";
import { OBSERVED_CASES } from "./observed";
import { PROTECTED_CASES } from "./protected";
import { TIER_CASES } from "./tiers";
import { TYPE_CASES } from "./types";
import { WORKLOAD_CASES } from "./workloads";

export const CASES: readonly Case[] = [
  ...BUCKET_CASES,
  ...DATABASE_CASES,
  ...GROUP_CASES,
  ...GROUPS_OF_OTHERS_CASES,
  ...HIDING_CASES,
  ...KIND_CASES,
  ...MANIFEST_CASES,
  ...NEIGHBOUR_CASES,
  ...PERMISSION_CASES,
  ...ROLE_CASES,
  ...SERVICE_CASES,
  ...OBSERVED_CASES,
  ...PROTECTED_CASES,
  ...TIER_CASES,
  ...TYPE_CASES,
  ...WORKLOAD_CASES,
];
