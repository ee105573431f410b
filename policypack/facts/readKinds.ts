import { ABSENT, Cursor, UNKNOWN_VALUE, type RevealedValue } from "../values";
import { AWS_KINDS } from "./aws/kinds";
import { awsSubject } from "./aws/subject";
import type { Fact } from "./facts";
import { KUBERNETES_KINDS } from "./kubernetesKinds";
import { clusterOf, type Subject } from "./subject";

/** A kind of resource that is read, and what it gives where nothing of it is known. */
export interface ReadKind {
  /** `aws:rds/proxy:Proxy`, `networking.k8s.io NetworkPolicy`. */
  readonly name: string;
  readonly facts: readonly Fact[];
}

/** All kinds that are read, in the tables' order. */
export function readKinds(): ReadKind[] {
  const resource = (type: string, props: RevealedValue) => ({ urn: "", type, name: "", props });
  const subject: Subject = {
    urn: "",
    title: "",
    object: Cursor.root(UNKNOWN_VALUE),
    partial: false,
    cluster: clusterOf(undefined),
    namedFrom: [],
  };
  return [
    ...KUBERNETES_KINDS.map(({ group, kind, read }) => ({
      name: `${group} ${kind}`,
      facts: [read(subject, resource("", ABSENT))].filter((fact) => fact !== undefined),
    })),
    ...AWS_KINDS.map(({ type, read }) => ({
      name: `aws:${type}`,
      facts: read(awsSubject(resource(type, UNKNOWN_VALUE))),
    })),
  ];
}
