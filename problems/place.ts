import { printable, quote } from "./quote";

/** A step into a value: a key of a mapping, or an index of a list, from 0. */
export type Step = string | number;

/** The way from a value's root to a field. */
export type Path = readonly Step[];

/** One part of a place. */
export type PlacePart =
  | {
      /** A file, a stack or a flag of the command line, and where in it, as far as that is known. */
      readonly kind: "source";
      readonly source: string;
      /** Counted from 1. */
      readonly line?: number;
      /** Of a file of several documents: which, counted from 1. */
      readonly document?: number;
      /** Whether it is a cluster, whose objects aren't documents: the number only tells them apart. */
      readonly isLive?: true;
    }
  | { readonly kind: "cluster"; readonly cluster: string }
  | { readonly kind: "application"; readonly application: string; readonly cluster?: string }
  /** A field: "clusters[0].dns.pods". */
  | { readonly kind: "path"; readonly path: Path }
  /** A thing as people know it: "flow web → orders", "NetworkPolicy shop/web". */
  | { readonly kind: "subject"; readonly subject: string };

/** Where a mistake stands: its parts, the outermost first. */
export type Place = readonly PlacePart[];

export const atSource = (
  source: string,
  { line, document }: { line?: number; document?: number } = {},
): Place => [
  {
    kind: "source",
    source,
    ...(line === undefined ? {} : { line }),
    ...(document === undefined ? {} : { document }),
  },
];
export const atCluster = (cluster: string): Place => [{ kind: "cluster", cluster }];
export const atApplication = (application: string, cluster?: string): Place => [
  { kind: "application", application, ...(cluster === undefined ? {} : { cluster }) },
];
export const atPath = (...path: Path): Place => (path.length === 0 ? [] : [{ kind: "path", path }]);
export const atSubject = (subject: string): Place => [{ kind: "subject", subject }];

/** Something inside a place; a path below a path is one path. */
export function within(outer: Place, inner: Place): Place {
  const last = outer.at(-1);
  const [first, ...rest] = inner;
  if (last?.kind !== "path" || first?.kind !== "path") return [...outer, ...inner];
  return [...outer.slice(0, -1), { kind: "path", path: [...last.path, ...first.path] }, ...rest];
}

/** A field below a place. */
export const below = (place: Place, ...path: Path): Place => within(place, atPath(...path));

/** A thing inside a place, as people know it. */
export const about = (place: Place, subject: string): Place => within(place, atSubject(subject));

/** A path as one writes it in JavaScript: `clusters[0].dns.pods`, keys with odd letters in quotes. */
const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (text === "" && /^[A-Za-z_][-\w:]*$/.test(step)) return step;
    return /^[A-Za-z_][-\w]*$/.test(step) ? `${text}.${step}` : `${text}[${quote(step)}]`;
  }, "");

/** A place as people read it: `shop.yaml:12: document 2: NetworkPolicy shop/web: spec.x`. */
export const placeText = (place: Place): string => place.map(partText).join(": ");

function partText(part: PlacePart): string {
  switch (part.kind) {
    case "source":
      return `${part.source}${part.line === undefined ? "" : `:${part.line}`}${part.document === undefined || part.isLive === true ? "" : `: document ${part.document}`}`;
    case "cluster":
      return `cluster ${printable(part.cluster)}`;
    case "application":
      return `${printable(part.application)}${part.cluster === undefined ? "" : ` on ${part.cluster}`}`;
    case "path":
      return pathText(part.path);
    case "subject":
      return part.subject;
  }
}
