import type { Unexpressed } from "../../adopt";
import { fieldsOf, isMap } from "../../data";
import { atPath, atSource, atSubject } from "../../problems";
import { objectText, type SourcedObject } from "../../reachability/read";
import { opened } from "../manifests/namespace";

/** Objects of which those of one kind are NetworkPolicies now, and what of these isn't about connections of pods. */
export interface Translation {
  readonly objects: readonly SourcedObject[];
  readonly unexpressed: readonly Unexpressed[];
  /** What to say of it. */
  readonly notes: readonly string[];
}

/** What one object says as NetworkPolicies, and what these can't say of it. */
export interface TranslatedObject {
  readonly policies: readonly object[];
  readonly problems: readonly Unexpressed[];
}

/** A kind whose controller writes NetworkPolicies. */
export interface PolicyMaker {
  readonly kind: string;
  /** Its group, of any version. */
  readonly group: string;
  /** What is said once where an input has such objects. */
  readonly note: string;
}

/**
 * Objects with NetworkPolicies in the place of those of a kind whose controller writes them.
 * @param translator given all objects, says what one of them is
 */
export function translate(
  listed: readonly SourcedObject[],
  { kind, group, note }: PolicyMaker,
  translator: (objects: readonly SourcedObject[]) => (object: SourcedObject) => TranslatedObject,
): Translation {
  const objects = listed.flatMap(opened);
  const isMeant = ({ value }: SourcedObject): boolean => {
    const { kind: given, apiVersion } = fieldsOf(value) ?? {};
    return given === kind && typeof apiVersion === "string" && apiVersion.startsWith(`${group}/`);
  };
  if (!objects.some(isMeant)) return { objects: listed, unexpressed: [], notes: [] };
  const unexpressed: Unexpressed[] = [];
  const say = translator(objects);
  const translated = objects.flatMap((object): readonly SourcedObject[] => {
    if (!isMeant(object)) return [object];
    const { policies, problems } = say(object);
    unexpressed.push(...problems);
    return policies.map((value) => ({ ...object, value }));
  });
  return { objects: translated, unexpressed, notes: [note] };
}

/** What an object is called, what it asks for, and a function that lists what no policy can say of one of its fields. */
export function named(
  { value, source }: SourcedObject,
  kind: string,
  unnamed: string,
): {
  readonly name: string;
  readonly namespace: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly problem: (path: readonly (string | number)[], message: string, remedy: string) => Unexpressed;
} {
  const { metadata, spec } = fieldsOf(value) ?? {};
  const meta = isMap(metadata) ? metadata : {};
  const name = textOr(meta["name"], unnamed);
  const namespace = textOr(meta["namespace"], "default");
  return {
    name,
    namespace,
    spec: isMap(spec) ? spec : {},
    problem: (path, message, remedy) => ({
      place: [
        ...atSource(source.file, source.isLive === true ? {} : { document: source.document }),
        ...atSubject(objectText(kind, { namespace, name })),
        ...atPath("spec", ...path),
      ],
      message,
      remedy,
      ends: [],
      directions: [],
    }),
  };
}

/** A NetworkPolicy of pods with labels, as a manifest has it. */
export const networkPolicy = (
  metadata: { readonly name: string; readonly namespace: string; readonly annotations?: object },
  matchLabels: object,
  spec: object,
) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata,
  spec: { podSelector: { matchLabels }, ...spec },
});

/** The half of a peer that says whose pods are meant. */
export const inNamespace = (namespace: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
});

/** The cluster's name resolution, as most charts have it. */
export const CLUSTER_DNS = {
  ...inNamespace("kube-system"),
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
} as const;

/** A field that is a text, or what stands for it where it isn't. */
export const textOr = (value: unknown, otherwise: string): string =>
  typeof value === "string" ? value : otherwise;
