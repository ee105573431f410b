/** A security group, whoever makes it: rules name groups by this, components turn it into an id. */
export type GroupRef =
  | { readonly kind: "workload"; readonly application: string; readonly id: string }
  | { readonly kind: "dns-client" }
  | { readonly kind: "database"; readonly application: string; readonly database: string }
  | { readonly kind: "s3-endpoint" }
  /** Another owner's, by its id: two facts of the config that name one group are one group. */
  | { readonly kind: "given"; readonly id: string };

/** A group that this program makes. */
export type MadeGroupRef = Exclude<GroupRef, { readonly kind: "given" }>;

/** Unique in a cluster, readable in names: "fineract.write", "db-keycloak", "dns-client", "sg-0123". */
export function groupLabel(ref: GroupRef): string {
  switch (ref.kind) {
    case "workload":
      return ref.id.replace("/", ".");
    case "database":
      return `db-${ref.database}`;
    case "dns-client":
    case "s3-endpoint":
      return ref.kind;
    case "given":
      return ref.id;
  }
}

/** Unique among all groups of a cluster, whichever application's: workloads are "app:web", databases "app:db-main". */
export function groupKey(ref: GroupRef): string {
  const owner = applicationOf(ref);
  return owner === undefined ? groupLabel(ref) : `${owner}:${groupLabel(ref)}`;
}

/** The application that a group is of; none: the cluster's, or another owner's. */
export const applicationOf = (ref: GroupRef): string | undefined =>
  ref.kind === "workload" || ref.kind === "database" ? ref.application : undefined;
