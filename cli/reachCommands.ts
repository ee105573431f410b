import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cni } from "../reachability/read";
import type * as Diff from "./diff";
import { examples } from "./examples";
import { withInputOptions } from "./inputOptions";
import type * as Explain from "./explain";
import type * as Reach from "./reach";

/** Adds `reach`, `explain` and `diff`; their modules are loaded when one is called. */
export function addReachCommands(command: Command, start: (run: Promise<number>) => unknown): void {
  withWorldOptions(
    command
      .command("reach")
      .description("who can talk to whom, from manifests or a stack's plan")
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
          "palisade reach --stack prod --from 'shop/*' --format mermaid",
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

  withWorldOptions(
    command
      .command("explain")
      .description("why one end can talk to another, or what keeps it from doing so")
      .argument("<from>", "the source: an id, namespace/name, a name, a label's value, or an address outside")
      .argument(
        "<to>",
        "the destination: as the source, or a Service, for what is behind it (svc/namespace/name)",
      )
      .argument("<port>", "tcp/443, udp/53, or 443 for TCP")
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
          "palisade explain --stack dev django svc/jewelry-shop/redis 6379",
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
      .argument("<before>", "a file or folder, a saved reach --json, stack:NAME, git:REV or git:REV:PATH")
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
function withWorldOptions(command: Command, stack = true): Command {
  if (stack) command.option("--stack <name>", "the plan of a stack instead of manifests");
  return withInputOptions(command)
    .option("-C, --cwd <dir>", "a folder of the stack's Pulumi project", ".")
    .option("--cluster <provider>", "which of a stack's clusters, by the name of its Kubernetes provider")
    .option("--pod-cidr <cidr>", "where pods without an address are; give it again for more", list)
    .addOption(
      new Option(
        "--cni <cni>",
        "the cluster's CNI, which is then taken as it enforces; any: as policies say, wherever CNIs differ",
      )
        .choices(CNI_CHOICES)
        .default("any"),
    )
    .addOption(
      new Option("--cidr-match <what>", "what Cilium's ipBlocks match besides (policy-cidr-match-mode)")
        .argParser(cidrMatch)
        .default([], "nothing"),
    )
    .option("--sctp", "Cilium passes SCTP (enable-sctp)")
    .option(
      "--aws <file>",
      "a saved answer of aws ec2 describe-security-groups and the like; again for more",
      list,
    )
    .option("--node-group <id>", "a security group of the nodes; give it again for more", list)
    .option(
      "--external-snat",
      "what leaves the VPC carries its pod's groups: AWS_VPC_K8S_CNI_EXTERNALSNAT is true",
    )
    .option(
      "--representatives",
      "also ends that no manifest holds, one for each that selectors can tell apart",
    )
    .option("--no-representatives", "only ends that manifests hold");
}

/** Written out, so that help needs no analyzer. */
const CNI_CHOICES: readonly Cni[] = ["any", "cilium", "calico", "k3s", "aws-vpc-cni", "azure"];

/** `nodes,pods`, as Cilium's setting is written. */
function cidrMatch(value: string): readonly ("pods" | "nodes")[] {
  return value.split(",").map((one) => {
    if (one === "pods" || one === "nodes") return one;
    throw new InvalidArgumentError(`"${one}" is neither pods nor nodes.`);
  });
}

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
