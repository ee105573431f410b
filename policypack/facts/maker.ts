import type { MakingKind } from "../../reachability/read";
import { type Field, known } from "../values";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** An object of another project's kind that makes pods which the stack doesn't show: a HelmRelease, an operator's cluster, a Rollout. */
export interface MakerFact {
  readonly kind: "Maker";
  readonly subject: Subject;
  readonly title: string;
  /** The namespace that it makes them in; undefined where it may be any. */
  readonly into: Field<string | undefined>;
}

/** Reads one maker. */
export function readMaker(
  kind: string,
  { into, anywhere }: Pick<MakingKind, "anywhere" | "into">,
  subject: Subject,
): MakerFact {
  const own = namespaceOf(subject);
  const named =
    into.length === 0 ? known(undefined) : into.reduce((place, key) => place.at(key), subject.object).text();
  return {
    kind: "Maker",
    subject,
    title: describe(kind, [own, nameOf(subject)], subject),
    into: !named.known || named.value ? named : anywhere ? known(undefined) : own,
  };
}
