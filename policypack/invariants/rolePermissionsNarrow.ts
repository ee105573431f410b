import * as z from "zod";
import { both, type Match } from "../../kubernetes";
import type { PermissionsFact, ResourceReference } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { any, type GivenPower, listText, powersOf, targetOf, widePowers } from "../judgment";
import { type Unread, unreadOf } from "../values";

/** The idea is that of AWS's IAM best practices, "Apply least-privilege permissions", for what isolates applications. */
export const rolePermissionsNarrow = stackInvariant({
  scope: "stack",
  name: "role-permissions-narrow",
  description: "No IAM role, user or group may reach every bucket, database, security group or role.",
  stops:
    "Permissions by which whoever holds them goes around other applications' isolation: the objects or policies of every bucket, `rds-db:connect` to every database as anybody, the rules of every security group or who holds it, every role. Inline policies, policies and their attachments are read statement by statement, with denials and with conditions that choose among resources; of AWS's own policies AdministratorAccess, PowerUserAccess, ReadOnlyAccess, AmazonS3FullAccess, AmazonS3ReadOnlyAccess, AmazonEC2FullAccess, AmazonVPCFullAccess and IAMFullAccess. Policies of other stacks aren't seen; a resource that isn't known yet, in a document made of resources of the stack, counts as one of these. What deploys, or manages load balancers or interfaces for a cluster, needs some of it: exempt it by name.",
  remedy: "Name the bucket, the database's user, the group or the role in Resource.",
  severity: "high",
  config: z.strictObject({}),
  judge(facts) {
    const all = facts.filter((fact) => fact.kind === "Permissions");
    return all.filter((one) => !isBoundaryOnly(one, all)).flatMap((one) => judgeOne(one, all));
  },
});

const QUESTION = "it reaches every bucket, database, security group or role";

type All = readonly PermissionsFact[];

function judgeOne(one: PermissionsFact, all: All): Finding[] {
  const found = givenBy(one, all);
  const bounds = boundsOf(one, all);
  const sure = found.given.filter(({ answer, power }) => both(answer, bounds.allows(power.text)) === "yes");
  const open = found.given.filter(({ answer, power }) => both(answer, bounds.allows(power.text)) === "maybe");
  const unread = [
    ...found.unread,
    ...open.flatMap((given) => given.unread),
    ...(open.some(({ answer }) => answer === "yes") ? bounds.unread : []),
  ];
  return [
    ...(sure.length === 0 ? [] : [tooWide(one, sure)]),
    ...(unread.length === 0 ? [] : [undecided(one, [...new Set(unread)], QUESTION)]),
  ];
}

function tooWide(one: PermissionsFact, sure: readonly WideGiven[]): Finding {
  const texts = sure.map(({ power }) => power.text);
  const remedies = [...new Set(sure.map((each) => each.remedy))];
  return violation(one, {
    wrong: `lets its holder ${listText(texts, texts.length)}`,
    why: "no security group, bucket policy or declared flow holds that identity back",
    evidence: [...new Set(sure.map(({ evidence }) => evidence))].join("; "),
    remedy: listText(remedies, remedies.length),
  });
}

/** A power, whether it is given, and by what. */
interface WideGiven extends Pick<GivenPower, "power" | "answer" | "unread"> {
  readonly evidence: string;
  readonly remedy: string;
}

/** What a resource gives by its own documents, and by policies of AWS's that it attaches. */
function givenBy(one: PermissionsFact, all: All): { given: WideGiven[]; unread: Unread[] } {
  const { documents, attached } = one;
  const unread: Unread[] = unreadOf([documents, attached]);
  const given: WideGiven[] = [];
  for (const document of documents.known ? documents.value : []) {
    if (document.known) given.push(...powersOf(document.value, one.namesOwn).map(byStatements));
    else unread.push(document);
  }
  for (const reference of attached.known ? attached.value : []) {
    const target = targetOf(reference, policiesOf(all));
    if (target.kind === "unread") unread.push(target.unread);
    if (target.kind === "foreign") given.push(...byArn(reference.path, target.id));
  }
  return { given, unread };
}

function byStatements({ power, answer, by, unread }: GivenPower): WideGiven {
  const [first] = by;
  const name = first?.statement.name ?? "";
  return {
    power,
    answer,
    unread,
    evidence: `${name} allows ${first?.action ?? ""} on all of them`,
    remedy: `name the resources that are meant in ${name}`,
  };
}

const byArn = (path: string, arn: string): WideGiven[] =>
  widePowers(arn).map((power) => ({
    power,
    answer: "yes",
    unread: [],
    evidence: `${path} is ${arn}`,
    remedy: `attach a policy that names the resources in place of ${path}`,
  }));

const policiesOf = (all: All): All => all.filter(({ form }) => form === "policy");

/** What bounds a resource's permissions: its own boundary, or its one holder's. */
interface Bounds {
  readonly allows: (power: string) => Match;
  readonly unread: readonly Unread[];
}

const UNBOUND: Bounds = { allows: () => "yes", unread: [] };

function boundsOf(one: PermissionsFact, all: All): Bounds {
  const boundaries = [one, ...holdersOf(one, all)].map(({ boundary }) => boundary);
  const [boundary, ...others] = boundaries.filter((each) => each !== undefined);
  // Several holders may have several boundaries: then none is taken for all of them.
  if (boundary === undefined || others.length > 0) return UNBOUND;
  return bounds(boundary, all);
}

function holdersOf({ holders }: PermissionsFact, all: All): readonly PermissionsFact[] {
  if (!holders.known) return [];
  const targets = holders.value.map((holder) => targetOf(holder, all));
  return targets.flatMap((target) => (target.kind === "one" ? [target.of] : []));
}

function bounds(boundary: ResourceReference, all: All): Bounds {
  const target = targetOf(boundary, policiesOf(all));
  const unread: Unread = { known: false, path: boundary.path, because: "a policy that isn't seen here" };
  if (target.kind === "unread") return { allows: () => "maybe", unread: [target.unread] };
  if (target.kind === "foreign") {
    const wide = widePowers(target.id).map(({ text }) => text);
    return { allows: (power) => (wide.includes(power) ? "yes" : "maybe"), unread: [unread] };
  }
  const { given, unread: inside } = givenBy(target.of, all);
  const answers = new Map(
    given.map(({ power }) => [
      power.text,
      any(given.filter((each) => each.power === power).map(({ answer }) => answer)),
    ]),
  );
  return {
    allows: (power) => (inside.length > 0 ? "maybe" : (answers.get(power) ?? "no")),
    unread: [...inside, ...given.flatMap((each) => each.unread)],
  };
}

/** Whether a policy of the stack bounds roles and gives nothing: it is some holder's boundary, and nothing attaches it. */
function isBoundaryOnly(one: PermissionsFact, all: All): boolean {
  if (one.form !== "policy") return false;
  const leadsHere = (reference: ResourceReference) => {
    const target = targetOf(reference, policiesOf(all));
    return target.kind === "one" && target.of === one;
  };
  const attached = all.flatMap((each) => (each.attached.known ? each.attached.value : []));
  const boundaries = all.flatMap(({ boundary }) => (boundary === undefined ? [] : [boundary]));
  return boundaries.some(leadsHere) && !attached.some(leadsHere);
}
