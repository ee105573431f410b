import { createHash } from "node:crypto";
import type { Instance } from "../../flows/model";

/** The namespace-wide policy: default deny under `enforce`, allow all under `observe`. */
export const ISOLATION = "isolation";

/** A label value's limit; policies' names may be longer, but tools put them into labels. */
const LONGEST = 63;
const HASH = 8;

/**
 * What the names of an instance's or workload's policies begin with. A dot joins workload and instance, which are
 * DNS labels and have none: "web" of "a" and "a-web" stay apart.
 */
export const subjectOf = ({ workload, instance }: Pick<Instance, "workload" | "instance">): string =>
  instance === undefined ? workload : `${workload}.${instance}`;

/**
 * The name of a policy, "nginx-ingress" or "fineract.write-egress": the subject is never shortened silently, so two
 * subjects never share a name. Longer than 63 characters: cut, with a hash of the whole.
 */
export function policyName(subject: string, suffix: "ingress" | "egress" | "observe"): string {
  const name = `${subject}-${suffix}`;
  if (name.length <= LONGEST) return name;
  const hash = createHash("sha256").update(subject).digest("hex").slice(0, HASH);
  const room = LONGEST - suffix.length - HASH - 2;
  return `${subject.slice(0, room).replace(/[^a-z0-9]+$/, "")}-${hash}-${suffix}`;
}
