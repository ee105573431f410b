// Tests: test/cli/check.test.ts
import { type Command, Option } from "commander";
import type * as Check from "./check";
import type * as Policies from "./policies";
import { examples } from "./examples";
import { withPolicyOptions } from "./policyOptions";
import { withContextOption, withInputOptions } from "./inputOptions";

const EXAMPLES = examples(
  [
    "palisade check manifests/",
    "kustomize build overlays/prod | palisade check - --config policies.json",
    "helm template shop charts/shop | palisade check - --namespace shop",
    "palisade check manifests/ --format sarif > palisade.sarif",
    "palisade check --context prod",
    "pulumi stack export | palisade check -",
  ],
  "0 clean, 1 a mandatory policy is violated, 2 bad input, 3 undecided (with --fail-on unknown or unjudged).",
);

function addPoliciesCommand(command: Command, start: (run: Promise<number>) => unknown): void {
  command
    .command("policies")
    .description("list the policies, with their levels in each profile; or the schema of their configuration")
    .option("--json", "one JSON document")
    .option("--schema", "the JSON schema of the configuration file, for editors and other checkers")
    .addHelpText(
      "after",
      examples(["palisade policies", "palisade policies --schema > policies.schema.json"], "0 printed."),
    )
    .action((flags: Policies.PoliciesFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./policies") as typeof Policies;
      start(run(flags));
    });
}

/** Adds `check`; its module is loaded when it is called. */
export function addCheckCommand(command: Command, start: (run: Promise<number>) => unknown): void {
  addPoliciesCommand(command, start);
  withPolicyOptions(
    withContextOption(
      withInputOptions(
        command
          .command("check")
          .description(
            "judge manifests, a running cluster or a Pulumi stack's state by the policy pack's invariants, without Pulumi",
          )
          .argument(
            "[paths...]",
            "manifests: files, folders, or - for standard input; or what pulumi stack export prints",
          ),
      ),
    ),
  )
    .option("--kubeconfig <file>", "the kubeconfig that has the context, instead of kubectl's")
    .option("--config <file>", "the policies' configuration, in the shape of --policy-pack-config")
    .addOption(
      new Option("--format <format>", "how to print it (default: text)").choices([
        "text",
        "json",
        "sarif",
        "junit",
      ]),
    )
    .option("--json", "short for --format json: one JSON document on stdout, everything else on stderr")
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit 3 if a policy could not be decided; unjudged: also if no policy judges an object's kind",
      ).choices(["unknown", "unjudged"]),
    )
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: Check.CheckFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./check") as typeof Check;
      start(run(paths, flags));
    });
}
