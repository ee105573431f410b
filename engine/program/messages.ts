import type { Failure } from "../child";

/** What a program's process is told once the engine listens. */
export interface StartProgram {
  /** The program: a file or a folder. */
  readonly main: string;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The tsconfig that the program is compiled with, if it has one. */
  readonly tsconfig: string | undefined;
  /** Environment variables by which the SDK learns where it is. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a program's process says back: that it failed, or that it computes with the result of a function that has no answer. */
export type ProgramMessage =
  { readonly kind: "failed"; readonly failure: Failure } | { readonly kind: "met" };

/** The one key of a function's result that has no answer. The program's process makes an unknown of it (noAnswer.ts). */
export const NO_ANSWER_KEY = "__noAnswer";
