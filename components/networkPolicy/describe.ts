import type { End } from "../../flows/model";
import type { Placement } from "../cluster";

/** What an end is called in reports, annotations and errors. */
export function describeEnd(end: End, placement: Placement): string {
  switch (end.kind) {
    case "workload":
      return end.instance === undefined ? end.workload : `${end.workload}/${end.instance}`;
    case "application":
      return `${end.application}: ${end.workload}${end.instance === undefined ? "" : `/${end.instance}`}`;
    case "pods":
      return end.pods === "every-pod"
        ? `every pod of namespace ${end.namespace}`
        : `pods ${Object.entries(end.pods)
            .map((label) => label.join("="))
            .join(",")} of namespace ${end.namespace}`;
    case "platform":
      return end.service;
    case "cidr":
      return end.cidrs.join(", ");
    case "internet":
      return "internet";
    case "kubernetes-api":
      return "Kubernetes API";
    case "database":
      return `database ${end.database}`;
    case "bucket":
      return `bucket ${end.bucket} (${end.access}${end.prefix === undefined ? "" : ` ${end.prefix}*`})`;
    case "cloud-identity":
      return placement.identity?.kind === "pod-identity" ? "Pod Identity agent" : "STS";
  }
}
