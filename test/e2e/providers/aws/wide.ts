import { isDeepStrictEqual } from "node:util";
import { map, type Kind } from "./kind";
import { isMap, type Value, type Values } from "../values";

/** What a provider's configuration says of all its resources. */
export interface Wide {
  readonly region: string;
  /** Tags that every resource with tags gets, beside its own. */
  readonly defaultTags: Values;
}

/** The configuration's `defaultTags`, which the engine sends as JSON text where they are in a stack's config. */
export function defaultTagsIn(config: Values): Values {
  const given = config["defaultTags"];
  const read: Value | undefined = typeof given === "string" ? (JSON.parse(given) as Value) : given;
  return isMap(read) ? map(read["tags"]) : {};
}

/** Every tag that a resource is to have in the API. */
const allTags = (inputs: Values, { defaultTags }: Wide): Values => ({
  ...defaultTags,
  ...map(inputs["tags"]),
});

/** Inputs as a kind makes or changes a resource by them: with the default tags among its tags. */
export const withDefaultTags = (kind: Kind, inputs: Values, wide: Wide): Values =>
  kind.tagged === true ? { ...inputs, tags: allTags(inputs, wide) } : inputs;

/** Outputs of what has just been made or changed by such inputs. */
export function outputsOf(kind: Kind, outputs: Values, inputs: Values, wide: Wide): Values {
  return {
    ...outputs,
    ...(kind.tagged === true ? { tags: inputs["tags"], tagsAll: allTags(inputs, wide) } : {}),
    ...(kind.global === true ? {} : { region: wide.region }),
  };
}

/** A resource's own tags among those that are live: all but the default ones that it doesn't set itself. */
export function ownTags(live: Values, set: Values, { defaultTags }: Wide): Values | undefined {
  const own = Object.entries(live).filter(([name, value]) => name in set || defaultTags[name] !== value);
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/**
 * What the configuration changes about a resource whose inputs stay: `tagsAll`, and `region`, in which case it is made anew there and deleted
 * here. A state from before either was kept says nothing.
 */
export function changedByConfig(kind: Kind, outputs: Values, inputs: Values, wide: Wide): readonly string[] {
  const tags = outputs["tagsAll"];
  const region = outputs["region"];
  return [
    ...(kind.tagged === true && isMap(tags) && !isDeepStrictEqual(tags, allTags(inputs, wide))
      ? ["tagsAll"]
      : []),
    ...(kind.global !== true && region !== undefined && region !== wide.region ? ["region"] : []),
  ];
}
