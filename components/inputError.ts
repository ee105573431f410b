import * as pulumi from "@pulumi/pulumi";
import { PalisadeInputError } from "../problems";

/** Runs a task so that a user's mistakes end the program with their message only: Pulumi prints no stack for these. */
export async function withoutStackTraceForInputErrors<T>(task: () => T | Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    const { message, name, problems } = error;
    throw Object.assign(new pulumi.RunError(message), { name, problems });
  }
}
