import { ApiError } from "./errors";
import type { Rest } from "./rest";

/** A kind that an API server serves, and that can be listed. */
export interface ServedKind {
  /** Empty for the core group. */
  readonly group: string;
  /** The version of the group that the server prefers, among those that have the kind. */
  readonly version: string;
  readonly kind: string;
  /** What the API's paths and roles call it: "networkpolicies". */
  readonly resource: string;
}

/** What an API server serves. */
export interface Discovery {
  readonly kinds: readonly ServedKind[];
  /** Groups that the server has and can't tell about, because another server behind it is to answer: and why. */
  readonly silent: ReadonlyMap<string, string>;
}

/** Kinds of every group in one answer; servers before Kubernetes 1.27 answer with a list of groups instead. */
const AGGREGATED = [
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
  "application/json",
].join(",");

interface AggregatedAnswer {
  readonly kind?: string;
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly freshness?: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind?: string };
        readonly verbs?: readonly string[];
      }[];
    }[];
  }[];
  /** Of a server that knows no aggregated discovery. */
  readonly groups?: readonly {
    readonly name: string;
    readonly versions: readonly { readonly version: string }[];
    readonly preferredVersion?: { readonly version: string };
  }[];
}

/** One version of a group; its resources, or why they aren't known. */
interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly Pick<ServedKind, "kind" | "resource">[] | { readonly silent: string };
}

/**
 * Asks an API server which kinds it serves.
 * @throws ApiError, UnreachableError where it doesn't say at all
 */
export async function discover(rest: Rest): Promise<Discovery> {
  const [core, others] = await Promise.all([groupVersions(rest, "/api"), groupVersions(rest, "/apis")]);
  const kinds = new Map<string, ServedKind>();
  const silent = new Map<string, string>();
  for (const { group, version, resources } of [...core, ...others]) {
    if ("silent" in resources) {
      silent.set(group, resources.silent);
      continue;
    }
    for (const { kind, resource } of resources) {
      const key = `${group}/${kind}`;
      if (!kinds.has(key)) kinds.set(key, { group, version, kind, resource });
    }
  }
  return { kinds: [...kinds.values()], silent };
}

/** The versions of all groups below a path, each group's preferred one first. */
async function groupVersions(rest: Rest, path: "/api" | "/apis"): Promise<readonly GroupVersion[]> {
  const answer = (await rest.call("GET", path, undefined, undefined, AGGREGATED)) as AggregatedAnswer;
  if (answer.kind === "APIGroupDiscoveryList") return (answer.items ?? []).flatMap(ofAggregated);
  if (path === "/api") return [await asked(rest, "", "v1")];
  const each = (answer.groups ?? []).flatMap(({ name, versions, preferredVersion }) =>
    [...new Set([preferredVersion?.version, ...versions.map(({ version }) => version)])].flatMap((version) =>
      version === undefined ? [] : [asked(rest, name, version)],
    ),
  );
  return Promise.all(each);
}

type AggregatedGroup = NonNullable<AggregatedAnswer["items"]>[number];

const ofAggregated = ({ metadata, versions = [] }: AggregatedGroup): readonly GroupVersion[] =>
  versions.map(({ version, freshness, resources = [] }) => ({
    group: metadata?.name ?? "",
    version,
    // What such a server said when it last answered is kept, and may be out of date or nothing.
    resources:
      freshness === "Stale"
        ? { silent: "the server behind it doesn't answer" }
        : resources.flatMap(({ resource, responseKind, verbs }) =>
            responseKind?.kind === undefined || verbs?.includes("list") !== true
              ? []
              : [{ kind: responseKind.kind, resource }],
          ),
  }));

/** One version of a group, asked about by itself. */
async function asked(rest: Rest, group: string, version: string): Promise<GroupVersion> {
  const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    const { resources = [] } = (await rest.call("GET", path)) as {
      readonly resources?: readonly {
        readonly name: string;
        readonly kind: string;
        readonly verbs?: readonly string[];
      }[];
    };
    const listed = resources.flatMap(({ name, kind, verbs }) =>
      name.includes("/") || verbs?.includes("list") !== true ? [] : [{ kind, resource: name }],
    );
    return { group, version, resources: listed };
  } catch (error) {
    if (!(error instanceof ApiError) || group === "") throw error;
    return { group, version, resources: { silent: error.message } };
  }
}
