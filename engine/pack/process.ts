import { type PalisadeInputError, atSubject, below, inputError, type Place } from "../../problems";
import fs from "node:fs";
import path from "node:path";
import type { ServiceError } from "../sdk";
import { type Child, engineFolder, type Failure, howItEnded, startChild } from "../child";
import { isRecord, readYaml, type StackConfig } from "../project";
import type { PolicyConfig, PolicyInfo } from "./config";
import type { PackFailed } from "./messages";

/** Where a policy pack is, and what configures it. */
export interface PackSource {
  /** The folder of PulumiPolicy.yaml; the pack runs in it. */
  readonly folder: string;
  /** What runs: the folder, or what PulumiPolicy.yaml's main names. */
  readonly entry: string;
  /** The version that PulumiPolicy.yaml gives, or "". */
  readonly version: string;
  /** Its config file, if any. */
  readonly config: string | undefined;
  /** What the config becomes, once the pack has told its name and policies. May throw PalisadeInputError. */
  readonly adjust?: (
    pack: string,
    policies: readonly PolicyInfo[],
    given: ReadonlyMap<string, PolicyConfig>,
  ) => ReadonlyMap<string, PolicyConfig>;
}

/** Finds a policy pack. Throws PalisadeInputError if the folder holds none that can run here. */
export function readPackSource(folder: string, config?: string): PackSource {
  const root = path.resolve(folder);
  const file = path.join(root, "PulumiPolicy.yaml");
  if (!fs.existsSync(file)) {
    throw inputError(packPlace(root), "no PulumiPolicy.yaml there", "Name a pack's folder");
  }
  const yaml = readYaml(file);
  const runtime = isRecord(yaml["runtime"]) ? yaml["runtime"]["name"] : yaml["runtime"];
  if (runtime !== "nodejs") {
    throw inputError(
      below(packPlace(file), "runtime"),
      `${JSON.stringify(runtime ?? null)}: only "nodejs" runs here`,
    );
  }
  const { main, version } = yaml;
  return {
    folder: root,
    entry: path.resolve(root, typeof main === "string" ? main : "."),
    version: typeof version === "string" || typeof version === "number" ? String(version) : "",
    config: config === undefined ? undefined : path.resolve(config),
  };
}

/** gRPC's codes for a connection that broke. Written out: loading gRPC here would hold up the start of every process. */
const CANCELLED = 1;
const UNAVAILABLE = 14;

/** How long after a connection broke a process that ended is seen to have ended. */
const ENDING_SECONDS = 2;

/** How long a pack may take to load: beyond any honest one, short of forever. */
const READY_SECONDS = 60;

/** The process of a policy pack, started at once. */
export class PackProcess {
  readonly #child: Child;
  readonly #port: Promise<number>;
  #failure: Failure | undefined;
  #ended = false;

  constructor(
    readonly source: PackSource,
    project: { name: string },
    config: StackConfig,
    output: (text: string) => void,
  ) {
    let stdout = "";
    let announce: (port: number) => void;
    const announced = new Promise<number>((resolve) => (announce = resolve));
    this.#child = startChild(path.join(engineFolder, "pack", "child"), [source.entry], {
      cwd: source.folder,
      environment: packEnvironment(project.name, config),
      output,
      // The first line is the port; the rest is the pack's to say.
      onStdout: (text) => {
        const waiting = stdout;
        stdout += text;
        const port = /^(\d+)\r?\n/.exec(stdout)?.[1];
        if (port === undefined) return;
        announce(Number(port));
        const rest = waiting.includes("\n") ? text : stdout.slice(stdout.indexOf("\n") + 1);
        if (rest !== "") output(rest);
      },
    });
    this.#child.process.on("message", (message: PackFailed) => (this.#failure = message.failure));
    this.#port = this.#firstOf(announced);
    // Whoever asks for it gets the failure; nobody may ask, when the program fails first.
    this.#port.catch(() => undefined);
  }

  port(): Promise<number> {
    return this.#port;
  }

  async #firstOf(announced: Promise<number>): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(this.#error(`isn't ready after ${READY_SECONDS} s`));
      }, READY_SECONDS * 1000);
    });
    const ended = this.#child.ended.then((ending) => {
      this.#ended = true;
      if (this.#failure !== undefined) throw packFailure(this.source.folder, this.#failure);
      const tail = this.#child.stderrTail();
      throw this.#error(
        `ended (${howItEnded(ending)}) without serving policies; it must make one PolicyPack${tail === "" ? "" : `\n${tail}`}`,
      );
    });
    try {
      return await Promise.race([announced, ended, late]);
    } finally {
      clearTimeout(timer);
      ended.catch(() => undefined);
    }
  }

  /** What a failed call means for the user: a crash of the pack, a pack that can't be reached, or an error that a policy threw. */
  async explain(name: string, error: ServiceError): Promise<PalisadeInputError> {
    if ((error.code as number) === UNAVAILABLE || (error.code as number) === CANCELLED) {
      const ending = await Promise.race([this.#child.ended, afterSeconds(ENDING_SECONDS)]);
      if (ending === undefined) return unreachable(name, await this.#port, error);
      const how = howItEnded(ending);
      if (this.#failure !== undefined) return packFailure(this.source.folder, this.#failure);
      const tail = this.#child.stderrTail();
      return packError(name, `ended (${how}) while it judged${tail === "" ? "" : `\n${tail}`}`);
    }
    const text = error.details.replace(/^Error: /, "");
    const frame = /^ +at .*$/m.exec(text.split("\n").find((line) => line.includes(this.source.folder)) ?? "");
    const message = text
      .split("\n")
      .filter((line) => !/^ +at /.test(line))
      .join("\n  ");
    return packError(name, `${message}${frame === null ? "" : `\n  ${frame[0].trim()}`}`);
  }

  stop(): void {
    if (!this.#ended) this.#child.stop();
  }

  /** Lets a process go that has answered everything: it ends by itself, and keeps its compiled code for the next run. */
  release(): void {
    if (!this.#ended) this.#child.process.disconnect();
  }

  #error(message: string): PalisadeInputError {
    return packError(this.source.folder, message);
  }
}

/** Not an unreferenced timer: where nothing else is left to wait for, the command would end without a word. */
const afterSeconds = (seconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), seconds * 1000));

/** The error of a pack that runs, and whose port nobody can connect to. */
function unreachable(name: string, port: number, { details }: ServiceError): PalisadeInputError {
  const reason = /connect E\w+/.exec(details)?.[0] ?? details;
  return inputError(
    packPlace(name),
    `runs but can't be reached at 127.0.0.1:${port}: ${reason}`,
    "Bring up this machine's loopback interface: ip link set lo up",
    "pack",
  );
}

/** The error of a pack that threw while it loaded or outside any policy. */
function packFailure(folder: string, { name, message, places }: Failure): PalisadeInputError {
  const lines = [`${name === "Error" ? "" : `${name}: `}${message}`];
  if (message.includes("Cannot find module '@pulumi/"))
    lines.push(`  remedy: install its dependencies (npm ci) in ${folder}`);
  for (const place of places.slice(0, 3)) lines.push(`  at ${path.relative(process.cwd(), place)}`);
  return packError(folder, lines.join("\n"));
}

const packPlace = (name: string): Place => atSubject(`policy pack ${name}`);

const packError = (name: string, message: string): PalisadeInputError =>
  inputError(packPlace(name), message, undefined, "pack");

/** As the engine sets it (sdk/go/common/resource/plugin/analyzer_plugin.go). */
function packEnvironment(project: string, config: StackConfig): Record<string, string> {
  const known = { ORGANIZATION: "organization", PROJECT: project, STACK: config.stack, DRY_RUN: "true" };
  const both = Object.entries(known).flatMap(([key, value]) => [
    [`PULUMI_${key}`, value],
    [`PULUMI_NODEJS_${key}`, value],
  ]);
  return {
    ...(Object.fromEntries(both) as Record<string, string>),
    PULUMI_CONFIG: JSON.stringify(config.values),
  };
}
