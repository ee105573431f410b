import { DEFAULT_NAMESPACE, isNamespaceName } from "../../kubernetes";
import { Cursor, type Field, known, type RevealedValue } from "../values";

/** What the pack is told about one resource, by itself or among a stack's. */
export interface ResourceInput {
  readonly urn: string;
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** Where people find it, if not by its name in a program: `shop.yaml`. */
  readonly origin?: string | undefined;
  readonly props: RevealedValue;
  /** Names of outputs that the program has as secrets, or that say something else (data/exemptionTrace.ts). */
  readonly secretOutputs?: readonly string[] | undefined;
  /** The parent's URN; known only of a stack's resources. */
  readonly parent?: string | undefined;
  readonly provider?:
    { readonly urn: string; readonly name: string; readonly props: RevealedValue } | undefined;
  /** For each property, the URNs of the resources that its value was made from; known only of a stack's resources. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** One object that a resource holds: itself, or an item of a list kind. Every fact has one. */
export interface Subject {
  readonly urn: string;
  /** Where it is: `resource "web"`, `NetworkPolicyList resource "web"`, or the resource's origin. */
  readonly title: string;
  /** Where the object begins inside the resource: empty, or `items[2]`. */
  readonly object: Cursor;
  /** Some fields of an object that exists already: what is absent here isn't absent there. */
  readonly partial: boolean;
  readonly cluster: TargetCluster;
  /** The URNs of the resources that the object's name and namespace were made from, as far as known. */
  readonly namedFrom: readonly string[];
}

/** Where an object goes. Two objects are in one cluster exactly if their `key`s are equal. */
export interface TargetCluster {
  /** Compared, never printed: it may hold a kubeconfig. */
  readonly key: string;
  /** The provider's name in the program; undefined for the default provider. */
  readonly provider: string | undefined;
  /** Where an object goes that names no namespace. */
  readonly defaultNamespace: Field<string>;
}

/** The provider that Pulumi makes itself: `default`, `default_4_34_2`. Its name says nothing to anybody. */
const isDefaultProvider = (name: string): boolean => /^default(_\d+_\d+_\d+(_.*)?)?$/.test(name);

/** What tells one cluster from another among a Kubernetes provider's properties. */
const IDENTITY = ["kubeconfig", "context", "cluster", "renderYamlToDirectory"] as const;

/**
 * The cluster that a resource's provider speaks to. Providers with equal, known connection settings are one cluster;
 * where a setting isn't known yet, a provider is a cluster of its own.
 */
export function clusterOf(provider: ResourceInput["provider"]): TargetCluster {
  if (provider === undefined) {
    return { key: JSON.stringify([]), provider: undefined, defaultNamespace: known(DEFAULT_NAMESPACE) };
  }
  const props = Cursor.root(provider.props);
  const settings = IDENTITY.flatMap((name) => {
    const setting = props.at(name).text();
    return setting.known && setting.value === undefined ? [] : [{ name, setting }];
  });
  const key = settings.every(({ setting }) => setting.known)
    ? JSON.stringify(settings.map(({ name, setting }) => [name, setting.known && setting.value]))
    : provider.urn;
  const namespace = props.at("namespace").text();
  return {
    key,
    provider: isDefaultProvider(provider.name) ? undefined : provider.name,
    defaultNamespace: namespace.known ? known(namespace.value ?? DEFAULT_NAMESPACE) : namespace,
  };
}

/** The namespace of a namespaced object. */
export function namespaceOf(subject: Subject): Field<string> {
  const written = subject.object.at("metadata").at("namespace").text();
  if (!written.known) return written;
  // The API reads an empty namespace as none.
  if (written.value === undefined || written.value === "") return subject.cluster.defaultNamespace;
  if (isNamespaceName(written.value)) return known(written.value);
  return {
    known: false,
    path: "metadata.namespace",
    because: "not a namespace name, so the API refuses it",
    isWrong: true,
  };
}

/** The object's name; undefined where Pulumi is to choose one. */
export function nameOf(subject: Subject): Field<string | undefined> {
  return subject.object.at("metadata").at("name").text();
}

/** How a message names an object: `NetworkPolicy shop/web (resource "web")`. */
export function describe(
  kind: string,
  parts: readonly Field<string | undefined>[],
  subject: Subject,
): string {
  const names = parts.map((part) => (part.known ? part.value : undefined));
  const path = names.length > 0 && names.every((name) => name !== undefined) ? ` ${names.join("/")}` : "";
  const item = subject.object.path === "" ? "" : `, ${subject.object.path}`;
  const provider = subject.cluster.provider === undefined ? "" : `, provider ${subject.cluster.provider}`;
  return `${kind}${path} (${subject.title}${item}${provider})`;
}
