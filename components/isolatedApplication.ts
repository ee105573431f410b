import { type Declaration, declarationOf } from "../declared";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../flows";
import type { AwsOutputs, AwsShare } from "./awsShare";
import type { Cluster, Placement, Stage } from "../compile";
import { FIELD_MANAGER } from "./fieldManager";
import { IsolatedNamespace } from "./isolatedNamespace";
import {
  type CompiledPolicies,
  compileNetworkPolicies,
  ISOLATION,
  type Neighbour,
  type NetworkPolicyManifest,
  withoutLayout,
} from "../compile/networkPolicy";

/** One application on one cluster. All of it is plain: how many resources there are is known in every preview. */
export interface IsolatedApplicationArgs {
  /** The application, checked: of `validateApplications`. */
  readonly application: Application;
  /** Its namespace, its stage, and where its databases and buckets are. */
  readonly placement: Placement;
  /** The cluster that it runs on. */
  readonly cluster: Cluster;
  /** The other applications of the cluster: needed where flows lead to them or come from them. */
  readonly neighbours?: readonly Neighbour[];
  /** Its NetworkPolicies, where they are compiled already: of the same application, placement, cluster and neighbours. */
  readonly policies?: CompiledPolicies;
  /** Its part on AWS, where the cluster is in a VPC. */
  readonly aws?: AwsShare;
}

/**
 * An application's namespace, all its NetworkPolicies and, in a VPC, its part on AWS. Give it the cluster's Kubernetes
 * provider, and the AWS one where it has such a part.
 *
 * Order: namespace, then `isolation`, then the workloads' policies; a new namespace is closed from its first moment.
 * Deletion goes the other way round, so a pod is never less isolated than what is left of its policies says. In uat and
 * prod `isolation` is protected like its namespace: a deletion that Pulumi refuses half-way has opened nothing.
 *
 * @throws PalisadeInputError with every problem, before anything is registered.
 *
 * @example
 * ```ts
 * import { Provider } from "@pulumi/kubernetes";
 * import { application, type Cluster, IsolatedApplication, validateApplications } from "pulumi-palisade";
 *
 * const shop = application("shop", {
 *   owner: "shop-team",
 *   workloads: { web: { labels: { app: "web" } }, api: { labels: { app: "api" }, ports: { http: "tcp/8000" } } },
 *   flows: [{ from: "web", to: "api", ports: ["tcp/8000"], because: "pages are made from the API" }],
 * });
 * const cluster: Cluster = {
 *   name: "dev",
 *   access: { context: "k3d-dev" }, // of the kubeconfig
 *   cni: "k3s",
 *   podCidrs: ["10.42.0.0/16"],
 *   serviceCidrs: ["10.43.0.0/16"],
 *   nodeCidrs: ["172.18.0.0/16"],
 *   dns: {
 *     namespace: "kube-system",
 *     pods: { "k8s-app": "kube-dns" },
 *     nodeLocalAddresses: [],
 *     serviceAddresses: ["10.43.0.10"],
 *   },
 *   apiServer: { endpoints: [{ cidr: "172.18.0.2/32", port: 6443 }], serviceAddresses: ["10.43.0.1"] },
 *   platform: {},
 * };
 * const restricted = { enforce: "restricted", audit: "restricted", warn: "restricted" } as const;
 *
 * const provider = new Provider("dev", { context: "k3d-dev" });
 * for (const checked of validateApplications([shop])) {
 *   const placement = {
 *     application: checked.name,
 *     environment: "dev",
 *     namespace: checked.name,
 *     stage: "enforce",
 *     observedWorkloads: [],
 *     adopt: false, // true where the namespace exists already
 *     podSecurity: restricted,
 *     databases: {},
 *     buckets: {},
 *   } as const;
 *   new IsolatedApplication(`dev/${checked.name}`, { application: checked, placement, cluster }, { provider });
 * }
 * ```
 */
export class IsolatedApplication extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:IsolatedApplication";
  /** The name of its namespace. */
  readonly namespace: string;
  /** The name of its cluster. */
  readonly cluster: string;
  /** Whether its policies are off, observe or enforce. */
  readonly stage: Stage;
  /** What it declares, every end as data: what a plan is held against. */
  readonly declared: Declaration;
  /** What an operator has to know: full sentences. */
  readonly notes: readonly string[];
  /** What the owners of buckets and endpoints may add to their policies, as JSON, by what it is for. */
  readonly policiesForOwners: AwsOutputs["policiesForOwners"];

  constructor(name: string, args: IsolatedApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    const { placement, cluster, aws } = args;
    const application = aws?.application ?? args.application;
    const compiled =
      args.policies ?? compileNetworkPolicies(application, placement, cluster, args.neighbours);
    super(IsolatedApplication.type, name, {}, opts);
    const namespace = new IsolatedNamespace(
      name,
      { ...placement, owner: application.owner },
      { parent: this },
    );
    registerPolicies(name, compiled.policies, this, namespace, placement.environment !== "dev");
    this.namespace = placement.namespace;
    this.cluster = cluster.name;
    this.stage = placement.stage;
    const { neighbours = [] } = args;
    this.declared = declarationOf({
      component: name,
      application: args.application,
      placement,
      cluster,
      neighbours,
    });
    this.notes = [...compiled.notes, ...(aws?.notes ?? [])];
    const policies = new Map(
      compiled.policies.map(({ metadata }) => [withoutLayout(metadata.name), metadata.name]),
    );
    const onAws = aws?.register(name, this, namespace.resource, policies);
    this.policiesForOwners = onAws?.policiesForOwners ?? {};
    this.registerOutputs({
      namespace: this.namespace,
      cluster: this.cluster,
      stage: this.stage,
      declared: this.declared,
      notes: this.notes,
      ...(onAws === undefined ? {} : { ...onAws, quotas: aws?.quotas }),
    });
  }
}

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

/** A manifest as Pulumi applies it. */
function applied(manifest: NetworkPolicyManifest): Mutable<NetworkPolicyManifest> {
  const { metadata } = manifest;
  const annotations = { ...metadata.annotations, ...FIELD_MANAGER };
  return { ...(manifest as Mutable<NetworkPolicyManifest>), metadata: { ...metadata, annotations } };
}

/**
 * Every policy is called after the component, so the component's aliases reach it when it is renamed. A policy that gets
 * another name on the cluster stays the same resource: Pulumi makes the new one, then deletes the old one.
 */
function registerPolicies(
  name: string,
  policies: readonly NetworkPolicyManifest[],
  parent: pulumi.Resource,
  namespace: IsolatedNamespace,
  protect: boolean,
): void {
  const register = (
    manifest: NetworkPolicyManifest,
    opts: { dependsOn: pulumi.Resource[]; protect?: boolean },
  ) =>
    new NetworkPolicy(`${name}/${withoutLayout(manifest.metadata.name)}`, applied(manifest), {
      parent,
      ...opts,
    });
  const [isolation, ...others] = policies;
  if (isolation === undefined) return;
  if (isolation.metadata.name !== ISOLATION) throw new Error("The first policy has to be the isolation.");
  const first = register(isolation, { dependsOn: [namespace.resource], protect });
  for (const manifest of others) register(manifest, { dependsOn: [first] });
}
