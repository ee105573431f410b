const ciliumAgents = [
  ...["etcd", "kube-apiserver", "kube-controller-manager", "kwok", "prober"],
  ...["cilium-agent", "cilium-cni", "static", "cilium-bpf", "cilium-crds"],
  ...["securitygrouppolicies.yaml", "kwok-execs.yaml"],
];

/** Suites that need few of the parts: alone (`--only`), no others are built for them. */
export const onlyNeeds: Readonly<Record<string, readonly string[]>> = {
  workflows: [
    ...["etcd", "kube-apiserver", "kube-controller-manager", "kubectl", "actionlint"],
    ...["pulumi", "pulumi-language-nodejs", "pulumi-analyzer-policy", "moto_server"],
    ...["securitygrouppolicies.yaml", "kwok-execs.yaml", "prober"],
  ],
  input: [
    ...["etcd", "kube-apiserver", "kube-controller-manager", "kubectl", "kustomize", "helm", "prober"],
    ...["securitygrouppolicies.yaml", "kwok-execs.yaml"],
  ],
  languages: [
    ...["etcd", "kube-apiserver", "kube-controller-manager", "prober", "moto_server"],
    ...["securitygrouppolicies.yaml", "kwok-execs.yaml"],
    ...["pulumi", "pulumi-language-nodejs", "pulumi-analyzer-policy", "current/bin/pulumi"],
    ...["pulumi-language-yaml", "pulumi-language-python", "pulumi-language-python-exec", "python-sdk"],
    "sdk-generator",
  ],
  current: [
    ...["etcd", "kube-apiserver", "kube-controller-manager", "prober", "moto_server"],
    ...["pulumi", "pulumi-language-nodejs", "pulumi-analyzer-policy", "current/bin/pulumi"],
    ...["securitygrouppolicies.yaml", "kwok-execs.yaml"],
  ],
  opinions: ["prober", "kube-network-policies", "cilium-policy"],
  vpccni: [
    ...["etcd", "kube-apiserver", "kube-controller-manager", "kwok", "prober", "vpc-cni"],
    ...["vpc-cni-programs", "securitygrouppolicies.yaml", "kwok-execs.yaml"],
    ...["pulumi", "pulumi-language-nodejs", "pulumi-analyzer-policy"],
  ],
  cilium: [...ciliumAgents, "pulumi", "pulumi-language-nodejs", "pulumi-analyzer-policy"],
  ciliumWorlds: ciliumAgents,
};
