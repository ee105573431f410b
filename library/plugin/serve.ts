// Tests: test/library/plugin/served.test.ts
import { main } from "@pulumi/pulumi/provider";
import { construct } from "./construct";
import { packageSchema } from "./schema";

/** Serves the package to the engine that started this process: prints the port, and stays until it is ended. */
export const serve = (version: string): Promise<void> =>
  main({ version, schema: JSON.stringify(packageSchema(version)), construct }, process.argv.slice(2));
