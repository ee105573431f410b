import type { Subject } from "./facts";
import type { Field, Unread } from "./values";

/**
 * What an invariant has to say about one object. A `violation` is certain, whatever the unknown parts turn out to be;
 * `undecided` names the fields that keep a question open.
 */
export type Finding = Violation | Undecided;

export interface Violation {
  readonly kind: "violation";
  readonly urn: string;
  /** The object: `NetworkPolicy shop/web (resource "web")`. */
  readonly title: string;
  /** The namespace that it is about; undefined where there is none, or it isn't known. */
  readonly namespace: string | undefined;
  /** What is wrong, as the end of a sentence that begins with the object. */
  readonly wrong: string;
  /** Why it matters, as a clause after "so". */
  readonly why: string;
  /** The values that prove it, with their paths. */
  readonly evidence: string;
  /** The line to write. */
  readonly remedy: string;
}

export interface Undecided {
  readonly kind: "undecided";
  readonly urn: string;
  readonly title: string;
  /** The fields in the way, as they are named in the resource. */
  readonly fields: readonly string[];
  /** What can't be said without them, as a clause after "whether". */
  readonly question: string;
}

/** An object as findings name it. */
interface Named {
  readonly subject: Subject;
  readonly title: string;
  /** Where the object is, or the namespace that it is. */
  readonly namespace?: Field<string> | string;
  readonly name?: Field<string | undefined>;
}

export function violation(
  of: Named,
  text: Omit<Violation, "kind" | "urn" | "title" | "namespace">,
): Violation {
  return { kind: "violation", urn: of.subject.urn, title: of.title, namespace: namespaceIn(of), ...text };
}

function namespaceIn({ namespace, name }: Named): string | undefined {
  if (typeof namespace === "string") return namespace;
  const field = namespace ?? name;
  return field?.known ? field.value : undefined;
}

/** The finding that some fields leave a question open. `unread` must not be empty. */
export function undecided(of: Named, unread: readonly Unread[], question: string): Undecided {
  const fields = [...new Set(unread.map(({ path, because }) => `${path} (${because})`))];
  return { kind: "undecided", urn: of.subject.urn, title: of.title, fields, question };
}

/** What only messages about an unknown say: whoever reads messages can tell them from violations. */
export const NOT_YET_KNOWN = "not yet known whether";

/** A finding as one paragraph. */
export function messageOf(finding: Finding): string {
  switch (finding.kind) {
    case "violation":
      return (
        `${finding.title} ${finding.wrong}, so ${finding.why}. ` +
        `Evidence: ${finding.evidence}. Remedy: ${finding.remedy}.`
      );
    case "undecided":
      return `${finding.title}: ${NOT_YET_KNOWN} ${finding.question}. It depends on ${finding.fields.join(", ")}.`;
  }
}
