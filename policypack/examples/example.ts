// Tests: test/policypack/examples.test.ts
/**
 * A resource of an example: a Kubernetes object, or one of AWS as Pulumi's YAML writes it, where `${db.id}` stands for an output; or the
 * text of a whole program in TypeScript, by itself.
 */
export type ExampleResource =
  | { readonly kind: "object"; readonly object: KubernetesObject }
  | { readonly kind: "aws"; readonly type: string; readonly name: string; readonly properties: object }
  | { readonly kind: "program"; readonly text: string };

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object };
  readonly spec?: object;
  readonly webhooks?: readonly object[];
}

/** What violates a policy, and what complies with it. */
export interface Examples {
  readonly violating: readonly ExampleResource[];
  readonly complying: readonly ExampleResource[];
  /** The policy's configuration, where its documented example isn't meant. */
  readonly config?: object;
}

/** A Kubernetes object; in the namespace `shop` unless it says otherwise. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  spec: object,
  namespace = "shop",
): ExampleResource {
  return { kind: "object", object: { apiVersion, kind, metadata: { name, namespace }, spec } };
}

export const namespace = (name: string, labels: object): ExampleResource => ({
  kind: "object",
  object: { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
});

export const networkPolicy = (name: string, spec: object, home?: string): ExampleResource =>
  object("networking.k8s.io/v1", "NetworkPolicy", name, spec, home);

/** A ClusterNetworkPolicy of the Admin tier about every pod, unless its spec says otherwise. */
export const clusterPolicy = (name: string, spec: object): ExampleResource => ({
  kind: "object",
  object: {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier: "Admin", priority: 10, subject: { namespaces: {} }, ...spec },
  },
});

/** A resource of AWS by its type after `aws:`, as `ec2/securityGroup:SecurityGroup`. */
export const aws = (type: string, name: string, properties: object): ExampleResource => ({
  kind: "aws",
  type,
  name,
  properties,
});
