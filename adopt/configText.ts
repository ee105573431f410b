import type { PodChoice } from "../flows";
import type { ImportPlan } from "./plan";

/**
 * What an import proposes for a cluster in `Pulumi.<stack>.yaml`: the lines below the cluster's entry. Applications are enforced beside the
 * policies that are there, which keep adding what they admit; `observe` would open to everyone what these close. Workloads that
 * none of them isolates stay open.
 */
export function placementText({
  cluster,
  applications,
}: Pick<ImportPlan, "cluster" | "applications">): string {
  const { platform, dns } = cluster;
  const services = Object.entries(platform).map(
    ([service, { namespace, pods }]) =>
      `  ${service}: { namespace: ${namespace}, pods: ${podsText(pods)} }\n`,
  );
  const placed = applications.map(({ application, namespace, observed, databases }) => {
    const stages = observed.map((workload) => `${scalar(workload)}: observe`).join(", ");
    const subnets = Object.entries(databases).map(
      ([name, { subnetCidrs }]) =>
        `      ${scalar(name)}: { subnetCidrs: [${subnetCidrs.map(scalar).join(", ")}] }\n`,
    );
    return [
      `  ${scalar(application.name)}:\n`,
      `    namespace: ${scalar(namespace)}\n`,
      "    adopt: true\n",
      "    stage: enforce # beside the policies that are there: observe would open what they close\n",
      ...(stages === "" ? [] : [`    workloadStages: { ${stages} }\n`]),
      ...(subnets.length === 0 ? [] : ["    databases:\n", ...subnets]),
    ].join("");
  });
  return [
    `dns: { namespace: ${scalar(dns.namespace)}, pods: ${podsText(dns.pods)} }\n`,
    ...(services.length === 0 ? [] : ["platform:\n", ...services]),
    ...(placed.length === 0 ? [] : ["applications:\n", ...placed]),
  ].join("");
}

const podsText = (pods: PodChoice): string =>
  pods === "every-pod"
    ? pods
    : `{ ${Object.entries(pods)
        .map(([key, value]) => `${scalar(key)}: ${scalar(value)}`)
        .join(", ")} }`;

/** A text as YAML has it in a flow mapping: quoted where it could be read as anything else. */
const scalar = (text: string): string =>
  /^[a-z][a-z0-9./-]*$/i.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
