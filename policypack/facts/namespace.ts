import type { Field } from "../values";
import { type LabelMap, readLabelMap } from "./labelMap";
import { describe, nameOf, type Subject } from "./subject";

/** A namespace that the stack makes, or adopts by a patch. */
export interface NamespaceFact {
  readonly kind: "Namespace";
  readonly subject: Subject;
  readonly title: string;
  /** Undefined where Pulumi is to choose a name. */
  readonly name: Field<string | undefined>;
  /** The labels as written; one with a null value is absent. */
  readonly labels: LabelMap;
}

/** Reads one Namespace. */
export function readNamespace(subject: Subject): NamespaceFact {
  const name = nameOf(subject);
  return {
    kind: "Namespace",
    subject,
    title: describe("Namespace", [name], subject),
    name,
    labels: readLabelMap(subject.object.at("metadata").at("labels")),
  };
}
