// Tests: test/library/plugin/served.test.ts
import { main } from "@pulumi/pulumi/provider";
import { construct } from "./construct";
import { endWithEngine } from "./engineWatch";
import { packageSchema } from "./schema";

/** Serves the package to the engine that started this process: prints the port, and stays until it is ended or its engine is gone. */
export async function serve(version: string): Promise<void> {
  const args = process.argv.slice(2);
  await main({ version, schema: JSON.stringify(packageSchema(version)), construct }, args);
  // After the options, which are for logs.
  const engine = args.at(-1);
  if (engine !== undefined && /^[^-].*:\d+$/.test(engine)) endWithEngine(engine);
}
