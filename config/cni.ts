import { z } from "zod";
import { CNI_PROFILES } from "../compile";
import { quote } from "../flows";
import { either } from "./builders";
import { encodeIssues } from "./configIssues";

/** CNIs that have no profile, and why; what else one might write for a CNI that has one. */
const REFUSED: Readonly<Record<string, string>> = {
  flannel: "flannel enforces no NetworkPolicy; k3s adds a controller that does: cni: k3s",
  weave: "Weave Net is no longer maintained, so nobody fixes what it lets through",
  canal: "canal is Calico's policy engine on another network: cni: calico",
  "kube-router": "only k3s's build of kube-router is known: cni: k3s where it is that one",
  kindnet: "what kindnet enforces has not been examined",
  antrea: "what Antrea enforces has not been examined",
  "ovn-kubernetes": "what OVN-Kubernetes enforces has not been examined",
  "gke-dataplane-v2": "Dataplane V2 is Google's Cilium; what it enforces has not been examined",
  vpc: "write its whole name: cni: aws-vpc-cni",
  eks: "EKS isn't a CNI; its usual one is aws-vpc-cni",
  none: "without a CNI that enforces NetworkPolicy nothing is isolated",
};

/** The cluster's CNI. One without a profile is refused with the reason: a guessed spelling could open what it closes. */
export const cniProfile = () =>
  z.enum(CNI_PROFILES, {
    error: ({ input }) => {
      const remedy = `Use ${either(CNI_PROFILES)}`;
      if (input === undefined) return encodeIssues({ value: "is missing", remedy });
      const reason = typeof input === "string" && Object.hasOwn(REFUSED, input) ? REFUSED[input] : undefined;
      return encodeIssues({
        value: `${quote(input)} has no profile${reason === undefined ? "" : `: ${reason}`}`,
        remedy,
      });
    },
  });
