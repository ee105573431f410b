import { z } from "zod";
import { STAGES } from "../compile";
import { awsPlacement, bucketSource, credentials, databaseSource } from "./awsSchema";
import { choice, cidrs, flag, mapping, oneOfKinds, record, text } from "./builders";
import { issueError } from "./configIssues";

/** Some YAML parsers read a bare off as false. */
const stage = () => z.preprocess((value) => (value === false ? "off" : value), choice("a stage", STAGES));

const level = () => choice("a Pod Security level", ["privileged", "baseline", "restricted"]);

/** What Pod Security does unless a placement says otherwise: refuse the dangerous, name the rest. */
const podSecurity = () =>
  mapping("podSecurity", {
    enforce: level().default("baseline"),
    audit: level().default("restricted"),
    warn: level().default("restricted"),
  });

const endpoint = () =>
  oneOfKinds(
    "endpoint",
    ["gateway", "interface"],
    [
      mapping("a gateway endpoint", { kind: z.literal("gateway"), prefixListCidrs: cidrs() }),
      mapping("an interface endpoint", { kind: z.literal("interface"), subnetCidrs: cidrs() }),
    ],
  );

const identity = () =>
  oneOfKinds(
    "identity",
    ["irsa", "pod-identity"],
    [
      mapping("irsa", { kind: z.literal("irsa"), stsSubnetCidrs: cidrs().optional() }),
      mapping("pod-identity", { kind: z.literal("pod-identity") }),
    ],
  );

/** The stack's changes to an application's flows; their shape and meaning are checked with the application. */
const overrides = () =>
  z.record(z.string(), z.unknown(), {
    error: issueError(() => ({
      message: "isn't a mapping",
      remedy: "Write what this stack changes, such as monitoring: false",
    })),
  });

/** One application on one cluster, as a cluster's `applications` lists it. */
export const placement = () =>
  mapping("a placement", {
    namespace: text("a namespace's name", "Write the name of a namespace").optional(),
    stage: stage(),
    workloadStages: record(stage()).default({}),
    adopt: flag().default(false),
    podSecurity: podSecurity().prefault({}),
    databases: record(
      mapping("a database", {
        // Or { subnetGroup: … }, which is looked up before this schema reads it.
        subnetCidrs: cidrs(),
        source: databaseSource().optional(),
        credentials: credentials().optional(),
      }),
    ).default({}),
    buckets: record(
      mapping("a bucket", { endpoint: endpoint().optional(), source: bucketSource().optional() }),
    ).default({}),
    identity: identity().optional(),
    aws: awsPlacement().prefault({}),
    overrides: overrides().default({}),
  });

/** A placement as the schema gives it. */
export type PlacementConfig = z.output<ReturnType<typeof placement>>;
