/** The network plugins that are told apart, and `any`: what they do differently is then noted. */
export type Cni = "any" | "cilium" | "calico" | "k3s" | "aws-vpc-cni" | "azure";
