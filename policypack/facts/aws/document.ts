import { Cursor, type Field, known, literal, mapField, type Unread, UNKNOWN_TEXT } from "../../values";

/**
 * An IAM policy document: its statements, each field read by itself, so that an unknown resource of one statement hides nothing that
 * the others say. Unread where there is no telling what statements there are.
 */
export type DocumentFact = Field<readonly StatementFact[]>;

/** A statement of a policy document, each list as a list. */
export interface StatementFact {
  /** Where it is: `policy.Statement[1]`. */
  readonly path: string;
  /** What people call it: its Sid, or `Statement[1]`. */
  readonly name: string;
  readonly effect: Field<string | undefined>;
  readonly principals: Field<readonly PrincipalFact[]>;
  /** Everyone but these; undefined where the statement has no NotPrincipal. */
  readonly notPrincipals: Field<readonly PrincipalFact[]> | undefined;
  readonly actions: TextList;
  /** Undefined where the statement has no NotAction. */
  readonly notActions: TextList | undefined;
  readonly resources: TextList;
  readonly notResources: TextList | undefined;
  readonly conditions: Field<readonly ConditionFact[]>;
}

/** Texts, each known or not. */
export type TextList = Field<readonly Field<string>[]>;

/** Who is meant, by kind: `AWS`, `Service`, `Federated`, or `*` for everyone. */
export interface PrincipalFact {
  readonly kind: string;
  readonly value: Field<string>;
}

/** A condition, its operator and key in lower case: IAM compares both without case. */
export interface ConditionFact {
  readonly operator: string;
  readonly key: string;
  readonly values: TextList;
}

/** Reads a policy document, JSON text or a map. */
export function documentAt(place: Cursor): DocumentFact {
  const text = place.text();
  if (place.isUnknown() || place.isAbsent()) return { known: false, path: place.path, because: UNKNOWN_TEXT };
  if (!text.known) return statementsOf(place);
  try {
    return statementsOf(Cursor.root(literal(JSON.parse(text.value ?? "")), place.path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { known: false, path: place.path, because: "not JSON, as AWS requires", isWrong: true };
  }
}

function statementsOf(place: Cursor): DocumentFact {
  const whole = place.map();
  if (!whole.known) return whole;
  return mapField(itemsOf(place.at("Statement")), (items) => items.map(readStatement));
}

function readStatement(place: Cursor, index: number): StatementFact {
  const sid = place.at("Sid").text();
  const fields = place.map();
  // Of a statement that isn't known, the fields that each has say so.
  const ifThere = <T>(key: string, read: (at: Cursor) => T): T | undefined =>
    fields.known && fields.value?.has(key) ? read(place.at(key)) : undefined;
  return {
    path: place.path,
    name: sid.known && sid.value ? sid.value : `Statement[${index}]`,
    effect: place.at("Effect").text(),
    principals: principalsAt(place.at("Principal")),
    notPrincipals: ifThere("NotPrincipal", principalsAt),
    actions: textsAt(place.at("Action")),
    notActions: ifThere("NotAction", textsAt),
    resources: textsAt(place.at("Resource")),
    notResources: ifThere("NotResource", textsAt),
    conditions: conditionsAt(place.at("Condition")),
  };
}

/** A list, or one value for a list of it, as IAM takes both. */
function itemsOf(place: Cursor): Field<readonly Cursor[]> {
  if (place.isAbsent()) return known([]);
  const list = place.list();
  if (list.known) return known(list.value ?? []);
  return place.isUnknown() ? list : known([place]);
}

/** IAM takes a boolean or a number where a text is meant. */
const textsAt = (place: Cursor): TextList =>
  mapField(itemsOf(place), (items) => items.map((item) => mapField(item.written(), (text) => text ?? "")));

function principalsAt(place: Cursor): Field<readonly PrincipalFact[]> {
  if (place.isAbsent()) return known([]);
  const map = place.map();
  if (!map.known) {
    if (place.isUnknown()) return map;
    return mapField(textsAt(place), (texts) => texts.map((value) => ({ kind: "*", value })));
  }
  const found: PrincipalFact[] = [];
  for (const [kind, at] of map.value ?? []) {
    const texts = textsAt(at);
    if (texts.known) found.push(...texts.value.map((value) => ({ kind, value })));
    else found.push({ kind, value: texts });
  }
  return known(found);
}

function conditionsAt(place: Cursor): StatementFact["conditions"] {
  const operators = place.map();
  if (!operators.known) return operators;
  const found: ConditionFact[] = [];
  for (const [operator, at] of operators.value ?? []) {
    const keys = at.map();
    if (!keys.known) return keys;
    for (const [key, values] of keys.value ?? []) {
      found.push({ operator: operator.toLowerCase(), key: key.toLowerCase(), values: textsAt(values) });
    }
  }
  return known(found);
}

/** What of a document isn't known, by the statements that it is in. */
export function unreadInStatement(statement: StatementFact): Unread[] {
  const lists = [statement.actions, statement.notActions, statement.resources, statement.notResources];
  const principals = [statement.principals, statement.notPrincipals];
  const conditions = statement.conditions.known
    ? statement.conditions.value.map(({ values }) => values)
    : [statement.conditions];
  return [
    ...(statement.effect.known ? [] : [statement.effect]),
    ...principals.flatMap((list) =>
      list === undefined
        ? []
        : list.known
          ? list.value.flatMap(({ value }) => (value.known ? [] : [value]))
          : [list],
    ),
    ...[...lists, ...conditions].flatMap((list) =>
      list === undefined
        ? []
        : list.known
          ? list.value.flatMap((item) => (item.known ? [] : [item]))
          : [list],
    ),
  ];
}
