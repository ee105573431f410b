import { z } from "zod";
import { SYSTEM_NAMESPACES } from "../kubernetes";
import { quote } from "../problems";
import type { PodChoice } from "../flows";
import { awsNetwork } from "./awsSchema";
import {
  addresses,
  choice,
  cidrText,
  cidrs,
  clusterName,
  list,
  mapping,
  namespace,
  portNumber,
  record,
  text,
} from "./builders";
import { cniProfile } from "./cni";
import { placement } from "./placementSchema";
import { issueError } from "./configIssues";

const labels = () => record(text("a label's value", "Write it in quotes"));

/** Labels, or the words for every pod; which labels are well-formed is checked with the cluster. */
const podChoice = () =>
  z.custom<PodChoice>((value) => value === "every-pod" || labels().safeParse(value).success, {
    error: issueError(({ input }) => ({
      message: input === undefined ? "is missing" : `${quote(input)} is neither labels nor "every-pod"`,
      remedy: 'Write labels, such as app: prometheus, or "every-pod"',
    })),
  });

/** Where CoreDNS and its like run unless a cluster says otherwise. */
const DEFAULT_DNS = { namespace: "kube-system", pods: { "k8s-app": "kube-dns" } };

const dns = () =>
  mapping("dns", {
    namespace: namespace().default(DEFAULT_DNS.namespace),
    pods: labels().default(DEFAULT_DNS.pods),
    nodeLocalAddresses: addresses().default([]),
    serviceAddresses: addresses().default([]),
  });

const apiServer = () =>
  mapping("apiServer", {
    endpoints: list(
      mapping("an endpoint", {
        cidr: cidrText("Write the server's address as a CIDR, such as 192.0.2.10/32"),
        port: portNumber(),
      }),
    ),
    serviceAddresses: addresses().default([]),
  });

/** What the cluster's owner sets for all namespaces. */
const baseline = () =>
  mapping("baseline", {
    version: choice("a version of ClusterNetworkPolicy", ["v1alpha2", "v1beta1"]).default("v1alpha2"),
    exempt: list(namespace()).default([...SYSTEM_NAMESPACES]),
    databaseClients: list(namespace()).default([]),
  });

/** One cluster with what runs on it, as `palisade:clusters` lists it. */
export const clusterSchema = () =>
  mapping("a cluster", {
    name: clusterName("Give the cluster a name"),
    aliases: list(clusterName("Write a name that the cluster had before")).default([]),
    identifier: text(
      "an identifier",
      "Write a name that never changes, such as the cluster's first one",
    ).optional(),
    context: text(
      "a kubeconfig context",
      "Write the context's name, as kubectl config get-contexts lists it",
    ),
    kubeconfig: text("a path", "Write the path of a kubeconfig file").optional(),
    cni: cniProfile(),
    podCidrs: cidrs(),
    serviceCidrs: cidrs(),
    nodeCidrs: cidrs(),
    dns: dns().prefault({}),
    apiServer: apiServer(),
    platform: record(mapping("a platform service", { namespace: namespace(), pods: podChoice() })).default(
      {},
    ),
    baseline: baseline().optional(),
    aws: awsNetwork().optional(),
    applications: record(placement()).refine((placements) => Object.keys(placements).length > 0, {
      error: issueError(() => ({
        message: "names no application",
        remedy: "Place one here, or remove the cluster from the list",
      })),
    }),
  });

/** A cluster as the schema gives it. */
export type ClusterConfig = z.output<ReturnType<typeof clusterSchema>>;
