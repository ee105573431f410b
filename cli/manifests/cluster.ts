// Tests: test/cli/live.test.ts
import {
  discover,
  isForbidden,
  isNotFound,
  type KubeObject,
  type KubeReader,
  type ServedKind,
} from "../../kube";
import { type Bearing, type SourcedObject, unseenPolicies } from "../../reachability/read";
import { atSource, inputError, type PalisadeInputError } from "../../problems";
import { openCluster, orUnreachable } from "../verify/openCluster";
import type { TakenObjects } from "./input";
import type { ClusterFlags } from "./clusterFlags";
import type { Skipped } from "./skipped";

/** What a cluster holds, and what stands for what it doesn't let us see. */
export interface ClusterObjects extends TakenObjects {
  readonly unseen: readonly ReturnType<typeof unseenPolicies>[];
}

/** A kind that is to be listed, and what it is to the answer. */
interface WantedKind extends ServedKind {
  readonly bearing: Bearing;
}

/** What came of listing a kind: its objects, or why there are none. */
type Listed = WantedKind & ({ readonly objects: readonly KubeObject[] } | { readonly refusal: string });

/**
 * Reads what a cluster holds that bears on who reaches whom, page by page; discovery says which kinds there are. What may not
 * be listed is named in `skipped`, with policies that stand for it, and the role that may is printed.
 * @param bearing what a kind is to the answer; undefined: it isn't read
 * @throws PalisadeInputError for a kubeconfig that leads nowhere, a cluster that doesn't answer, or no permission to list namespaces,
 * pods and NetworkPolicies, without which there is no answer
 */
export async function readCluster(
  flags: ClusterFlags & { readonly strict?: boolean },
  bearing: (kind: ServedKind) => Bearing | undefined,
): Promise<ClusterObjects> {
  return inCluster(flags, (kube, name) => readAll(kube, name, bearing, flags.strict === true));
}

/**
 * Reads something of a running cluster; `name` is what messages call it.
 * @throws PalisadeInputError for a kubeconfig that leads nowhere, and a cluster that doesn't answer
 */
export async function inCluster<T>(
  flags: ClusterFlags,
  read: (kube: KubeReader, name: string) => Promise<T>,
): Promise<T> {
  const { context } = flags;
  const asked = context === undefined ? "--kubeconfig" : `--context ${context}`;
  const kube = openCluster(atSource(asked), flags);
  const name = `context ${kube.rest.access.context}`;
  try {
    return await orUnreachable(atSource(name), () => read(kube, name));
  } finally {
    kube.rest.close();
  }
}

/** That some kinds may not be listed, with the role that may list all that are wanted. */
export function mayNotList(
  name: string,
  missing: readonly ServedKind[],
  wanted: readonly ServedKind[],
): PalisadeInputError {
  const what = missing.map(({ resource }) => `list ${resource}`).join(", ");
  return inputError(
    atSource(name),
    `no permission to ${what}`,
    `Bind this role to whom the context is:\n${readerRole(wanted)}`,
  );
}

async function readAll(
  kube: KubeReader,
  name: string,
  bearing: (kind: ServedKind) => Bearing | undefined,
  isStrict: boolean,
): Promise<ClusterObjects> {
  const { kinds, silent } = await discover(kube.rest);
  const wanted = kinds.flatMap((kind): WantedKind[] => {
    const own = bearing(kind);
    return own === undefined ? [] : [{ ...kind, bearing: own }];
  });
  for (const kind of NEEDED) {
    if (!wanted.some((one) => one.kind === kind && one.bearing === "needed"))
      throw inputError(
        atSource(name),
        `the API server doesn't serve ${kind}, without which there is no answer`,
      );
  }
  const listed = await Promise.all(wanted.map((kind) => list(kube, kind)));
  const refused = listed.filter((one) => "refusal" in one);
  const missing = refused.filter(({ bearing }) => bearing === "needed");
  if (missing.length > 0) throw mayNotList(name, missing, wanted);
  if (refused.length > 0) {
    process.stderr.write(
      `Some kinds can't be listed without more permissions. This role has them:\n${readerRole(wanted)}`,
    );
  }
  const mute = [...silent].filter(([group]) => !METRICS.test(group));
  const objects = listed.flatMap((one) => ("objects" in one ? one.objects : []));
  return {
    objects: objects.map((value, document): SourcedObject => ({
      value,
      source: { file: name, document, isLive: true },
      path: [],
    })),
    files: [],
    tolerant: new Set(isStrict ? [] : [name]),
    skipped: [
      ...refused.map(({ group, resource, refusal }) => leftOut(fullName(resource, group), refusal)),
      ...mute.map(([group, reason]) => leftOut(`all of ${group}`, reason)),
    ],
    notes: [],
    unseen: [
      ...refused.filter(({ bearing }) => bearing === "policy"),
      ...mute.map(([group]) => ({ kind: "NetworkPolicy", group })),
    ].map(({ kind, group }) => unseenPolicies(kind, group, name)),
  };
}

const NEEDED = ["Namespace", "Pod", "NetworkPolicy"];

/** Figures about what runs, which no policy is among; their servers are the ones that are often down. */
const METRICS = /(^|\.)metrics\.k8s\.io$/;

const leftOut = (file: string, reason: string): Skipped => ({ cause: "forbidden", file, reason });

/** As kubectl and roles call a kind: `networkpolicies.networking.k8s.io`. */
const fullName = (resource: string, group: string): string =>
  group === "" ? resource : `${resource}.${group}`;

async function list(kube: KubeReader, kind: WantedKind): Promise<Listed> {
  try {
    return { ...kind, objects: await kube.listServed(kind) };
  } catch (error) {
    if (isForbidden(error)) return { ...kind, refusal: "" };
    // Its definition went while we read.
    if (isNotFound(error)) return { ...kind, objects: [] };
    throw error;
  }
}

/** The role that may list these kinds, as YAML to apply. */
export function readerRole(kinds: readonly ServedKind[]): string {
  const groups = [...new Set(kinds.map(({ group }) => group))].sort();
  const rules = groups.map((group) => {
    const resources = kinds.filter((one) => one.group === group).map(({ resource }) => resource);
    return `  - apiGroups: [${group === "" ? '""' : group}]\n    resources: [${resources.sort().join(", ")}]\n    verbs: [list]\n`;
  });
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: palisade-read\nrules:\n${rules.join("")}`;
}
