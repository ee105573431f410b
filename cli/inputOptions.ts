import type { Command } from "commander";

/** The options of every command that reads manifests: where they go, and what is done with what isn't one. */
export const withInputOptions = (command: Command): Command =>
  command
    .option("--namespace <name>", "where objects go that name no namespace (default: default)")
    .option(
      "--strict",
      "refuse a folder in which something can't be read, instead of leaving it out and saying so",
    )
    .option(
      "--kustomize",
      "build kustomizations also where bases are fetched (default: build those on this disk, if kustomize or kubectl is on PATH)",
    )
    .option("--no-kustomize", "don't build kustomizations: read the files below them as they are")
    .option("--no-helm", "don't render Helm charts (default: helm template, if helm is on PATH)")
    .option("--values <file>", "a values file for Helm charts; give it again for more", list)
    .option("--verbose", "warnings name all that they are about");

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
