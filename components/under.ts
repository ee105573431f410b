// Tests: test/library/plugin/construct.test.ts
import * as pulumi from "@pulumi/pulumi";

/** What a stack's resources stand under: a component of another language's program, or the program itself. */
export type Under = pulumi.ComponentResource | undefined;

/**
 * How a resource at the top of a stack is registered, and known by what it was called before. Under a component it is also the resource
 * that a TypeScript program has at its top: a program that moves to another language takes its state along.
 */
export function optionsUnder(
  parent: Under,
  before: readonly string[] = [],
): Pick<pulumi.ComponentResourceOptions, "parent" | "aliases"> {
  const names = before.map((name) => ({ name }));
  if (parent === undefined) return { aliases: names };
  const top = { parent: pulumi.rootStackResource };
  return { parent, aliases: [...names, top, ...names.map((name) => ({ ...name, ...top }))] };
}
