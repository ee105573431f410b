import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { outside } from "../compile/outside";
import { type Recorded, record } from "./recorded";

const root = `${__dirname}/../..`;

/** A stack's config as Pulumi hands it over: structures as JSON. */
export function configOf(stack: string): Record<string, string> {
  const { config } = load(readFileSync(`${root}/Pulumi.${stack}.yaml`, "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Runs the program itself, afresh, and gives what it registers for a config. */
export async function run(config: Record<string, string>): Promise<readonly Recorded[]> {
  const load = createRequire(__filename);
  Reflect.deleteProperty(load.cache, load.resolve("../../index"));
  // Whatever clusters this machine knows, none is looked at.
  process.env["PALISADE_PREVIEW"] = "true";
  return record(
    () => {
      pulumi.runtime.setAllConfig(config);
      return (load("../../index") as () => Promise<unknown>)();
    },
    outside.outputs,
    outside.call,
  );
}
