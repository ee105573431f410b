import type * as pulumi from "@pulumi/pulumi";
import type { Application } from "../flows";

/**
 * An application's part on AWS, as `IsolatedApplication` takes it. It is handed in, so that what talks to AWS is only
 * loaded for a cluster that is in a VPC.
 */
export interface AwsShare {
  /** The application with the flows that its credentials need: what NetworkPolicies are compiled from. */
  readonly application: Application;
  readonly notes: readonly string[];
  /** How full each of its groups is: one line each. */
  readonly quotas: readonly string[];
  /**
   * Registers it under a component. `namespace` has to exist first; `policies` are the application's
   * NetworkPolicies, for the plan: what each is called in every version, and its name in this one.
   */
  readonly register: (
    name: string,
    parent: pulumi.ComponentResource,
    namespace: pulumi.Resource,
    policies: ReadonlyMap<string, string>,
  ) => AwsOutputs;
}

/** What the plan shows of it. */
export interface AwsOutputs {
  /** One line for each (database or bucket, workload): policy, groups, role. */
  readonly access: readonly string[];
  /**
   * Policies as JSON, whose statements the owners of buckets and endpoints may add to theirs: none of ours is written
   * there. By what they are for: "bucket shop-files", "S3 endpoint vpce-0123".
   */
  readonly policiesForOwners: Readonly<Record<string, pulumi.Output<string>>>;
}
