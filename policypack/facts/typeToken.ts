/**
 * A Kubernetes resource's type, whatever program or SDK registered it. `form`: a `patch` applies some fields of an
 * object that exists; a `list` holds objects under `items`.
 */
export interface KubernetesType {
  readonly group: string;
  readonly kind: string;
  readonly form: "object" | "patch" | "list";
}

const TOKEN = /^kubernetes:(?:([^/:]+)\/)?(v[^/:]+):([A-Za-z0-9]+)$/;

/**
 * Reads `kubernetes:networking.k8s.io/v1:NetworkPolicyPatch`; undefined for any other provider's token. The version is
 * left out on purpose: a rule holds for each. Charts, ConfigFiles and CustomResources register the same tokens.
 */
export function parseKubernetesType(token: string): KubernetesType | undefined {
  const match = TOKEN.exec(token);
  if (match === null) return undefined;
  const [, group = "core", , name = ""] = match;
  const suffix = /^(.+)(Patch|List)$/.exec(name);
  if (suffix?.[1] === undefined) return { group, kind: name, form: "object" };
  return { group, kind: suffix[1], form: suffix[2] === "Patch" ? "patch" : "list" };
}
