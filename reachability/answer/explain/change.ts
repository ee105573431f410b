import type { Direction } from "../../../kubernetes";
import type { Protocol } from "../../../net";
import type { PeerObject } from "./naming";
import type { SelectorObject } from "./selectors";

/** A NetworkPolicy's rule, as a manifest holds it. */
export interface RuleObject {
  readonly from?: readonly PeerObject[];
  readonly to?: readonly PeerObject[];
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
}

/** A NetworkPolicy, as a manifest holds it. */
export interface PolicyObject {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: SelectorObject;
    readonly policyTypes: readonly ("Ingress" | "Egress")[];
    readonly ingress?: readonly RuleObject[];
    readonly egress?: readonly RuleObject[];
  };
}

/** Something to add that lets a connection through on one side. `also` are ends that it can't help opening too. */
export type Change =
  | {
      readonly kind: "rule";
      readonly side: Direction;
      readonly policy: { readonly namespace: string; readonly name: string };
      readonly rule: RuleObject;
      readonly also: readonly string[];
    }
  | {
      readonly kind: "policy";
      readonly side: Direction;
      readonly object: PolicyObject;
      readonly also: readonly string[];
    }
  | {
      readonly kind: "group";
      readonly side: Direction;
      /** The group as people know it: `security group sg-1`. */
      readonly group: string;
      readonly rule: string;
      readonly also: readonly string[];
    }
  | { readonly kind: "none"; readonly side: Direction; readonly reason: string };
