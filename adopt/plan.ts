import type { ClusterDns, PlatformService } from "../compile";
import type { DeclaredApplication } from "../flows";
import type { Direction } from "../kubernetes";
import type { Problem } from "../problems";
import type { Analysis } from "../reachability/compute";
import type { NetworkPolicy, World } from "../reachability/read";

/** What is imported: a world, its relation, and what people wrote beside the policies that it was read from. */
export interface ImportInput {
  readonly world: World;
  readonly analysis: Analysis;
  readonly written: WrittenBeside;
}

/** What manifests say in words: nothing of it changes what is open. */
export interface WrittenBeside {
  /** A policy's description: its annotation, or the comment above it. */
  readonly policyReason: (policy: NetworkPolicy) => string | undefined;
  /** The comment at one of its rules, by the rule's place ("spec.ingress[0]"). */
  readonly ruleReason: (policy: NetworkPolicy, place: string) => string | undefined;
  /** Who a namespace, or what is in it, says that it belongs to. */
  readonly owner: (namespace: string) => string | undefined;
  /** The engine and port of a database of saved AWS answers, by its name. */
  readonly database: (name: string) => ImportedDatabase | undefined;
}

export interface ImportedDatabase {
  readonly engine: string;
  readonly port: number | undefined;
}

/** A rule of a policy, as what an opening is imported from. */
export interface RuleOrigin {
  readonly policy: NetworkPolicy;
  readonly place: string;
}

/** One application to be written, and where it would be placed. */
export interface ImportedApplication {
  readonly application: DeclaredApplication;
  readonly namespace: string;
  /** Workloads that no policy isolates today: they stay open. */
  readonly observed: readonly string[];
  /** By the declared name, where each database is. */
  readonly databases: Readonly<Record<string, { readonly subnetCidrs: readonly string[] }>>;
}

/** What the cluster's config has to say for these applications. */
export interface ClusterProposal {
  readonly platform: Readonly<Record<string, PlatformService>>;
  readonly dns: Pick<ClusterDns, "namespace" | "pods">;
}

/**
 * What the language can't say of the input: where it stands, what it is, and the nearest that can. Connections of these
 * ends in this direction are those that may be missing from what is imported.
 */
export interface Unexpressed extends Problem {
  readonly remedy: string;
  /** Ids of the ends that it is about ("shop/web[Deployment]"). */
  readonly ends: readonly string[];
  readonly directions: readonly Direction[];
}

/** A rule that opens one side of a connection while the other stays closed: nothing is open, and no flow is written. */
export interface OneSidedRule {
  /** "web → redis". */
  readonly flow: string;
  readonly ports: string;
  /** What opens its side. */
  readonly policies: readonly string[];
  /** The side that no rule opens. */
  readonly closed: Direction;
}

/** All that an import would write and say, as data. */
export interface ImportPlan {
  readonly applications: readonly ImportedApplication[];
  readonly cluster: ClusterProposal;
  readonly unexpressed: readonly Unexpressed[];
  readonly oneSided: readonly OneSidedRule[];
  /** Namespaces that have policies and stay as they are, each with the reason. */
  readonly kept: readonly { readonly namespace: string; readonly because: string }[];
  /** Workloads that no rule names: they aren't declared, so the isolation of their namespace closes them ("shop/db"). */
  readonly leftOut: readonly string[];
}
