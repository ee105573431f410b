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

/** What a program's process says back, if it fails. */
export interface ProgramFailed {
  readonly kind: "failed";
  readonly failure: Failure;
}
