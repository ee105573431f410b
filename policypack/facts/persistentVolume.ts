import type { Field } from "../values";
import { filesAt, type NodeAccess } from "./nodeAccess";
import { describe, nameOf, type Subject } from "./subject";

/** A PersistentVolume: whatever claim it binds to, pods mount the node's files that it is. */
export interface PersistentVolumeFact {
  readonly kind: "PersistentVolume";
  readonly subject: Subject;
  readonly title: string;
  /** Where the only claim is that it may bind to; undefined where every namespace's claims may. */
  readonly namespace: Field<string | undefined>;
  readonly files: readonly NodeAccess[];
}

/** Reads one PersistentVolume. */
export function readPersistentVolume(subject: Subject): PersistentVolumeFact {
  const spec = subject.object.at("spec");
  return {
    kind: "PersistentVolume",
    subject,
    title: describe("PersistentVolume", [nameOf(subject)], subject),
    namespace: spec.at("claimRef").at("namespace").text(),
    files: [filesAt(spec.at("hostPath").at("path")), filesAt(spec.at("local").at("path"))],
  };
}
