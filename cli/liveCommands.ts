// Tests: test/cli/command.test.ts
import { type Command, Option } from "commander";
import type * as Drift from "./drift";
import { examples } from "./examples";
import type * as Verify from "./verify";

/** Adds `verify` and `drift`, which ask live clusters; their modules are loaded when one is called. */
export function addLiveCommands(command: Command, start: (run: Promise<number>) => unknown): void {
  withClusterOptions(
    command
      .command("verify")
      .description("probe live clusters: declared flows, the denials that matter, the owners' scenarios"),
  )
    .option(
      "--image <image>",
      "image of the ephemeral container that probes where a pod has no tools (with sh, and nc, bash, curl or python)",
    )
    .option(
      "--address <name=host>",
      "where something outside is: database/NAME, bucket/NAME, internet, cloud-identity or a CIDR; again for more",
      list,
    )
    .addOption(
      new Option("--format <format>", "how to print it (default: text)").choices(["text", "json", "junit"]),
    )
    .option("--json", "short for --format json: one JSON document on stdout, everything else on stderr")
    .option("--verbose", "also list what is as expected")
    .addHelpText(
      "after",
      examples(
        [
          "palisade verify --stack prod --cluster eks-prod",
          "palisade verify --stack dev --context k3d-dev --application jewelry-shop --verbose",
          "palisade verify --stack prod --image busybox:1.37 --address internet=198.51.100.7",
          "palisade verify --stack prod --format junit > verify.xml",
        ],
        "0 everything as expected, 1 a difference, 2 bad input, 3 something couldn't be probed.",
      ),
    )
    .action((flags: Verify.VerifyFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./verify") as typeof Verify;
      start(run(flags));
    });

  withClusterOptions(
    command.command("drift").description("compare live objects with the stack's plan, field by field"),
  )
    .option("--rendered <dir>", "a folder that palisade render wrote: compare with it instead of the plan")
    .option("--json", "one JSON document on stdout, everything else on stderr")
    .addHelpText(
      "after",
      examples(
        [
          "palisade drift --stack prod",
          "palisade drift --stack dev --context k3d-dev --json",
          "palisade drift --stack prod --rendered deploy",
        ],
        "0 as planned, 1 something differs, 2 bad input.",
      ),
    )
    .action((flags: Drift.DriftFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./drift") as typeof Drift;
      start(run(flags));
    });
}

const withClusterOptions = (command: Command): Command =>
  command
    .option("-s, --stack <name>", "the stack", "dev")
    .option("-C, --cwd <dir>", "a folder of the Pulumi project", ".")
    .option("--cluster <name>", "only this one of the stack's clusters")
    .option("--application <name>", "only this application")
    .option("--context <name>", "the kubeconfig's context, instead of the config's; for one cluster")
    .option("--kubeconfig <file>", "a kubeconfig, instead of the config's or kubectl's");

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
