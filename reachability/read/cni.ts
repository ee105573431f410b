/** The network plugins that are told apart, and `any`: what they do differently is then noted. */
export const CNIS = ["any", "cilium", "calico", "k3s", "aws-vpc-cni", "azure"] as const;
export type Cni = (typeof CNIS)[number];
