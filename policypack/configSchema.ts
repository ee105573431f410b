// Tests: test/policypack/configSchema.test.ts
import * as z from "zod";
import { POLICIES } from "./policies";
import type { Policy } from "./policy";
import { LEVELS } from "./levels";

type JsonSchema = Readonly<Record<string, unknown>>;

const LEVEL: JsonSchema = { enum: LEVELS, description: "How strictly it is enforced." };

/**
 * The JSON schema (draft 7, which every editor knows) of the pack's configuration file: policy (or `all`) to level, or to its
 * properties with `enforcementLevel` among them. Made of what reads the file, so it refuses nothing that is read; what it
 * can't say (that a text is a CIDR), the reader does.
 */
export function configurationSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of Palisade's policy pack",
    type: "object",
    properties: {
      $schema: { type: "string", description: "For editors; the Pulumi CLI refuses it." },
      all: {
        description: "The level of every policy that has none of its own here.",
        anyOf: [LEVEL, objectOf({ enforcementLevel: LEVEL })],
      },
      ...Object.fromEntries(POLICIES.map((policy) => [policy.name, policySchema(policy)])),
    },
    additionalProperties: false,
  };
}

function policySchema({ name, description, config }: Policy): JsonSchema {
  const { properties = {} } = z.toJSONSchema(config, {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
  });
  const own = name === "settings" ? withPolicyNames(properties as Record<string, JsonSchema>) : properties;
  return { description, anyOf: [LEVEL, objectOf({ enforcementLevel: LEVEL, ...own })] };
}

/** The levels by policy, with the policies' names, so that an editor offers them. */
const withPolicyNames = ({ levels, ...others }: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  ...others,
  levels: { ...levels, propertyNames: { enum: POLICIES.map(({ name }) => name) } },
});

const objectOf = (properties: JsonSchema): JsonSchema => ({
  type: "object",
  properties,
  additionalProperties: false,
});
