import type { Answer } from "./fakeApiServer";

/** A kind that a fake API server serves, and its objects; `refuse`: it may not be listed. */
export interface ServedObjects {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly objects?: readonly object[];
  readonly refuse?: true;
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";

/**
 * Answers as an API server that serves these kinds does: discovery for all groups at once, and lists in pages of `limit`, with no
 * kind and version in their items.
 */
export function served(kinds: readonly ServedObjects[]): (method: string, url: string) => Answer | undefined {
  return (method, url) => {
    const { pathname, searchParams } = new URL(url, "http://server");
    if (method !== "GET") return undefined;
    if (pathname === "/api" || pathname === "/apis") return { body: discovery(kinds, pathname === "/api") };
    const found = kinds.find(
      ({ apiVersion, resource }) =>
        pathname === `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}/${resource}`,
    );
    if (found === undefined) return undefined;
    if (found.refuse) return { status: 403, body: { message: `${found.resource} is forbidden` } };
    const items = (found.objects ?? []).map((object) =>
      Object.fromEntries(Object.entries(object).filter(([key]) => key !== "kind" && key !== "apiVersion")),
    );
    const from = Number(searchParams.get("continue") ?? 0);
    const limit = Number(searchParams.get("limit") ?? items.length);
    const rest = from + limit < items.length ? { continue: String(from + limit) } : {};
    return { body: { metadata: rest, items: items.slice(from, from + limit) } };
  };
}

function discovery(kinds: readonly ServedObjects[], core: boolean): object {
  const own = kinds.filter(({ apiVersion }) => apiVersion.includes("/") !== core);
  const groups = [...new Set(own.map(({ apiVersion }) => groupOf(apiVersion)))];
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    items: groups.map((name) => ({
      metadata: name === "" ? {} : { name },
      versions: own
        .filter(({ apiVersion }) => groupOf(apiVersion) === name)
        .map(({ apiVersion, kind, resource }) => ({
          version: apiVersion.split("/").at(-1),
          freshness: "Current",
          resources: [{ resource, responseKind: { kind }, verbs: ["get", "list"] }],
        })),
    })),
  };
}
