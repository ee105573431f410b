import { noOptions, type Resource } from "../../../engine/monitor/resources";
import type { ValueMap } from "../../../engine";

const urnOf = (name: string): string => `urn:pulumi:prod::shop::kubernetes::${name}`;

/** What of a planned resource a test gives; the rest is as for most. */
export interface Given extends Partial<Omit<Resource, "dependencies" | "options">> {
  readonly after?: readonly string[];
  readonly options?: Partial<Resource["options"]>;
}

/** A Kubernetes object as the embedded preview plans it, on cluster k3s-prod. */
export function planned(type: string, name: string, inputs: ValueMap, given: Given = {}): Resource {
  const { after = [], options, ...rest } = given;
  return {
    urn: urnOf(name),
    type: `kubernetes:${type}`,
    name,
    custom: true,
    read: false,
    parent: "",
    inputs,
    outputs: {},
    propertyDependencies: {},
    provider: "urn:pulumi:prod::shop::pulumi:providers:kubernetes::k3s-prod::id",
    ...rest,
    dependencies: after.map(urnOf),
    options: { ...noOptions, ...options },
  };
}

export const namespace = (name: string, given: Given = {}): Resource =>
  planned(
    "core/v1:Namespace",
    name,
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name,
        annotations: { "pulumi.com/patchFieldManager": "palisade" },
        labels: { b: "2", a: "1" },
      },
    },
    { options: { retainOnDelete: true }, ...given },
  );

export const policy = (of: string, name: string, given: Given = {}): Resource =>
  planned(
    "networking.k8s.io/v1:NetworkPolicy",
    `${of}/${name}`,
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: of },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    },
    given,
  );
