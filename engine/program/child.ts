/**
 * Runs a Pulumi program in this process as the Node.js language host's runner does (sdk/nodejs/cmd/run): the root stack
 * around it, errors caught wherever they surface, "done" said when the event loop has run empty.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { failureOf, importModule, loadLazily, runTypeScriptModules, useTsconfig } from "../child";
import type { ProgramMessage, StartProgram } from "./messages";
import { makeUnknown, type UnknownsOfSdk } from "./noAnswer";

/** What of the SDK runs a program. */
interface Sdk {
  readonly stack: { runInPulumiStack: (init: () => Promise<unknown>) => Promise<unknown> };
  readonly settings: { signalAndWaitForShutdown: () => Promise<void>; disconnectSync: () => void };
  readonly log: { debug: () => Promise<void> };
  readonly debuggable: {
    debuggablePromise: (promise: Promise<unknown>, context: unknown) => Promise<unknown>;
  };
  readonly resource: { Resource: { stackTrace?: () => readonly unknown[] } };
  readonly unknowns: UnknownsOfSdk;
}

/** Exit code by which the parent knows that the failure has been told. */
const TOLD = 32;

/** The program's own copy of the SDK: it holds the state that resources register with. */
function loadSdk(folder: string): Sdk {
  const from = createRequire(path.join(folder, "program.js"));
  const { StackReference } = from("@pulumi/pulumi") as Pick<UnknownsOfSdk, "StackReference">;
  return {
    stack: from("@pulumi/pulumi/runtime/stack") as Sdk["stack"],
    settings: from("@pulumi/pulumi/runtime/settings") as Sdk["settings"],
    log: from("@pulumi/pulumi/log") as Sdk["log"],
    debuggable: from("@pulumi/pulumi/runtime/debuggable") as Sdk["debuggable"],
    resource: from("@pulumi/pulumi/resource") as Sdk["resource"],
    unknowns: { rpc: from("@pulumi/pulumi/runtime/rpc") as UnknownsOfSdk["rpc"], StackReference },
  };
}

/**
 * Leaves out what only serves to debug the SDK itself, a message to the engine and a stack trace for every promise, and the
 * stack trace of every resource, which an engine keeps in its state and a preview has no use for.
 */
function quieten({ log, debuggable, resource }: Sdk): void {
  log.debug = () => Promise.resolve();
  if (resource.Resource.stackTrace !== undefined) resource.Resource.stackTrace = () => [];
  const original = debuggable.debuggablePromise;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return original(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

const tell = (message: ProgramMessage): void => void process.send?.(message);

function runProgram(sdk: Sdk, { main, root }: StartProgram): void {
  const failures = new Set<unknown>();
  const fail = (thrown: unknown): void => {
    if (failures.has(thrown)) return;
    failures.add(thrown);
    tell({ kind: "failed", failure: failureOf(thrown, root) });
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  process.on("exit", (code) => {
    sdk.settings.disconnectSync();
    if (code === 0 && failures.size > 0) process.exitCode = TOLD;
  });
  let signalled = false;
  const finish = (code: number): void => {
    if (failures.size > 0 || code !== 0 || signalled) return;
    signalled = true;
    sdk.settings.signalAndWaitForShutdown().catch(fail);
  };
  // Last of all: what others do in beforeExit belongs to the program.
  process.once("beforeExit", () =>
    process.nextTick(() => {
      setImmediate(() => undefined);
      process.on("beforeExit", finish);
    }),
  );
  // As in the runner that this stands for: the promise's rejection surfaces above.
  void sdk.stack.runInPulumiStack(() => load(main));
}

/** The program's exports, or what its exported function returns. */
async function load(main: string): Promise<unknown> {
  const { file, module } = entryOf(main);
  process.argv = [process.argv[0] ?? "node", file];
  if (!module) {
    const exported: unknown = createRequire(path.join(path.dirname(file), "program.js"))(file);
    return typeof exported === "function" ? await (exported as () => unknown)() : exported;
  }
  if (file.endsWith(".ts")) runTypeScriptModules();
  const exported = await importModule(pathToFileURL(file).href);
  const value = "default" in exported ? exported["default"] : exported;
  return typeof value === "function" ? await (value as () => unknown)() : value;
}

/** The file that runs, and whether it is an ES module. */
function entryOf(main: string): { file: string; module: boolean } {
  const isFolder = fs.statSync(main, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const manifest = manifestAbove(isFolder ? main : path.dirname(main));
  const module = manifest?.content["type"] === "module";
  if (!isFolder) return { file: resolve(main), module };
  const declared = manifest?.folder === main ? entryPointOf(manifest.content) : undefined;
  const entry = declared === undefined ? undefined : path.join(main, declared);
  return { file: resolve(entry !== undefined && fs.existsSync(entry) ? entry : main), module };
}

function entryPointOf({ exports, main }: Record<string, unknown>): string | undefined {
  const root =
    typeof exports === "object" && exports !== null ? (exports as Record<string, unknown>)["."] : exports;
  const conditions = typeof root === "object" && root !== null ? (root as Record<string, unknown>) : {};
  const entry = [
    root,
    conditions["default"],
    conditions["require"],
    conditions["import"],
    exports ? undefined : main,
  ];
  return entry.find((candidate): candidate is string => typeof candidate === "string");
}

function resolve(target: string): string {
  try {
    return createRequire(target).resolve(target);
  } catch {
    throw new Error(`no program at ${target}: Pulumi.yaml's main, or package.json's main, names it`);
  }
}

function manifestAbove(folder: string): { folder: string; content: Record<string, unknown> } | undefined {
  const file = path.join(folder, "package.json");
  if (fs.existsSync(file)) {
    return { folder, content: JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown> };
  }
  const above = path.dirname(folder);
  return above === folder ? undefined : manifestAbove(above);
}

/** The SDK loads while the engine gets ready; the program runs when it is told where the engine is. */
function main(folder: string): void {
  loadLazily();
  let sdk: Sdk | undefined;
  let unloadable: unknown;
  try {
    sdk = loadSdk(folder);
  } catch (error) {
    unloadable = error;
  }
  process.once("message", (start: StartProgram) => {
    process.channel?.unref();
    Object.assign(process.env, start.environment);
    if (sdk === undefined) {
      tell({ kind: "failed", failure: failureOf(unloadable, start.root) });
      process.exitCode = TOLD;
      process.disconnect();
      return;
    }
    quieten(sdk);
    let met = false;
    makeUnknown(sdk.unknowns, () => {
      if (!met) tell({ kind: "met" });
      met = true;
    });
    useTsconfig(start.tsconfig);
    process.chdir(folder);
    runProgram(sdk, start);
  });
  process.once("disconnect", () => process.exit(1));
}

main(process.argv[3] ?? process.cwd());
