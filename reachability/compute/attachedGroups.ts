// Tests: test/reachability/read/groups.test.ts
import { both, type Match, matches, NO_LABELS, UNKNOWN } from "../../kubernetes";
import { type SecurityGroupPolicy, type GroupWorld, type PodShape, UNKNOWN_NAME } from "../read";

/** The groups on an end's interface. Undefined ids: no group is judged there. */
export interface AttachedGroups {
  readonly ids: readonly string[] | undefined;
  /** False when others, or none, may be attached, or when the rules of one aren't given. */
  readonly known: boolean;
  /** Whether they are, or may be, the pod's own and not its node's. */
  readonly own: boolean;
}

const NOT_JUDGED: AttachedGroups = { ids: undefined, known: true, own: false };

/** Whether the rules of all groups are given. */
export const described = ({ groups }: Pick<GroupWorld, "groups">, ids: readonly string[]): boolean =>
  ids.every((id) => groups.some((group) => group.id === id));

/** The nodes' groups, which hostNetwork pods and pods without groups of their own share. */
export function nodeGroups(world: GroupWorld | undefined): AttachedGroups {
  if (world === undefined) return NOT_JUDGED;
  const { nodeGroups: ids } = world;
  return { ids, known: ids !== undefined && described(world, ids), own: false };
}

/** The groups that SecurityGroupPolicies attach to a pod, or else its node's. */
export function attachedGroups(
  world: GroupWorld | undefined,
  namespace: string,
  shape: PodShape,
): AttachedGroups {
  if (world === undefined) return NOT_JUDGED;
  const selecting = world.attachments
    .map((attachment) => ({ attachment, match: attachmentSelects(attachment, world, namespace, shape) }))
    .filter(({ match }) => match !== "no");
  if (selecting.length === 0) return nodeGroups(world);
  const certain = selecting.filter(({ match }) => match === "yes");
  const ids = [...new Set(certain.flatMap(({ attachment }) => attachment.groups ?? []))].sort();
  const known = selecting.every(
    ({ attachment, match }) => match === "yes" && attachment.groups !== undefined,
  );
  return { ids, known: known && described(world, ids), own: true };
}

/** Whether a SecurityGroupPolicy selects a pod. */
export function attachmentSelects(
  attachment: SecurityGroupPolicy,
  { serviceAccounts }: Pick<GroupWorld, "serviceAccounts">,
  namespace: string,
  { labels, serviceAccount }: PodShape,
): Match {
  const here: Match =
    attachment.namespace === UNKNOWN_NAME || namespace === UNKNOWN_NAME
      ? "maybe"
      : attachment.namespace === namespace
        ? "yes"
        : "no";
  if (here === "no") return "no";
  if (attachment.selects.by === "pods") return both(here, matches(attachment.selects.selector, labels));
  if (serviceAccount === UNKNOWN) return "maybe";
  // An account that no manifest shows has labels that nobody told.
  const account = serviceAccounts.get(`${namespace}/${serviceAccount}`) ?? { ...NO_LABELS, complete: false };
  return both(here, matches(attachment.selects.selector, account));
}

export const groupsKey = ({ ids, known, own }: AttachedGroups): string =>
  `${ids === undefined ? "-" : ids.join()}${known ? "" : "?"}${own ? "" : "n"}`;
