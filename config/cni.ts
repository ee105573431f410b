import { z } from "zod";
import { quote } from "../problems";
import { CNI_PROFILES } from "../compile";
import { either } from "./builders";
import { issueError } from "./configIssues";

/** CNIs that have no profile, and why; what else one might write for a CNI that has one. */
const REFUSED: Readonly<Record<string, string>> = {
  flannel: "flannel doesn't enforce NetworkPolicies; k3s adds a controller that does: cni: k3s",
  weave: "Weave Net is no longer maintained, so nobody fixes what it lets through",
  canal: "canal is Calico's policy engine on another network: cni: calico",
  "kube-router": "only k3s's build of kube-router is known: cni: k3s where it is that one",
  kindnet: "what kindnet enforces hasn't been examined",
  antrea: "what Antrea enforces hasn't been examined",
  "ovn-kubernetes": "what OVN-Kubernetes enforces hasn't been examined",
  "gke-dataplane-v2": "Dataplane V2 is Google's Cilium; what it enforces hasn't been examined",
  vpc: "write its whole name: cni: aws-vpc-cni",
  eks: "EKS isn't a CNI; its usual one is aws-vpc-cni",
  none: "without a CNI that enforces NetworkPolicy nothing is isolated",
};

/** The cluster's CNI. One without a profile is refused with the reason: a guessed spelling could open what it closes. */
export const cniProfile = () =>
  z.enum(CNI_PROFILES, {
    error: issueError(({ input }) => {
      const remedy = `Use ${either(CNI_PROFILES)}`;
      if (input === undefined) return { message: "is missing", remedy };
      const reason = typeof input === "string" && Object.hasOwn(REFUSED, input) ? REFUSED[input] : undefined;
      return {
        message: `${quote(input)} has no profile${reason === undefined ? "" : `: ${reason}`}`,
        remedy,
      };
    }),
  });
