import type { AddressSet } from "../../net";
import type { Rule } from "./policy";
import type { KnownLabels, Selector } from "../../kubernetes";

/** A security group: what it doesn't open is closed, both ways. Its rules' `place` is the rule's id. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** A SecurityGroupPolicy: pods that it selects carry its groups instead of their node's. */
export interface SecurityGroupPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly selects:
    | { readonly by: "pods"; readonly selector: Selector }
    | { readonly by: "serviceAccounts"; readonly selector: Selector };
  /** Undefined when the groups' ids aren't known. */
  readonly groups: readonly string[] | undefined;
}

/** A database or an interface endpoint: something that groups guard and pods connect to. */
export interface GuardedEnd {
  readonly kind: "Database" | "Endpoint";
  readonly name: string;
  /** Undefined when its groups aren't known. */
  readonly groups: readonly string[] | undefined;
  /** Where it may be: it has an address of its own within this set. Undefined when not known. */
  readonly addresses: AddressSet | undefined;
}

/** Labels of service accounts, by `namespace/name`. */
export type ServiceAccounts = ReadonlyMap<string, KnownLabels>;

/** The AWS half of a world. */
export interface GroupWorld {
  readonly groups: readonly SecurityGroup[];
  readonly attachments: readonly SecurityGroupPolicy[];
  readonly guarded: readonly GuardedEnd[];
  readonly serviceAccounts: ServiceAccounts;
  /** The groups of the nodes, which pods without groups of their own share; undefined when not known. */
  readonly nodeGroups: readonly string[] | undefined;
  /** The VPC's blocks; undefined when not known. */
  readonly vpc: AddressSet | undefined;
  /**
   * Whether traffic keeps its pod's group when it leaves the VPC. Otherwise it carries its node's.
   * Source: EKS user guide, "Security groups for Pods", AWS_VPC_K8S_CNI_EXTERNALSNAT.
   */
  readonly externalSnat: boolean;
}
