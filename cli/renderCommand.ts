// Tests: test/cli/command.test.ts
import { type Command, Option } from "commander";
import { examples } from "./examples";
import type * as Gitops from "./gitops";

/** Adds `render`; its module is loaded when it is called. */
export function addRenderCommand(command: Command, start: (run: Promise<number>) => unknown): void {
  command
    .command("render")
    .description("a stack's isolation as a folder of manifests, for Argo CD or Flux")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("-C, --cwd <dir>", "a folder of the Pulumi project", ".")
    .option("--cluster <name>", "only this one of the stack's clusters")
    .requiredOption(
      "--out <dir>",
      "where to write: a folder a cluster; nothing is written over but what render wrote",
    )
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit 3 and write nothing if a policy met an unknown it needed, or an object isn't known before it is deployed",
      ).choices(["unknown"]),
    )
    .addOption(
      new Option(
        "--admission [how]",
        "also the policies that one object can violate, as ValidatingAdmissionPolicies that deny, or only warn",
      )
        .choices(["deny", "warn"])
        .preset("deny"),
    )
    .addHelpText(
      "after",
      examples(
        [
          "palisade render --stack prod --out deploy",
          "palisade render --stack prod --cluster k3s-prod --out deploy --fail-on unknown",
          "palisade render --stack prod --out deploy --admission warn",
        ],
        "0 rendered, 1 a mandatory policy is violated, 2 bad input, 3 undecided. Only with 0 something is written.",
      ),
    )
    .action((flags: Gitops.RenderFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./gitops") as typeof Gitops;
      start(run(flags));
    });
}
