/** Kubernetes labels: what a podSelector's `matchLabels` holds. */
export type Labels = Readonly<Record<string, string>>;

/** Pods chosen inside a namespace. Every pod is said in words: an empty set of labels never means everyone. */
export type PodChoice = Labels | "every-pod";

/** What a flow needs of a bucket; becomes the least IAM actions. */
export type BucketAccessMode = "read" | "write" | "read-write";

/**
 * One end of a flow, as plain data: the functions below only build these objects, so an application written in YAML
 * or JSON says the same thing in the same words. `W` are the workload references of the application ("web",
 * "fineract/write"), `D` its databases, `B` its buckets: TypeScript refuses any other.
 */
export type Peer<W extends string = string, D extends string = string, B extends string = string> =
  | { readonly kind: "workload"; readonly workload: W }
  | { readonly kind: "every-workload" }
  | { readonly kind: "application"; readonly application: string; readonly workload: string }
  | { readonly kind: "pods"; readonly namespace: string; readonly pods: PodChoice }
  | { readonly kind: "platform"; readonly service: string }
  | { readonly kind: "cidr"; readonly cidrs: readonly string[] }
  | { readonly kind: "internet" }
  | { readonly kind: "kubernetes-api" }
  | { readonly kind: "database"; readonly database: D }
  | {
      readonly kind: "bucket";
      readonly bucket: B;
      readonly access: BucketAccessMode;
      readonly prefix?: string;
    }
  | { readonly kind: "cloud-identity" };

/** The kinds that one end of a flow can be. */
export type PeerKind = Peer["kind"];

/** Every workload of this application, itself included. */
export const everyWorkload = (): Peer<never, never, never> => ({ kind: "every-workload" });

/** A workload ("redis", or one instance of it "redis/primary") of another application, which must accept the flow. */
export const workloadOf = (application: string, workload: string): Peer<never, never, never> => ({
  kind: "application",
  application,
  workload,
});

/** Pods of a namespace that this program doesn't own, by the namespace's name and the pods' labels. */
export const podsOf = (namespace: string, pods: PodChoice): Peer<never, never, never> => ({
  kind: "pods",
  namespace,
  pods,
});

/** A service that the cluster's config names: "ingress", "monitoring", or an operator such as "postgres-operator". */
export const platform = (service: string): Peer<never, never, never> => ({ kind: "platform", service });

/** The cluster's ingress controller, wherever this cluster runs it. */
export const ingressController = (): Peer<never, never, never> => platform("ingress");

/** The cluster's Prometheus, wherever this cluster runs it. */
export const monitoring = (): Peer<never, never, never> => platform("monitoring");

/** Addresses, as canonical CIDRs ("203.0.113.0/24", "2001:db8::/32"). */
export const cidr = (...cidrs: readonly [string, ...string[]]): Peer<never, never, never> => ({
  kind: "cidr",
  cidrs,
});

/** Public addresses only: never private, link-local, shared, metadata or the cluster's own. */
export const internet = (): Peer<never, never, never> => ({ kind: "internet" });

/** The cluster's Kubernetes API server. */
export const kubernetesApi = (): Peer<never, never, never> => ({ kind: "kubernetes-api" });

/** A database that the application declares. */
export const database = <D extends string>(name: D): Peer<never, D, never> => ({
  kind: "database",
  database: name,
});

/** A bucket that the application declares; `prefix` limits the role to keys that begin with it. */
export const bucket = <B extends string>(
  name: B,
  access: BucketAccessMode,
  options: { readonly prefix?: string } = {},
): Peer<never, never, B> => ({ kind: "bucket", bucket: name, access, ...options });

/** Where pods get their cloud credentials: the STS endpoint (IRSA) or the EKS Pod Identity agent. */
export const cloudIdentity = (): Peer<never, never, never> => ({ kind: "cloud-identity" });
