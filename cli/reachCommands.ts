// Tests: test/cli/command.test.ts
import { type Command, Option } from "commander";
import { withAnalysisOptions } from "./analysisOptions";
import type * as Diff from "./diff";
import { examples } from "./examples";
import { withContextOption, withInputOptions } from "./inputOptions";
import type * as Explain from "./explain";
import type * as Report from "./htmlReport";
import type { ReportFlags } from "./reportInput";
import { withPolicyOptions } from "./policyOptions";
import type * as Reach from "./reach";

/** Adds `reach`, `explain` and `diff`; their modules are loaded when one is called. */
export function addReachCommands(command: Command, start: (run: Promise<number>) => unknown): void {
  withWorldOptions(
    command
      .command("reach")
      .description("who can talk to whom, from manifests, a stack's plan or a running cluster")
      .argument("[paths...]", "manifests: files, folders, or - for standard input"),
  )
    .addOption(
      new Option("--format <format>", "how to print it (default: table)").choices([
        "table",
        "txt",
        "json",
        "csv",
        "md",
        "dot",
        "mermaid",
        "svg",
      ]),
    )
    .option("--json", "short for --format json: one JSON document on stdout, everything else on stderr")
    .option(
      "--from <end>",
      "only from this end: an id, namespace/name, namespace/*, a name, a Service, a label's value, or a CIDR outside",
    )
    .option("--to <end>", "only to this end")
    .option("--port <port>", "only this port: tcp/443, udp/53, tcp/1000-2000, or 443 for TCP")
    .addOption(new Option("--fail-on <what>", "exit 3 if some answer isn't known").choices(["unknown"]))
    .addHelpText(
      "after",
      examples(
        [
          "palisade reach manifests/",
          "kustomize build overlays/prod | palisade reach - --to postgresql --port 5432",
          "palisade reach --stack prod --cluster k3s-prod --from 'jewelry-shop/*' --format mermaid",
          "palisade reach --context prod --fail-on unknown",
          "palisade reach manifests/ --aws groups.json --json > relation.json",
        ],
        "0 answered, 2 bad input, 3 some answer isn't known (with --fail-on unknown).",
      ),
    )
    .action((paths: string[], flags: Reach.ReachFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./reach") as typeof Reach;
      start(run(paths, flags));
    });

  withPolicyOptions(
    withWorldOptions(
      command
        .command("report")
        .description("one HTML file: the map, every connection, and the answer to any question")
        .argument("[paths...]", "manifests: files, folders, or - for standard input"),
    ).option(
      "--config <file>",
      "judge manifests as palisade check does, by this configuration; any of the next three judges them, too",
    ),
  )
    .option("--out <file>", "where to write it", "report.html")
    .option(
      "--diff <before>",
      "show what changed since: a git revision, a file or folder, a saved reach --json, or a side of palisade diff",
    )
    .option("--svg <file>", "also draw the change, or without --diff the map, as an image")
    .addOption(new Option("--fail-on <what>", "exit 3 if some answer isn't known").choices(["unknown"]))
    .addHelpText(
      "after",
      examples(
        [
          "palisade report --stack prod",
          "palisade report manifests/ --out who-reaches-whom.html",
          "palisade report --stack prod --diff main --svg change.svg",
          "palisade report manifests/ --profile baseline",
        ],
        "0 written, 2 bad input, 3 some answer isn't known (with --fail-on unknown).",
      ),
    )
    .action((paths: string[], flags: ReportFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./htmlReport") as typeof Report;
      start(run(paths, flags));
    });

  withWorldOptions(
    command
      .command("explain")
      .description("why one end can talk to another, or what keeps it from doing so")
      .argument("<from>", "the source: an id, namespace/name, a name, a label's value, or an address outside")
      .argument(
        "<to>",
        "the destination: as the source, or a Service, for what is behind it (svc/namespace/name)",
      )
      .argument("<port>", "tcp/443, udp/53, 443 for TCP, or the name of a port at the destination: http")
      .argument("[paths...]", "manifests: files, folders, or - for standard input"),
  )
    .option("--json", "one JSON document on stdout, everything else on stderr")
    .addOption(new Option("--fail-on <what>", "exit 3 if the answer isn't known").choices(["unknown"]))
    .addHelpText(
      "after",
      examples(
        [
          "palisade explain nginx redis tcp/6379 manifests/",
          "palisade explain shop/web 203.0.113.7 443 manifests/",
          "palisade explain --context prod shop/web shop/db 5432",
          "palisade explain --stack dev nginx redis 6379",
        ],
        "0 answered, 2 bad input, 3 the answer isn't known (with --fail-on unknown).",
      ),
    )
    .action((from: string, to: string, port: string, paths: string[], flags: Explain.ExplainFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./explain") as typeof Explain;
      start(run(from, to, port, paths, flags));
    });

  withWorldOptions(
    command
      .command("diff")
      .description("which connections a change gains and loses")
      .argument(
        "<before>",
        "a file or folder, a saved reach --json, stack:NAME, context:NAME, git:REV or git:REV:PATH",
      )
      .argument("<after>", "the same"),
    false,
  )
    .addOption(
      new Option("--format <format>", "how to print it (default: txt)").choices(["txt", "md", "json"]),
    )
    .option("--json", "short for --format json")
    .addOption(
      new Option(
        "--fail-on <what>",
        "gained: exit 1 if a connection is gained, or may be; unknown: exit 3 if something can't be compared",
      ).choices(["gained", "unknown"]),
    )
    .addHelpText(
      "after",
      examples(
        [
          "palisade diff git:main:manifests manifests/ --format md --fail-on gained",
          "palisade diff stack:uat stack:prod",
          "palisade diff relation.json manifests/",
          "palisade diff context:prod manifests/ --namespace shop",
        ],
        "0 compared, 1 a connection is gained (with --fail-on gained), 2 bad input, 3 undecided (with --fail-on unknown).",
      ),
    )
    .action((before: string, after: string, flags: Diff.DiffFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./diff") as typeof Diff;
      start(run(before, after, flags));
    });
}

/** What all three ask about the world. */
function withWorldOptions(command: Command, single = true): Command {
  if (single) {
    command.option("--stack <name>", "the plan of a stack instead of manifests");
    withContextOption(command);
  }
  const read = withInputOptions(command)
    .option("--kubeconfig <file>", "the kubeconfig that has the context, instead of kubectl's")
    .option("-C, --cwd <dir>", "a folder of the stack's Pulumi project", ".")
    .option("--cluster <provider>", "which of a stack's clusters, by the name of its Kubernetes provider");
  return withAnalysisOptions(read)
    .option(
      "--representatives",
      "also ends that no manifest holds, one for each that selectors can tell apart",
    )
    .option("--no-representatives", "only ends that manifests hold");
}
