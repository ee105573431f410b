import { known, type Field } from "../values/field";
import { describe, nameOf, type Subject } from "./subject";

/** A namespace that the stack makes, or adopts by a patch. */
export interface NamespaceFact {
  readonly kind: "Namespace";
  readonly subject: Subject;
  readonly title: string;
  /** Undefined where Pulumi is to choose a name. */
  readonly name: Field<string | undefined>;
  /** The labels as written; one with a null value is absent. */
  readonly labels: Field<ReadonlyMap<string, Field<string>>>;
}

/** Reads one Namespace. */
export function readNamespace(subject: Subject): NamespaceFact {
  const name = nameOf(subject);
  const labels = subject.object.at("metadata").at("labels").map();
  return {
    kind: "Namespace",
    subject,
    title: describe("Namespace", [name], subject),
    name,
    labels: labels.known
      ? known(
          new Map(
            [...(labels.value ?? [])].map(([key, place]) => {
              const text = place.text();
              return [key, text.known ? known(text.value ?? "") : text];
            }),
          ),
        )
      : labels,
  };
}
