// The files of the two resources, not the package's index: it takes a tenth of a second to load what is never used.
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch";
import * as pulumi from "@pulumi/pulumi";
import { FIELD_MANAGER } from "./fieldManager";
import type { Environment, PodSecurity } from "../compile";

/** What a namespace is for and whose it is. Plain values: they are known in every preview. */
export interface IsolatedNamespaceArgs {
  /** Its name on the cluster. */
  readonly namespace: string;
  /** The application that is in it: label `app.kubernetes.io/part-of`. */
  readonly application: string;
  /** The team that answers for it: label `palisade.dev/owner`. */
  readonly owner: string;
  /** In uat and prod it is protected from deletion. */
  readonly environment: Environment;
  /** The levels of Pod Security admission that label it. */
  readonly podSecurity: PodSecurity;
  /** The namespace exists already: it keeps its own labels and gets ours beside them. */
  readonly adopt: boolean;
}

/**
 * A namespace with the labels that isolation relies on. A new one outlives the stack (`retainOnDelete`) and is
 * protected in uat and prod. An adopted one is patched: deleting the component takes our labels away, nothing else,
 * and Pod Security only warns and audits, because `enforce` could refuse its next restart.
 *
 * @example
 * ```ts
 * import { IsolatedNamespace } from "pulumi-palisade";
 *
 * export const { namespace } = new IsolatedNamespace("shop", {
 *   namespace: "shop",
 *   application: "shop",
 *   owner: "shop-team",
 *   environment: "prod",
 *   podSecurity: { enforce: "baseline", audit: "restricted", warn: "restricted" },
 *   adopt: false,
 * });
 * ```
 */
export class IsolatedNamespace extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:IsolatedNamespace";
  /** The namespace's name. */
  readonly namespace: string;
  /** What is inside it depends on this. */
  readonly resource: Namespace | NamespacePatch;

  constructor(name: string, args: IsolatedNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(IsolatedNamespace.type, name, {}, opts);
    this.namespace = args.namespace;
    this.resource = args.adopt
      ? new NamespacePatch(
          name,
          { metadata: { name: args.namespace, labels: adoptedLabels(args) } },
          { parent: this },
        )
      : new Namespace(
          name,
          {
            metadata: {
              name: args.namespace,
              labels: namespaceLabels(args),
              annotations: { ...FIELD_MANAGER },
            },
          },
          { parent: this, retainOnDelete: true, protect: args.environment !== "dev" },
        );
    this.registerOutputs({ namespace: this.namespace });
  }
}

const identity = ({ application, owner, environment }: IsolatedNamespaceArgs) => ({
  "app.kubernetes.io/part-of": application,
  "palisade.dev/environment": environment,
  "palisade.dev/owner": owner,
});

const adoptedLabels = (args: IsolatedNamespaceArgs): Record<string, string> => ({
  ...identity(args),
  "pod-security.kubernetes.io/audit": args.podSecurity.audit,
  "pod-security.kubernetes.io/warn": args.podSecurity.warn,
});

const namespaceLabels = (args: IsolatedNamespaceArgs): Record<string, string> => ({
  "app.kubernetes.io/managed-by": "palisade",
  ...adoptedLabels(args),
  "pod-security.kubernetes.io/enforce": args.podSecurity.enforce,
});
