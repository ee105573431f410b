/**
 * Runs a policy pack in this process as sdk/nodejs/cmd/run-policy-pack does, without loading compilers for a pack that is
 * JavaScript already: the pack's `new PolicyPack` serves the analyzer protocol and prints its port as the first line.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { failureOf, loadLazily } from "../child";
import type { PackFailed } from "./messages";

function main(entry: string): void {
  const folder = process.cwd();
  const fail = (thrown: unknown): void => {
    const message: PackFailed = { kind: "failed", failure: failureOf(thrown, folder) };
    process.send?.(message, undefined, undefined, () => process.exit(1));
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  process.once("disconnect", () => process.exit(1));
  // A pack that serves nothing ends by itself: the channel must not keep it.
  process.channel?.unref();
  loadLazily();
  process.argv = [process.argv[0] ?? "node", entry];
  const require = createRequire(path.join(folder, "pack.js"));
  const exported: unknown = require(entry);
  if (typeof exported === "function") void Promise.resolve((exported as () => unknown)()).catch(fail);
}

main(process.argv[3] ?? process.cwd());
