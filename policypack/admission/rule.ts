// Tests: test/policypack/admission.test.ts
import type { z } from "zod";
import type { Settings } from "../settings";

/** A named part of a policy's expressions, evaluated where it is asked for. Those that it refers to come before it. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}

/** What one policy asks of an object: an expression that is true of what complies, and what is said of what doesn't. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
}

/** The API resources that a policy looks at: `networkpolicies` of `networking.k8s.io`. */
export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
}

/** One twin of an invariant, for objects of one shape. */
export interface AdmissionRule {
  /** Tells several of one invariant apart: "pods". */
  readonly part?: string;
  readonly resources: readonly ResourceRule[];
  /** The namespace that an exemption has to name: an expression; the object's own, or its name where it is a namespace, if left out. */
  readonly namespace?: string;
  /** The fields that decide: an update that leaves them as they are isn't judged, so that what was there before can still be labelled and deleted. */
  readonly decidedBy: readonly string[];
  readonly variables: readonly Variable[];
  readonly validations: readonly Validation[];
  /** Whether it only warns, because the pack can't decide what it asks. */
  readonly warns?: true;
}

/** What a twin is made from. */
export interface TwinContext<C = z.output<z.ZodObject>> {
  readonly config: C;
  readonly settings: Settings;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
}

/** NetworkPolicies, whatever the version they are written in: the API server converts them. */
export const NETWORK_POLICIES: readonly ResourceRule[] = [
  { apiGroups: ["networking.k8s.io"], apiVersions: ["v1"], resources: ["networkpolicies"] },
];
