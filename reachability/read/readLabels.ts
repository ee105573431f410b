import { type FieldReader, type Fields, shown } from "./fields";
import {
  EVERYTHING,
  isLabelKey,
  isLabelValue,
  type KnownLabels,
  NO_LABELS,
  type Operator,
  type Requirement,
  requirementFaults,
  type Selector,
  selector,
  UNDECIDED,
  UNKNOWN,
  type Unknown,
} from "../../kubernetes";
import { type FieldPlace, under } from "./problems";

/**
 * Reads `metadata.labels` on top of `added` ones. A map that holds the key UNKNOWN has more
 * labels than it says; keys and values that the API server refuses are problems.
 */
export function readLabels(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  added: readonly (readonly [string, string | Unknown])[] = [],
): KnownLabels {
  const map = fields.map(value, path);
  if (map === undefined && added.length === 0) return NO_LABELS;
  const known = new Map<string, string | Unknown>(added);
  if (map === UNKNOWN) return { known, complete: false };
  for (const key in map) {
    const raw = map[key];
    if (!isLabelKey(key)) fields.problem(under(path, key), "isn't a label key");
    // The API server reads a null label as the empty one.
    const text = typeof raw === "string" ? raw : raw === null ? "" : fields.string(raw, under(path, key));
    if (text === undefined) continue;
    if (text !== UNKNOWN && !isLabelValue(text))
      fields.problem(under(path, key), `"${text}" isn't a label value`);
    known.set(key, text);
  }
  return { known, complete: map === undefined || !Object.hasOwn(map, UNKNOWN) };
}

const SELECTOR_FIELDS = ["matchLabels", "matchExpressions"];

/** Reads the LabelSelector in `holder[name]`; `above` is the holder's place. What the API server refuses is a problem. */
export function readSelector(
  fields: FieldReader,
  holder: Fields,
  name: string | number,
  above: FieldPlace,
): Selector {
  const value = holder[name];
  return oneLabel(fields, value) ?? readAny(fields, value, under(above, name));
}

/** The selector of one valid label in `matchLabels`, which most are; anything else is left to `readAny`. */
function oneLabel(fields: FieldReader, value: unknown): Selector | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const name in value) if (name !== "matchLabels") return undefined;
  const labels = (value as Fields)["matchLabels"];
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) return undefined;
  let key: string | undefined;
  for (const name in labels) {
    if (key !== undefined) return undefined;
    key = name;
  }
  const text = key === undefined ? undefined : (labels as Fields)[key];
  if (key === undefined || typeof text !== "string") return undefined;
  const { byLabel } = fields.shared;
  const known = byLabel.get(key)?.get(text);
  if (known !== undefined) return known;
  if (!isLabelKey(key) || !isLabelValue(text)) return undefined;
  const read = selector([{ key, operator: "In", values: [text] }]);
  const texts = byLabel.get(key) ?? new Map<string, Selector>();
  byLabel.set(key, texts.set(text, read));
  fields.shared.selectors.set(read.key, read);
  return read;
}

function readAny(fields: FieldReader, value: unknown, path: FieldPlace): Selector {
  const map = fields.map(value, path);
  if (map === undefined) return EVERYTHING;
  if (map === UNKNOWN) return UNDECIDED;
  fields.only(map, SELECTOR_FIELDS, path);
  const labels = readMatchLabels(fields, map, path);
  const expressions = readExpressions(fields, map, path);
  const read = selector(
    expressions.requirements.length === 0
      ? labels.requirements
      : [...labels.requirements, ...expressions.requirements],
    labels.complete && expressions.complete,
  );
  const { selectors } = fields.shared;
  const known = selectors.get(read.key);
  if (known === undefined) selectors.set(read.key, read);
  return known ?? read;
}

interface Part {
  readonly requirements: readonly Requirement[];
  readonly complete: boolean;
}

function readMatchLabels(fields: FieldReader, map: Fields, path: FieldPlace): Part {
  const at = under(path, "matchLabels");
  const labels = fields.map(map["matchLabels"], at);
  if (labels === undefined) return { requirements: [], complete: true };
  if (labels === UNKNOWN) return { requirements: [], complete: false };
  const requirements: Requirement[] = [];
  for (const key of Object.keys(labels)) {
    const raw = labels[key];
    const place = under(at, key);
    checkKey(fields, key, place);
    const text = raw === null ? "" : fields.string(raw, place);
    if (text === undefined) continue;
    checkValue(fields, text, place);
    requirements.push({ key, operator: "In", values: [text] });
  }
  return { requirements, complete: true };
}

function readExpressions(fields: FieldReader, map: Fields, path: FieldPlace): Part {
  const at = under(path, "matchExpressions");
  const list = fields.list(map["matchExpressions"], at);
  if (list === undefined) return { requirements: [], complete: true };
  if (list === UNKNOWN) return { requirements: [], complete: false };
  const requirements: Requirement[] = [];
  let complete = true;
  list.forEach((one, i) => {
    const read = readExpression(fields, one, under(at, i));
    if (read === UNKNOWN) complete = false;
    else if (read !== undefined) requirements.push(read);
  });
  return { requirements, complete };
}

function readExpression(
  fields: FieldReader,
  value: unknown,
  at: FieldPlace,
): Requirement | Unknown | undefined {
  const map = fields.map(value ?? {}, at);
  if (map === undefined || map === UNKNOWN) return map;
  fields.only(map, ["key", "operator", "values"], at);
  const key = fields.string(map["key"], under(at, "key")) ?? "";
  const operator = fields.string(map["operator"], under(at, "operator")) ?? "";
  const values = fields.list(map["values"], under(at, "values")) ?? [];
  const texts =
    values === UNKNOWN
      ? UNKNOWN
      : values.map((raw, i) =>
          raw === null ? "" : (fields.string(raw, under(under(at, "values"), i)) ?? UNKNOWN),
        );
  for (const { field, index, message } of requirementFaults(key, operator, texts, shown)) {
    const place = under(at, field);
    fields.problem(index === undefined ? place : under(place, index), message);
  }
  if (key === UNKNOWN || operator === UNKNOWN || texts === UNKNOWN) return UNKNOWN;
  return { key, operator: operator as Operator, values: texts };
}

function checkKey(fields: FieldReader, key: string, path: FieldPlace): void {
  if (!isLabelKey(key)) fields.problem(path, `${shown(key)} isn't a label key`);
}

function checkValue(fields: FieldReader, value: string | Unknown, path: FieldPlace): void {
  if (value !== UNKNOWN && !isLabelValue(value)) fields.problem(path, `${shown(value)} isn't a label value`);
}
