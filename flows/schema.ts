import { applicationShape } from "./declarationShape";
import type { ReadSchema } from "./shape";

/**
 * The JSON schema of an application as data, made from what reads it: for editors, other checkers and other languages. What only the
 * reader can judge (a port's form, whether a flow's end is declared) it lets pass. Mappings with known keys are
 * `definitions`, by what they are called: `Flow`, `BucketPeer`.
 */
export function applicationSchema(): ReadSchema {
  const definitions: Record<string, ReadSchema> = {};
  const hoisted = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(hoisted);
    if (typeof schema !== "object" || schema === null) return schema;
    const { title, ...rest } = schema as { readonly title?: unknown };
    const inside = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, hoisted(value)]));
    // A field may be called title, too: its schema is a mapping.
    if (typeof title !== "string") return title === undefined ? inside : { title: hoisted(title), ...inside };
    const name = title.replaceAll(/(?:^|[ -])(\w)/g, (_, letter: string) => letter.toUpperCase());
    definitions[name] = inside;
    return { $ref: `#/definitions/${name}` };
  };
  const { $ref } = hoisted(applicationShape.schema) as ReadSchema;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "An application as data",
    // Draft 7 ignores what stands beside a reference.
    allOf: [{ $ref }],
    definitions,
  };
}
