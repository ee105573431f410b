import { type Command, Option } from "commander";
import type * as Check from "./check";
import { examples } from "./examples";
import { withInputOptions } from "./inputOptions";

const EXAMPLES = examples(
  [
    "palisade check manifests/",
    "kustomize build overlays/prod | palisade check - --config policies.json",
    "helm template shop charts/shop | palisade check - --namespace shop",
    "palisade check manifests/ --format sarif > palisade.sarif",
  ],
  "0 clean, 1 a mandatory policy is violated, 2 bad input, 3 undecided (with --fail-on unknown).",
);

/** Adds `check`; its module is loaded when it is called. */
export function addCheckCommand(command: Command, start: (run: Promise<number>) => unknown): void {
  withInputOptions(
    command
      .command("check")
      .description(
        "judge plain manifests by the policy pack's invariants, without Pulumi and without a cluster",
      )
      .argument("[paths...]", "manifests: files, folders, or - for standard input"),
  )
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
    .addOption(new Option("--fail-on <what>", "exit 3 if a policy could not be decided").choices(["unknown"]))
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: Check.CheckFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./check") as typeof Check;
      start(run(paths, flags));
    });
}
