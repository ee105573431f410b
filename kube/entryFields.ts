import { about, atSubject, inputError, type Place, messageOf } from "../problems";
import type { Fields } from "../data";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** An entry of a kubeconfig, as written. */
/** What problems of a kubeconfig begin with. */
export const KUBECONFIG: Place = atSubject("kubeconfig");

export type { Fields };

/** A field's text; empty counts as absent. */
export function textOf(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What `name-data` holds in base64, or the file that `name` says. @throws PalisadeInputError for a file that isn't there */
export function fileOrData(fields: Fields, name: string, folder: string): string | undefined {
  const data = textOf(fields, `${name}-data`);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const file = textOf(fields, name);
  return file === undefined ? undefined : readCredentialFile(resolve(folder, file), name);
}

/** @throws PalisadeInputError for a file that can't be read */
export function readCredentialFile(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw inputError(about(KUBECONFIG, name), messageOf(error));
  }
}
