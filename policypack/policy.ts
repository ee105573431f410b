import type * as z from "zod";
import type { Severity } from "./invariant";
import type { Level } from "./levels";
import type { FrameworkControl } from "./references";

/** A policy as Pulumi, the documentation and reports describe it. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  readonly stops: string;
  readonly remedy: string;
  readonly severity: Severity;
  /** The controls of frameworks that it contributes to. */
  readonly references: readonly FrameworkControl[];
  /** The level without configuration. */
  readonly level: Extract<Level, "advisory" | "mandatory">;
  /** Whether a resource is judged by itself, or only all of a stack's together. */
  readonly scope: "resource" | "stack";
  readonly config: z.ZodObject;
}
