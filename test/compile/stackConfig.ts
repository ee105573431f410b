import { readFileSync } from "node:fs";
import { load } from "js-yaml";

const root = `${__dirname}/../..`;

const answers = (stack: string) =>
  JSON.parse(readFileSync(`${root}/Pulumi.${stack}.answers.json`, "utf8")) as {
    readonly stackReferences: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };

/** A stack's config as Pulumi hands it over, structures as JSON; other stacks' outputs are in it already. */
export function configOf(stack: string): Record<string, string> {
  const { config } = load(readFileSync(`${root}/Pulumi.${stack}.yaml`, "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  const { stackReferences } = answers(stack);
  const inserted = (_: string, value: unknown): unknown => {
    const { stack: of, output } = (value ?? {}) as { readonly stack?: string; readonly output?: string };
    return of === undefined || output === undefined ? value : stackReferences[of]?.[output];
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value, inserted),
    ]),
  );
}
