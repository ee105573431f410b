// Tests: test/config/fileSchema.test.ts
import { z } from "zod";
import { ENVIRONMENTS } from "../compile";
import { clusterSchema } from "./clusterSchema";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON schema of one cluster with what runs on it, where nothing is looked up. */
export const clusterFileSchema = (): JsonSchema =>
  z.toJSONSchema(clusterSchema(), { io: "input", unrepresentable: "any", target: "draft-7" });

/**
 * The JSON schema of `Pulumi.<stack>.yaml`, made from the schema that reads it: for editors and other checkers. What only the reader can
 * judge (a CIDR's form, what fits together) it lets pass; other projects' keys too.
 */
export function fileSchema(): JsonSchema {
  const { $schema, ...own } = clusterFileSchema();
  return {
    $schema,
    title: "A stack's configuration",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          "palisade:environment": { description: "What the stack is for.", enum: [...ENVIRONMENTS] },
          "palisade:clusters": {
            description: "The clusters, with the applications that run on each.",
            type: "array",
            minItems: 1,
            items: orLookedUp(own),
          },
          "palisade:applications": {
            description: "Of these, the only ones to provision; all where it is absent.",
            type: "array",
            minItems: 1,
            items: { type: "string" },
          },
        },
        // A key of ours that isn't there is misspelt.
        propertyNames: { pattern: "^(?!palisade:)|^palisade:(environment|clusters|applications)$" },
      },
    },
    definitions: {
      lookedUp: {
        description: "An output of another stack, or the subnets of a subnet group.",
        anyOf: [
          objectOf("stack", "output"),
          { type: "object", properties: { subnetGroup: {} }, required: ["subnetGroup"] },
        ],
      },
    },
  };
}

const objectOf = (...keys: readonly string[]): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(keys.map((key) => [key, { type: "string" }])),
  required: keys,
  additionalProperties: false,
});

/** A schema below which any value may be looked up: in another stack, or in AWS. */
function orLookedUp(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const inside = Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => [key, below(key, value)]),
  );
  return { anyOf: [inside, { $ref: "#/definitions/lookedUp" }] };
}

function below(key: string, value: unknown): unknown {
  if (key === "properties" && typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, orLookedUp(one)]));
  if (key === "items" || key === "additionalProperties") return orLookedUp(value);
  // Branches of one value: what is inside them may be looked up, the branch itself is the value.
  if (Array.isArray(value) && (key === "anyOf" || key === "oneOf" || key === "allOf"))
    return value.map((one: unknown) => branch(one));
  return value;
}

const branch = (schema: unknown): unknown =>
  typeof schema === "object" && schema !== null
    ? Object.fromEntries(
        Object.entries(schema).map(([key, value]: [string, unknown]) => [key, below(key, value)]),
      )
    : schema;
