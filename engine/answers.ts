import { atSource, inputError, throwProblems, messageOf } from "../problems";
import fs from "node:fs";
import { isMap, UNKNOWN_SENTINEL } from "../data";
import { codeOf } from "./errors";
import { canonicalJson, secret, type Value, type ValueMap, WITHHELD } from "./values";

/** One recorded answer of a provider function. `provider` names the explicit provider that was asked, if one was. */
export interface InvokeAnswer {
  readonly token: string;
  readonly provider?: string;
  readonly args: ValueMap;
  readonly result: ValueMap;
}

/**
 * The content of an answers file: what a preview may take as known about the world outside the program. In the file, what has
 * nothing may be left out.
 */
export interface AnswersFile {
  readonly version: 1;
  readonly invokes: readonly InvokeAnswer[];
  /** Outputs by the referenced stack's full name. */
  readonly stackReferences: Readonly<Record<string, ValueMap>>;
}

const NOTHING: AnswersFile = { version: 1, invokes: [], stackReferences: {} };

/** Stands for a secret whose value isn't recorded. As an argument it matches any value. */
export const SECRET_MARK: ValueMap = { $secret: true };
/** Stands for a value that isn't known. */
const UNKNOWN_MARK: ValueMap = { $unknown: true };

const isMark = (value: Value, mark: ValueMap): boolean => canonicalJson(value) === canonicalJson(mark);

/** Answers from a file in the repository for what only a provider or a backend can tell. */
export class Answers {
  private constructor(
    readonly file: string,
    private readonly content: AnswersFile,
  ) {}

  /** Reads an answers file; one that doesn't exist answers nothing. Throws PalisadeInputError naming every malformed entry. */
  static read(file: string): Answers {
    let text: string;
    try {
      text = fs.readFileSync(file, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return new Answers(file, NOTHING);
      throw inputError(atSource(file), messageOf(error));
    }
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (error) {
      throw inputError(atSource(file), messageOf(error));
    }
    throwProblems(problemsOf(content).map((message) => ({ place: atSource(file), message })));
    return new Answers(file, { ...NOTHING, ...(content as Partial<AnswersFile>) });
  }

  /** The recorded result of an invoke, or undefined. `provider` is the explicit provider's name, if there is one. */
  invoke(token: string, args: ValueMap, provider: string | undefined): ValueMap | undefined {
    const found = this.content.invokes.find(
      (answer) => answer.token === token && answer.provider === provider && matches(answer.args, args),
    );
    return found === undefined ? undefined : (revive(found.result) as ValueMap);
  }

  /** The recorded outputs of another stack and the names of the secret ones, or undefined. */
  stackReference(name: string): { outputs: ValueMap; secretOutputNames: string[] } | undefined {
    const outputs = this.content.stackReferences[name];
    if (outputs === undefined) return undefined;
    const secretOutputNames = Object.keys(outputs).filter((key) => containsSecret(outputs[key] ?? null));
    return { outputs: revive(outputs) as ValueMap, secretOutputNames: secretOutputNames.sort() };
  }
}

function problemsOf(content: unknown): string[] {
  if (!isMap(content) || content["version"] !== 1) return ['"version" must be 1'];
  const problems: string[] = [];
  const { invokes = [], stackReferences = {} } = content;
  if (!Array.isArray(invokes)) problems.push('"invokes" must be a list');
  else {
    invokes.forEach((entry: unknown, index) => {
      const at = `invokes[${index}]`;
      if (!isMap(entry) || typeof entry["token"] !== "string") problems.push(`${at}: "token" must be text`);
      else if (!isMap(entry["args"]) || !isMap(entry["result"])) {
        problems.push(`${at} ${entry["token"]}: "args" and "result" must be objects`);
      }
    });
  }
  if (!isMap(stackReferences)) problems.push('"stackReferences" must be an object');
  else {
    for (const [name, outputs] of Object.entries(stackReferences)) {
      if (!isMap(outputs)) problems.push(`stackReferences ${name}: must be an object of outputs`);
    }
  }
  return problems;
}

/** Whether arguments are those of a recorded call; a secret mark stands for any value. */
function matches(recorded: Value, given: Value): boolean {
  if (isMark(recorded, SECRET_MARK)) return true;
  if (isMap(recorded) && isMap(given)) {
    const keys = Object.keys(recorded);
    if (keys.length !== Object.keys(given).length) return false;
    return keys.every((key) => key in given && matches(recorded[key] as Value, given[key] as Value));
  }
  if (Array.isArray(recorded) && Array.isArray(given)) {
    return (
      recorded.length === given.length && recorded.every((item, index) => matches(item, given[index] ?? null))
    );
  }
  return canonicalJson(recorded) === canonicalJson(given);
}

/** Recorded values as the program gets them. */
function revive(value: Value): Value {
  if (isMark(value, SECRET_MARK)) return secret(WITHHELD);
  if (isMark(value, UNKNOWN_MARK)) return UNKNOWN_SENTINEL;
  if (Array.isArray(value)) return value.map(revive);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, revive(held)]));
}

function containsSecret(value: Value): boolean {
  if (isMark(value, SECRET_MARK)) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isMap(value) && Object.values(value).some((held) => containsSecret(held));
}
