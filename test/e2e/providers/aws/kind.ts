import type { EC2Client } from "@aws-sdk/client-ec2";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { S3Client } from "@aws-sdk/client-s3";
import { dialed } from "../dialed";
import type { State } from "../provider";
import type { Value, Values } from "../values";

/** The API clients of one configured provider. */
export interface Aws {
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly rds: RDSClient;
  readonly s3: S3Client;
  readonly region: string;
}

/** What the stand-in knows about one type of resource. */
export interface Kind {
  /** Inputs that can't change without a new resource. */
  readonly replaces: readonly string[];
  /** Inputs that can't change so: what a rule refers to may change, but not from a group to addresses. */
  alsoReplaces?(olds: Values, news: Values): readonly string[];
  /** Whether it has tags, so also the provider's default ones. */
  readonly tagged?: true;
  /** Whether it is the account's, in no region. */
  readonly global?: true;
  /** The inputs that an import reads: absent, it can't be imported here. */
  readonly imported?: readonly string[];
  /** The input that gets a made-up name where the program gives none, and how long it may be. */
  readonly autonamed?: string;
  /**
   * Whether a failed update leaves the state as it was. Elsewhere the state then has what was asked for, as Terraform's older SDK saves it,
   * so that the next update finds nothing to do, until a refresh.
   */
  readonly keepsState?: boolean;
  create(aws: Aws, inputs: Values): Promise<State>;
  /** Changes what differs; returns the outputs. Tags are all that it is to have, the old ones all that it has. */
  update(aws: Aws, state: State, inputs: Values, olds: Values): Promise<Values>;
  /** What is live of the inputs, and outputs; undefined when it is gone. */
  read(aws: Aws, id: string, outputs: Values): Promise<Values | undefined>;
  remove(aws: Aws, state: State): Promise<void>;
}

export const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A text that has to be there. @throws Error naming it */
export function required(values: Values, name: string): string {
  const found = text(values[name]);
  if (found === undefined) throw new Error(`${name} is missing`);
  return found;
}

export const number = (value: Value | undefined): number | undefined =>
  typeof value === "number" ? value : undefined;

export const flag = (value: Value | undefined): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;

export const texts = (value: Value | undefined): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];

export const map = (value: Value | undefined): Values =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};

/** Tags as the API lists them. */
export const tagList = (value: Value | undefined): { Key: string; Value: string }[] =>
  Object.entries(map(value)).map(([Key, each]) => ({ Key, Value: each as string }));

/** The API's list as a map. */
export const tagMap = (
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Values => Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));

/** What `ask` finds; undefined where the API says that there is no such thing. */
export async function found<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (/NotFound|NoSuch|NotFoundFault$/.test(name)) return undefined;
    throw error;
  }
}

/** An error in the words of the AWS SDK for Go, which the official provider passes on: the API's code, and what it says. */
export function saidBy(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const text = "$fault" in error ? `api error ${error.name}: ${error.message}` : dialed(error.message);
  return new Error(text, { cause: error });
}
