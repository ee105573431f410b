import { ACCESS_POINT_CASES } from "./accessPoints";
import { ACL_CASES } from "./acls";
import type { Case } from "./case";
import { CLIENT_GROUP_CASES } from "./clientGroups";
import { BESIDE_DATABASE_CASES } from "./databasesBeside";
import { DIRECTORY_BUCKET_CASES } from "./directoryBuckets";
import { EKS_CASES } from "./eks";
import { ENDPOINT_CASES } from "./endpoints";
import { NETWORK_ACL_CASES } from "./networkAcls";
import { PREFIX_LIST_CASES } from "./prefixLists";
import { ROUTE_CASES } from "./routes";
import { STORE_CASES } from "./stores";

/** What stands beside databases, buckets and clusters, and opens the same doors. */
export const NEIGHBOUR_CASES: readonly Case[] = [
  ...BESIDE_DATABASE_CASES,
  ...STORE_CASES,
  ...ACL_CASES,
  ...ACCESS_POINT_CASES,
  ...DIRECTORY_BUCKET_CASES,
  ...EKS_CASES,
  ...NETWORK_ACL_CASES,
  ...ENDPOINT_CASES,
  ...PREFIX_LIST_CASES,
  ...ROUTE_CASES,
  ...CLIENT_GROUP_CASES,
];
