// Tests: test/cli/command.test.ts
import type { Command } from "commander";
import { withAnalysisOptions } from "./analysisOptions";
import { examples } from "./examples";
import type * as Import from "./import";
import { withContextOption, withInputOptions } from "./inputOptions";

/** Adds `import`; its module is loaded when it is called. */
export function addImportCommand(command: Command, start: (run: Promise<number>) => unknown): void {
  const read = withInputOptions(
    withContextOption(
      command
        .command("import")
        .description("applications that say what NetworkPolicies say today, with a proof of what changes")
        .argument("[paths...]", "manifests: files, folders, or - for standard input"),
    ),
  ).option("--kubeconfig <file>", "the kubeconfig that has the context, instead of kubectl's");
  withAnalysisOptions(read)
    .option(
      "--out <dir>",
      "where to write the applications' files; none that is there is written over (default: print them)",
    )
    .option("--yaml", "the applications as data, in YAML, instead of TypeScript")
    .option(
      "--resources <file>",
      "instead of applications, for a stack that has them: writes what `pulumi import --file` takes into the state, of all that exists already",
    )
    .option("-s, --stack <name>", "with --resources: the stack")
    .option("-C, --cwd <dir>", "with --resources: a folder of the Pulumi project", ".")
    .option(
      "--cluster <name>",
      "with --resources: the cluster that the objects are of, where the stack has several",
    )
    .option("--json", "one JSON document on stdout, everything else on stderr")
    .addHelpText(
      "after",
      examples(
        [
          "palisade import manifests/",
          "palisade import manifests/ --pod-cidr 10.42.0.0/16 --out applications",
          "palisade import manifests/ --yaml --out applications",
          "palisade import --context prod --json > import.json",
          "palisade import --context k3d-jewelry-dev --stack dev --cluster k3d-dev --resources import.json",
        ],
        "0 identical or narrower, 1 wider than today, 2 bad input, 3 not known.",
      ),
    )
    .action((paths: string[], flags: Import.ImportFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./import") as typeof Import;
      start(run(paths, flags));
    });
}
