// Tests: test/reachability/evidence/otherPolicies.test.ts
import { objectText } from "../identity";
import type { Source } from "../problems";
import type { Selector } from "../../../kubernetes";

/** Whose traffic a policy judges. */
export type SubjectSelector =
  | {
      readonly kind: "pods";
      /** The name of a namespace, or a selector of several. */
      readonly namespaces: string | Selector;
      readonly pods: Selector;
    }
  /** Nodes, and pods in their network. */
  | { readonly kind: "nodes" };

/**
 * What a policy may do to what NetworkPolicies decide. `narrows`: it may close, never open. `widens`: the reverse.
 * `baseline`: it may close only what no NetworkPolicy isolates. `adds`: it may be more NetworkPolicies, which close only what none
 * isolates, and open what some does.
 */
export type Effect = "narrows" | "widens" | "either" | "baseline" | "adds";

/** The effects that may open what NetworkPolicies close. */
export const OPENING: readonly Effect[] = ["widens", "either", "adds"];

/** A policy of a kind that isn't computed: what it may change isn't known. */
export interface UncomputedPolicy {
  readonly kind: string;
  /** Empty for a kind that has none. */
  readonly namespace: string;
  readonly name: string;
  readonly source: Source;
  /** Whom it may judge: the union of these. Wider than the policy's own where its selector can't be read. */
  readonly subjects: readonly SubjectSelector[];
  /** What it may do to connections into its subjects; undefined where it has no say. */
  readonly ingress: Effect | undefined;
  /** The same for connections that its subjects open. */
  readonly egress: Effect | undefined;
  /** Whether its egress half judges connections to addresses outside only. */
  readonly outsideOnly: boolean;
  /** One text for policies that say the same. */
  readonly content: string;
  /**
   * Why it isn't computed: nobody does its kind, or it is refused, or one of several of its name, or it stands for all policies of a
   * kind that a cluster doesn't let us list; or one of its fields isn't computed, or refused by the plugin; or what the cluster's plugin makes of its kind isn't known, or what it says isn't yet; or it is
   * one that is computed, and may act on pods besides that share a rule set with those that it selects; or it makes policies that the
   * input doesn't show.
   */
  readonly because:
    | "kind"
    | "field"
    | "refused"
    | "conflict"
    | "unseen"
    | "plugin"
    | "not yet known"
    | "shared rules"
    | "made";
  /** What of it an API server would refuse, or isn't computed, where that is known. */
  readonly detail?: string;
}

/** A policy as people name it: `CiliumNetworkPolicy shop/web`. */
export const uncomputedText = ({
  kind,
  namespace,
  name,
}: Pick<UncomputedPolicy, "kind" | "namespace" | "name">): string => objectText(kind, { namespace, name });
