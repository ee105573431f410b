// Tests: test/cli/command.test.ts
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cni } from "../reachability/read";

/** The options of every command that computes a relation: what manifests don't say of their cluster. */
export const withAnalysisOptions = (command: Command): Command =>
  command
    .option("--pod-cidr <cidr>", "where pods without an address are; give it again for more", list)
    .addOption(
      new Option(
        "--cni <cni>",
        "the cluster's CNI: the answer is what it enforces; any: as policies say, wherever CNIs differ",
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
    );

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
