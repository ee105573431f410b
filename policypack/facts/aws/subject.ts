import { Cursor, type Field, known, literal } from "../../values";
import { clusterOf, type ResourceInput, type Subject } from "../subject";

/** What a property was made from: for each property of the program's, the URNs of resources. */
export type MadeFrom = Readonly<Record<string, readonly string[]>>;

/** An AWS resource. */
export interface AwsSubject extends Subject {
  /** Undefined to a resource policy, which isn't told, and for programs that don't tell. */
  readonly madeFrom: MadeFrom | undefined;
  /** Its id, once it is deployed. */
  readonly id: Field<string | undefined>;
  /** The provider's URN; undefined for the default one, and where nobody says. */
  readonly provider: string | undefined;
  /** The account that the provider may work in, where its configuration says so. */
  readonly account: string | undefined;
}

/** The subject of an AWS resource. */
export function awsSubject(resource: ResourceInput): AwsSubject {
  const object = Cursor.converting(resource.props);
  const { propertyDependencies: madeFrom } = resource;
  return {
    urn: resource.urn,
    title: `resource "${resource.name}"`,
    object,
    partial: false,
    cluster: clusterOf(resource.provider),
    namedFrom: [],
    madeFrom: madeFrom && Object.keys(madeFrom).length > 0 ? madeFrom : undefined,
    id: object.at("id").text(),
    provider: resource.provider?.urn,
    account: resource.provider && accountOf(Cursor.root(resource.provider.props)),
  };
}

/** The one account that a provider's configuration allows, or whose role it assumes. */
function accountOf(provider: Cursor): string | undefined {
  const allowed = jsonAt(provider.at("allowedAccountIds")).list();
  const ids = allowed.known ? (allowed.value ?? []).map((id) => id.written()) : [];
  const [id, ...others] = ids;
  if (id?.known === true && others.length === 0) return id.value;
  const roles = jsonAt(provider.at("assumeRoles")).list();
  const [role] = roles.known ? (roles.value ?? []) : [];
  const arn = (role ?? jsonAt(provider.at("assumeRole"))).at("roleArn").text();
  return arn.known ? /^arn:[^:]*:iam::(\d{12}):/.exec(arn.value ?? "")?.[1] : undefined;
}

/** What a provider holds of anything but a text: Pulumi hands it over as JSON text. */
function jsonAt(place: Cursor): Cursor {
  const text = place.text();
  if (!text.known || text.value === undefined) return place;
  try {
    return Cursor.root(literal(JSON.parse(text.value)), place.path);
  } catch (error) {
    if (error instanceof SyntaxError) return place;
    throw error;
  }
}

/**
 * A property of the program's. To a stack policy, a property that the program leaves out and AWS will fill in is
 * unknown like any other; but a program's SDK says of each property that it sets what it was made from, so one that
 * nothing is said about was left out.
 */
export function property({ object, madeFrom }: AwsSubject, name: string): Cursor {
  const place = object.at(name);
  return place.isUnknown() && madeFrom && !(name in madeFrom) ? Cursor.root({ kind: "absent" }, name) : place;
}

/**
 * A property as the program wrote it. Where the SDK says which properties it set, whatever else is there was read from
 * AWS: a group's state lists the rules that other resources made.
 */
export function written(subject: AwsSubject, name: string): Cursor {
  const { object, madeFrom } = subject;
  return madeFrom && !(name in madeFrom) ? Cursor.root({ kind: "absent" }, name) : object.at(name);
}

/** A reference to a resource by its id or name, and what it may have been made from. */
export interface ResourceReference {
  readonly path: string;
  readonly id: Field<string>;
  /** URNs; undefined where nobody says. */
  readonly from: readonly string[] | undefined;
}

/** The reference in a property; undefined where there is none. */
export function reference(subject: AwsSubject, name: string): ResourceReference | undefined {
  const place = property(subject, name);
  return place.isAbsent() ? undefined : referenceAt(place, subject.madeFrom?.[name]);
}

/** The references in a list. */
export function references(
  place: Cursor,
  from: readonly string[] | undefined,
): Field<readonly ResourceReference[]> {
  const items = place.list();
  return items.known ? known((items.value ?? []).map((item) => referenceAt(item, from))) : items;
}

function referenceAt(place: Cursor, from: readonly string[] | undefined): ResourceReference {
  const id = place.text();
  if (!id.known) return { path: place.path, id, from };
  const missing = { known: false as const, path: place.path, because: "absent" };
  return { path: place.path, id: id.value === undefined ? missing : known(id.value), from };
}

/** The texts of a list; empty where there is none. */
export function texts(place: Cursor): Field<readonly Field<string>[]> {
  const items = place.list();
  if (!items.known) return items;
  return known(
    (items.value ?? []).map((item) => {
      const text = item.text();
      return text.known ? known(text.value ?? "") : text;
    }),
  );
}
