import {
  boolYaml11Tag,
  CORE_SCHEMA,
  defineScalarTag,
  intCoreTag,
  loadAll,
  mergeTag,
  type NOT_RESOLVED,
  YAMLException,
} from "js-yaml";

/**
 * What kubectl reads is YAML 1.1 in these ways: `yes` and `on` are booleans, `010` is eight, `1_000` a thousand, `0b10`
 * two, and `<<` merges. Read as YAML 1.2, a label `on` would be a string here and an error there.
 */
const octalTag = defineScalarTag<number>("tag:yaml.org,2002:int", {
  implicit: true,
  implicitFirstChars: intCoreTag.implicitFirstChars,
  resolve: (source, isExplicit, tagName) =>
    asOldInteger(source.replaceAll("_", "")) ?? asInteger(source, isExplicit, tagName),
  identify: () => false,
});

function asOldInteger(text: string): number | undefined {
  if (/^[-+]?0[0-7]+$/.test(text)) return parseInt(text, 8);
  if (/^[-+]?0b[01]+$/.test(text)) return parseInt(text.replace("0b", ""), 2);
  return /^[-+]?(0|[1-9][0-9]*)$/.test(text) ? Number(text) : undefined;
}

function asInteger(source: string, isExplicit: boolean, tagName: string): number | typeof NOT_RESOLVED {
  return intCoreTag.resolve(source, isExplicit, tagName);
}

const SCHEMA = CORE_SCHEMA.withTags(mergeTag, boolYaml11Tag, octalTag);

/** Aliases in one document: people use some, bombs use thousands. */
const MAX_ALIASES = 10_000;

/** What is wrong with a text that isn't YAML: `reason`, and the line in `mark`, from 0. */
export { YAMLException as YamlError };

/** How a text is read that breaks YAML's rules in a way that some readers take. */
export interface Reading {
  /** What errors call the text. */
  readonly name?: string;
  /** A key that stands twice in a mapping: an error, or the last one counts, as for the Go readers. */
  readonly repeatedKeys?: "refused" | "last";
}

/**
 * Every document of a text, in order; an empty one is null.
 * @throws YamlError for a text that isn't YAML.
 */
export const readKubernetesYaml = (
  text: string,
  { name = "", repeatedKeys = "refused" }: Reading = {},
): unknown[] =>
  loadAll(text, {
    schema: SCHEMA,
    maxAliases: MAX_ALIASES,
    filename: name,
    json: repeatedKeys === "last",
  });
