// Tests: test/cli/command.test.ts
import { type Command, Option } from "commander";
import type { KubernetesVersion } from "../reachability/read";

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
    .addOption(
      new Option(
        "--kubernetes <version>",
        "the API server that is to take new manifests; 1.35 takes CIDRs that aren't canonical (default: 1.36)",
      ).choices(KUBERNETES_VERSIONS),
    )
    .option("--no-helm", "don't render Helm charts (default: helm template, if helm is on PATH)")
    .option("--values <file>", "a values file for Helm charts; give it again for more", list)
    .option("--verbose", "warnings name all that they are about");

/** Written out, so that help needs no analyzer. */
const KUBERNETES_VERSIONS: readonly KubernetesVersion[] = ["1.35", "1.36"];

/** A running cluster as the input. */
export const withContextOption = (command: Command): Command =>
  command.option("--context <name>", "a running cluster instead of manifests, by the kubeconfig's context");

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
