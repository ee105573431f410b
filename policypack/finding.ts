import type { Subject } from "./facts";
import type { Field, Unread } from "./values";

/**
 * What an invariant has to say about one object. A `violation` is certain, whatever the unknown parts turn out to be;
 * `undecided` names the fields that keep a question open; a `notice` says what isn't held to the invariant, and why.
 */
export type Finding = Violation | Undecided | Notice;

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

/** What is left alone on purpose: told, so that silence isn't taken for a proof. It never blocks and opens no question. */
export interface Notice {
  readonly kind: "notice";
  readonly urn: string;
  readonly title: string;
  /** What isn't held to the invariant, as the end of a sentence that begins with the object. */
  readonly says: string;
  /** Why not, as a clause. */
  readonly because: string;
  /** The values that it concerns; undefined where there are none. */
  readonly evidence: string | undefined;
}

/** An object as findings name it. */
export interface NamedObject {
  readonly subject: Subject;
  readonly title: string;
  /** Where the object is, the namespace that it is, or the only one that uses it. */
  readonly namespace?: Field<string | undefined> | string;
  readonly name?: Field<string | undefined>;
}

/** What a violation says, beside the object that it is about. */
export type ViolationText = Omit<Violation, "kind" | "urn" | "title" | "namespace">;

export function violation(of: NamedObject, text: ViolationText): Violation {
  return { kind: "violation", urn: of.subject.urn, title: of.title, namespace: namespaceIn(of), ...text };
}

/** The finding that something of an object is left as it is, on purpose or because no rule could change it. */
export const notice = (of: NamedObject, text: Omit<Notice, "kind" | "urn" | "title">): Notice => ({
  kind: "notice",
  urn: of.subject.urn,
  title: of.title,
  ...text,
});

/** The namespace that a finding about an object is about. */
export function namespaceIn({ namespace, name }: NamedObject): string | undefined {
  if (typeof namespace === "string") return namespace;
  const field = namespace ?? name;
  return field?.known ? field.value : undefined;
}

/**
 * The finding that some fields leave a question open. A value that its API refuses is a violation instead: no deployment will tell more.
 */
export function undecided(of: NamedObject, unread: readonly Unread[], question: string): Finding {
  const wrong = unread.filter(({ isWrong }) => isWrong);
  const fields = [
    ...new Set((wrong.length > 0 ? wrong : unread).map(({ path, because }) => `${path} (${because})`)),
  ];
  if (wrong.length === 0)
    return { kind: "undecided", urn: of.subject.urn, title: of.title, fields, question };
  return violation(of, {
    wrong: "has a value that its API refuses",
    why: `nobody can say whether ${question}`,
    evidence: fields.join(", "),
    remedy: `correct ${[...new Set(wrong.map(({ path }) => path))].join(", ")}`,
  });
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
      return (
        `${finding.title}: ${NOT_YET_KNOWN} ${finding.question}.` +
        (finding.fields.length === 0 ? "" : ` It depends on ${finding.fields.join(", ")}.`)
      );
    case "notice": {
      const evidence = finding.evidence === undefined ? "" : ` Evidence: ${finding.evidence}.`;
      return `${finding.title} ${finding.says}, because ${finding.because}.${evidence}`;
    }
  }
}
