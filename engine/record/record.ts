import { atSubject, inputError, messageOf } from "../../problems";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { SECRET_MARK, type AnswersFile, type InvokeAnswer } from "../answers";
import { codeOf } from "../errors";
import { nameOf, PROVIDER_PREFIX, urnOfReference } from "../monitor";
import type { Project } from "../project";
import { canonicalJson, mapValues, secretOf, type Value, type ValueMap } from "../values";

/** A call between program and engine, as the Pulumi CLI logs it when PULUMI_DEBUG_GRPC names a file. */
interface LoggedCall {
  readonly method: string;
  readonly request: ValueMap;
  readonly response?: ValueMap;
}

/**
 * Records what a real engine's preview answers to the program: `pulumi preview` runs with its log of calls switched on, and the
 * answers of functions and stack references are taken from the log. The log holds secrets: it lives in a folder that only
 * this user can read, and goes when we do. Returns the content for the answers file. Rejects with PalisadeInputError if the CLI isn't
 * there or its preview fails.
 */
export async function recordAnswers(
  project: Project,
  stack: string,
  output: (text: string) => void,
): Promise<AnswersFile> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "palisade-record-"));
  const log = path.join(folder, "grpc.json");
  try {
    await runPulumi(project, stack, log, output);
    return answersOf(readLog(log));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function runPulumi(
  project: Project,
  stack: string,
  log: string,
  output: (text: string) => void,
): Promise<void> {
  const args = ["preview", "--stack", stack, "--non-interactive", "--color", "never"];
  const child = spawn("pulumi", args, {
    cwd: project.root,
    env: { ...process.env, PULUMI_DEBUG_GRPC: log },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.setEncoding("utf8").on("data", output);
  child.stderr.setEncoding("utf8").on("data", output);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      reject(
        codeOf(error) === "ENOENT"
          ? inputError(
              atSubject("pulumi"),
              "not on PATH",
              "Install the Pulumi CLI (https://www.pulumi.com/docs/install/), log in, and have the stack's credentials",
            )
          : inputError(atSubject("pulumi"), messageOf(error)),
      );
    });
    child.once("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          inputError(
            atSubject(`pulumi ${args.join(" ")}`),
            `exit code ${String(code)}; nothing is recorded`,
            undefined,
            "program",
          ),
        );
    });
  });
}

/** The calls of a log: one JSON object a line. */
function readLog(file: string): LoggedCall[] {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    throw inputError(
      atSubject("pulumi preview"),
      "wrote no log of its calls (PULUMI_DEBUG_GRPC)",
      "Use a current Pulumi CLI",
      "program",
    );
  }
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LoggedCall);
}

/** The answers in a log of calls. Nothing that is secret anywhere in the log stays in them. */
export function answersOf(calls: readonly LoggedCall[]): AnswersFile {
  const secrets = secretsIn(calls);
  const invokes = new Map<string, InvokeAnswer>();
  const stackReferences: Record<string, ValueMap> = {};
  for (const { method, request, response } of calls) {
    if (response === undefined) continue;
    if (method === "/pulumirpc.ResourceMonitor/Invoke") {
      const answer = invokeAnswer(request, response, secrets);
      if (answer !== undefined) invokes.set(canonicalJson({ ...answer, result: null }), answer);
    } else if (
      method === "/pulumirpc.ResourceMonitor/ReadResource" &&
      request["type"] === "pulumi:pulumi:StackReference"
    ) {
      const { name, outputs } = (response["properties"] ?? {}) as ValueMap;
      if (typeof name === "string") stackReferences[name] = redact(outputs ?? {}, secrets) as ValueMap;
    }
  }
  return {
    version: 1,
    invokes: [...invokes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer),
    stackReferences: Object.fromEntries(Object.entries(stackReferences).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function invokeAnswer(
  request: ValueMap,
  response: ValueMap,
  secrets: ReadonlySet<string>,
): InvokeAnswer | undefined {
  const token = request["tok"];
  // The engine's own functions are answered from the plan.
  if (typeof token !== "string" || token.startsWith("pulumi:pulumi:")) return undefined;
  const urn = urnOfReference(typeof request["provider"] === "string" ? request["provider"] : "");
  const isDefault = urn === "" || (urn.includes(PROVIDER_PREFIX) && nameOf(urn).startsWith("default"));
  return {
    token,
    ...(isDefault ? {} : { provider: nameOf(urn) }),
    args: redact(request["args"] ?? {}, secrets) as ValueMap,
    result: redact(response["return"] ?? {}, secrets) as ValueMap,
  };
}

/** Every text that is marked as secret somewhere, and the values of secret config. */
function secretsIn(calls: readonly LoggedCall[]): ReadonlySet<string> {
  const secrets = new Set<string>();
  const addAll = (value: Value): void => {
    if (typeof value === "string" && value !== "") secrets.add(value);
    else if (value !== null && typeof value === "object") Object.values(value).forEach(addAll);
  };
  const collect = (value: Value): void => {
    const held = secretOf(value);
    if (held !== undefined) addAll(held);
    else if (value !== null && typeof value === "object") Object.values(value).forEach(collect);
  };
  for (const { request, response } of calls) {
    collect(request);
    collect(response ?? null);
    const keys = request["configSecretKeys"];
    const config = request["config"];
    if (!Array.isArray(keys) || config === null || typeof config !== "object" || Array.isArray(config))
      continue;
    for (const key of keys) if (typeof key === "string") addAll(config[key] ?? null);
  }
  return secrets;
}

/** A copy without secrets: what is marked as one, and any text that contains one. */
function redact(value: Value, secrets: ReadonlySet<string>): Value {
  if (secretOf(value) !== undefined) return SECRET_MARK;
  if (typeof value === "string")
    return [...secrets].some((held) => value.includes(held)) ? SECRET_MARK : value;
  if (value === null || typeof value !== "object") return value;
  return Array.isArray(value)
    ? value.map((item) => redact(item, secrets))
    : mapValues(value, (item) => redact(item, secrets));
}
