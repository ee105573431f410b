/** A control of a framework that a policy contributes to; none is fulfilled by a policy alone. */
export interface FrameworkControl {
  readonly framework: keyof typeof FRAMEWORKS;
  readonly control: string;
  /** What the control asks, in few words. */
  readonly title: string;
}

/** The frameworks in the versions that are meant, and where their controls' texts were read. */
export const FRAMEWORKS = {
  "PCI DSS": {
    version: "4.0",
    read: "the defined approach requirements, as the PCI DSS v4.0.0 benchmark of turbot/steampipe-mod-aws-compliance quotes them (4.2.1: as other public copies of the standard do)",
  },
  "SOC 2": {
    version: "2017 Trust Services Criteria",
    read: "the criteria, as the manual of src-bin/substrate and Wazuh's table of requirements quote them",
  },
  "CIS EKS": {
    version: "1.5.0",
    read: "kube-bench, cfg/eks-1.5.0/policies.yaml",
  },
  "CIS AWS": {
    version: "5.0.0",
    read: "turbot/steampipe-mod-aws-compliance, cis_v500, sections 2 and 5",
  },
} as const;

const of =
  (framework: FrameworkControl["framework"]) =>
  (control: string, title: string): FrameworkControl => ({ framework, control, title });
const [pci, soc, eks, aws] = [of("PCI DSS"), of("SOC 2"), of("CIS EKS"), of("CIS AWS")];

const PCI = {
  need: pci("1.2.5", "allowed services, protocols and ports have a defined business need"),
  inbound: pci("1.3.1", "inbound traffic only as necessary, all other denied"),
  outbound: pci("1.3.2", "outbound traffic only as necessary, all other denied"),
  untrusted: pci("1.4.2", "inbound traffic from untrusted networks only to authorized public services"),
  stored: pci("1.4.4", "what stores cardholder data isn't directly accessible from untrusted networks"),
  transit: pci("4.2.1", "strong cryptography during transmission over open, public networks"),
};

const SOC = {
  access: soc("CC6.1", "logical access security over protected information assets"),
  boundary: soc("CC6.6", "measures against threats from outside the system boundaries"),
  transmission: soc("CC6.7", "transmission of information restricted to authorized ends, and protected"),
};

/** The controls that each policy contributes to, by its name: only those whose text was read. */
export const REFERENCES: Readonly<Record<string, readonly FrameworkControl[]>> = {
  "namespace-labels": [
    eks("4.2.1", "a Pod Security label on every namespace keeps privileged containers out"),
  ],
  "network-policy-no-everyone-ingress": [PCI.inbound, SOC.boundary],
  "network-policy-no-everyone-egress": [PCI.outbound, SOC.transmission],
  "network-policy-no-metadata-egress": [SOC.access],
  "network-policy-no-database-ports-by-cidr": [PCI.stored],
  "network-policy-trusted-namespace-selectors": [PCI.inbound],
  "cluster-network-policy-no-everyone-ingress": [PCI.inbound, SOC.boundary],
  "cluster-network-policy-no-everyone-egress": [PCI.outbound, SOC.transmission],
  "cluster-network-policy-no-metadata-egress": [SOC.access],
  "cluster-network-policy-no-database-ports-by-cidr": [PCI.stored],
  "cluster-network-policy-trusted-namespace-selectors": [PCI.inbound],
  "network-policy-cni-safe": [eks("4.3.1", "the CNI plugin supports network policies")],
  "protected-ends": [PCI.inbound, PCI.stored, SOC.access],
  "workload-no-host-network": [eks("4.2.4", "no containers in the host's network namespace")],
  "service-no-open-exposure": [PCI.untrusted, SOC.boundary],
  "security-group-no-world-ingress": [
    aws("5.3", "no ingress from 0.0.0.0/0 to remote server administration ports"),
    aws("5.4", "no ingress from ::/0 to remote server administration ports"),
    PCI.untrusted,
    SOC.boundary,
  ],
  "security-group-no-world-egress": [PCI.outbound, SOC.transmission],
  "security-group-rule-described": [PCI.need],
  "rds-private": [aws("2.2.3", "RDS instances are not publicly accessible"), PCI.stored],
  "rds-snapshot-private": [PCI.stored, SOC.access],
  "s3-not-public": [PCI.stored, SOC.boundary],
  "s3-access-point-in-vpc": [PCI.stored, SOC.boundary],
  "eks-not-open-to-internet": [PCI.untrusted, SOC.boundary],
  "role-trust-narrow": [SOC.access],
  "role-permissions-narrow": [SOC.access],
  "rds-encrypted-and-protected": [aws("2.2.1", "encryption at rest for RDS instances")],
  "namespace-default-deny": [eks("4.3.2", "all namespaces have network policies"), PCI.inbound, PCI.outbound],
  "every-workload-isolated": [PCI.inbound, PCI.outbound],
  "tenant-isolation": [SOC.access],
  "rds-admits-groups-only": [PCI.stored],
  "s3-public-access-blocked": [
    aws("2.1.4", "S3 with 'Block Public Access' enabled"),
    PCI.stored,
    SOC.boundary,
  ],
  "s3-tls-and-endpoint-only": [
    aws("2.1.1", "the bucket policy denies HTTP requests"),
    PCI.transit,
    SOC.transmission,
  ],
};

/** `PCI DSS 4.0: 1.3.1` */
export const referenceText = ({ framework, control }: FrameworkControl): string =>
  `${framework} ${FRAMEWORKS[framework].version}: ${control}`;
