// Tests: test/cli/command.test.ts
import { type Command, Option } from "commander";
import { examples } from "./examples";
import type * as Observe from "./observe";

/** Adds `observe`; its module is loaded when it is called. */
export function addObserveCommand(command: Command, start: (run: Promise<number>) => unknown): void {
  command
    .command("observe")
    .description("hold records of traffic against a stack: flows seen, flows unused, what nobody declares")
    .argument(
      "<paths...>",
      "VPC flow logs, lines of Hubble, Goldmane, the EKS agent, conntrack or NFLOG, plain or gzip, or Parquet: files, folders, or - for standard input",
    )
    .option("-s, --stack <name>", "the stack", "dev")
    .option("-C, --cwd <dir>", "a folder of the Pulumi project", ".")
    .option("--cluster <name>", "the cluster that the records are of, where the stack has several")
    .option(
      "--pods <file>",
      "a saved kubectl get pods -A --output json, @TIME behind it if that is when it was saved; again for more",
      list,
    )
    .option("--context <name>", "a running cluster whose pods are read too, by the kubeconfig's context")
    .option("--kubeconfig <file>", "the kubeconfig that has the context, instead of kubectl's")
    .option("--since <time>", "pass over records that ended before: 2026-01-31, or with a time and zone")
    .option(
      "--vpc-format <fields>",
      'the fields of VPC flow logs that have no header: as the log\'s format has them, or "default"',
    )
    .addOption(
      new Option("--format <format>", "how to print it (default: text)").choices(["text", "json", "sarif"]),
    )
    .option("--json", "short for --format json: one JSON document on stdout, everything else on stderr")
    .option("--verbose", "also list what is as declared, and all that can't be read")
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit 3 if a record can't be given to anybody, or a line not be read",
      ).choices(["unknown"]),
    )
    .addHelpText(
      "after",
      examples(
        [
          "palisade observe AWSLogs/ --stack prod --cluster eks-prod --pods pods.json@2026-01-31T12:00:00Z",
          "hubble observe --output json --last 10000 | palisade observe - --stack dev --cluster k3d-dev",
          "palisade observe hubble.jsonl.gz --cluster k3d-dev --format sarif > observed.sarif",
        ],
        "0 all that was seen is declared, 1 it isn't, or something declared was denied, 2 bad input, 3 nothing could be judged (with --fail-on unknown: something couldn't).",
      ),
    )
    .action((paths: string[], flags: Observe.ObserveFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./observe") as typeof Observe;
      start(run(paths, flags));
    });
}

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
