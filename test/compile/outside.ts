import { readFileSync } from "node:fs";

interface AnswersFile {
  readonly invokes: readonly { readonly token: string; readonly result: Record<string, unknown> }[];
  readonly stackReferences: Readonly<Record<string, Record<string, unknown>>>;
}

const files = ["dev", "uat", "prod"].map(
  (stack) =>
    JSON.parse(readFileSync(`${__dirname}/../../Pulumi.${stack}.answers.json`, "utf8")) as AnswersFile,
);

/** What the world outside the stacks' program answers: other stacks' outputs, and AWS, as recorded for previews. */
export const outside = {
  outputs: (type: string, name: string): Record<string, unknown> => {
    if (type !== "pulumi:pulumi:StackReference") return {};
    const outputs = files
      .map(({ stackReferences }) => stackReferences[name])
      .find((one) => one !== undefined);
    return { outputs: outputs ?? {} };
  },
  call: (token: string): Record<string, unknown> => {
    const answer = files.flatMap(({ invokes }) => invokes).find((one) => one.token === token);
    if (answer === undefined) throw new Error(`unexpected call of ${token}`);
    return answer.result;
  },
};
