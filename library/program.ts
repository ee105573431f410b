// Tests: test/components/stacks.test.ts
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as Aws from "../components/aws";
import { outputOf, withoutStackTraceForInputErrors } from "../components";
import {
  applicationFileNames,
  applicationsFromFiles,
  type ConfigFile,
  declarationFileNames,
  locatedIn,
  readStack,
  resolveReferences,
  type SubnetsOf,
} from "../config";
import type { DeclaredApplication } from "../flows";
import { atSource, inputError, messageOf } from "../problems";
import { provisionStack, type StackOutputs } from "./provisionStack";

/**
 * The whole program of a stack: reads `palisade:environment` and `palisade:clusters` from its configuration, and provisions
 * the applications that it places on each cluster. In index.ts: `export = stackProgram(applications);`
 *
 * @param applications all that a stack may place; its configuration chooses. Or the folder whose YAML and JSON files they are, one a file, seen from
 *   the folder in which the program runs: `stackProgram("applications")`.
 * @returns a function that Pulumi calls. It rejects with PalisadeInputError, with every problem of the configuration, the
 *   applications and the clusters, before anything is registered.
 *
 * @example
 * ```ts
 * import { application, stackProgram } from "pulumi-palisade";
 *
 * const shop = application("shop", {
 *   owner: "shop-team",
 *   workloads: { web: { labels: { app: "web" } }, api: { labels: { app: "api" }, ports: { http: "tcp/8000" } } },
 *   flows: [{ from: "web", to: "api", ports: ["tcp/8000"], because: "pages are made from the API" }],
 * });
 *
 * export = stackProgram([shop]);
 * ```
 */
export function stackProgram(
  applications: readonly DeclaredApplication[] | string,
): () => Promise<StackOutputs> {
  return () =>
    withoutStackTraceForInputErrors(async () => {
      const aws = onAws();
      const subnetsOf: SubnetsOf = (place, group) => aws().subnetsOf(place, group);
      // 1. What the stack wants: every problem of the config, the applications and the clusters is said before anything is.
      const values = await resolveReferences(pulumi.runtime.allConfig(), outputOf, subnetsOf);
      const declared = typeof applications === "string" ? () => applicationsIn(applications) : applications;
      const stack = asLocated(() => readStack(values, declared));

      // 2. What it provisions and tells others.
      return provisionStack(stack, aws);
    });
}

/** @throws PalisadeInputError if the folder can't be read, or with every problem of every file */
function applicationsIn(folder: string): readonly DeclaredApplication[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw inputError(atSource(folder), `can't be read: ${messageOf(error)}`, "Write the folder's path");
  }
  return applicationsFromFiles(
    applicationFileNames(names).map((name) => ({
      name: path.join(folder, name),
      text: readFileSync(path.join(folder, name), "utf8"),
    })),
  );
}

/** Runs what reads the config; its problems name the lines of the stack's file, where there is one. */
function asLocated<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    const name = `Pulumi.${pulumi.getStack()}.yaml`;
    const root = pulumi.getRootDirectory();
    const file = path.join(root, name);
    throw existsSync(file)
      ? locatedIn({ name, text: readFileSync(file, "utf8") }, error, declarationsOf(root))
      : error;
  }
}

/** The files of a project that may declare applications: those of applications/, and those beside Pulumi.yaml. */
function declarationsOf(root: string): readonly ConfigFile[] {
  const folder = path.join(root, "applications");
  const below = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const names = [...below.map((name) => path.join("applications", name)), ...readdirSync(root)];
  return declarationFileNames(names).map((name) => ({
    name,
    text: readFileSync(path.join(root, name), "utf8"),
  }));
}

/**
 * What is done on AWS, of one run of a program. Loaded for a cluster that is in a VPC, and for no other: it takes a twentieth of a second.
 */
function onAws(): () => Aws.OnAws {
  let loaded: Aws.OnAws | undefined;
  return () => (loaded ??= (createRequire(__filename)("../components/aws") as typeof Aws).onAws());
}
