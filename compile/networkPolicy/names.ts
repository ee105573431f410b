import { createHash } from "node:crypto";
import type { Instance } from "../../flows";

/** The namespace-wide policy: default deny under `enforce`, allow all under `observe`. */
export const ISOLATION = "isolation";

/** On `isolation` and on what keeps a workload open: the stage that wrote it. */
export const STAGE_ANNOTATION = "palisade.dev/stage";

/** A label value's limit; policies' names may be longer, but tools put them into labels. */
const LONGEST = 63;
const HASH = 8;
const LAYOUT = 6;

/**
 * What the names of an instance's or workload's policies begin with. A dot joins workload and instance, which are
 * DNS labels and have none: "web" of "a" and "a-web" stay apart.
 */
export const subjectOf = ({ workload, instance }: Pick<Instance, "workload" | "instance">): string =>
  instance === undefined ? workload : `${workload}.${instance}`;

/** What a policy does for its subject. */
export type PolicyRole = "ingress" | "egress" | "observe";

/**
 * What a policy is called in every version of an application, "nginx-ingress" or "fineract.write-egress": the subject is
 * never shortened silently, so two subjects never share a name. So long that with a layout it were over 63 characters:
 * cut, with a hash of the whole.
 */
export function policyName(subject: string, role: PolicyRole): string {
  const longest = LONGEST - LAYOUT - 1;
  const name = `${subject}-${role}`;
  if (name.length <= longest) return name;
  const room = longest - role.length - HASH - 2;
  return `${subject.slice(0, room).replace(/[^a-z0-9]+$/, "")}-${hashOf(subject, HASH)}-${role}`;
}

/**
 * That name with a hash of the ports of the policy's rules, in their order: "nginx-ingress-5d1f03". A policy of which only
 * peers change keeps its name; one whose rules move is a new policy, made before the old one goes
 * (docs/decisions/0006-names-by-layout.md).
 */
export const nameWithLayout = (name: string, ports: readonly string[]): string =>
  `${name}-${hashOf(ports.join("\n"), LAYOUT)}`;

const WITH_LAYOUT = new RegExp(`^(.+-(?:ingress|egress))-[0-9a-f]{${LAYOUT}}$`);

/** A policy's name without the hash of its ports. */
export const withoutLayout = (name: string): string => WITH_LAYOUT.exec(name)?.[1] ?? name;

const hashOf = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);
