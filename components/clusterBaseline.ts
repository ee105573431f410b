// Tests: test/components/clusterBaseline.test.ts
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import {
  type BaselineApplication,
  type Cluster,
  type ClusterNetworkPolicyManifest,
  compileClusterBaseline,
} from "../compile";
import { FIELD_MANAGER } from "./fieldManager";

/** What a cluster's owner sets for all namespaces. Plain values: how many resources there are is known in every preview. */
export interface ClusterBaselineArgs {
  /** The cluster, with its `baseline`. */
  readonly cluster: Cluster;
  /** All applications that run on the cluster, whoever provisions them: what isn't listed is denied their databases. */
  readonly applications: readonly BaselineApplication[];
  /** Its ClusterNetworkPolicies, where they are compiled already: of the same cluster and applications. */
  readonly policies?: readonly ClusterNetworkPolicyManifest[];
}

/**
 * A cluster's ClusterNetworkPolicies by its `baseline`: denials that no NetworkPolicy undoes, and a default deny for namespaces that have none of
 * their own. For a cluster's owner; give it the cluster's Kubernetes provider. Nothing is registered for a cluster without a baseline.
 */
export class ClusterBaseline extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:ClusterBaseline";
  /** The cluster's name. */
  readonly cluster: string;
  /** The names of its policies. */
  readonly policies: readonly string[];

  constructor(name: string, args: ClusterBaselineArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClusterBaseline.type, name, {}, opts);
    const compiled = args.policies ?? compileClusterBaseline(args.cluster, args.applications);
    for (const { apiVersion, kind, metadata, spec } of compiled) {
      new CustomResource(
        `${name}/${metadata.name}`,
        { apiVersion, kind, metadata: { ...metadata, annotations: { ...FIELD_MANAGER } }, spec },
        { parent: this },
      );
    }
    this.cluster = args.cluster.name;
    this.policies = compiled.map(({ metadata }) => metadata.name);
    this.registerOutputs({ cluster: this.cluster, policies: this.policies });
  }
}
