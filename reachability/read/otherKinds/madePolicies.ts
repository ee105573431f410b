// Tests: test/reachability/evidence/makers.test.ts
import { EVERYTHING, selector } from "../../../kubernetes";
import { areRead } from "./makerFolders";
import type { Maker } from "./makerTable";
import type { UncomputedPolicy } from "./uncomputed";

/**
 * Makers whose objects the input lacks, and those whose objects it shows: of which it holds the folders that they are made of.
 * @param files the names of all files that were read
 */
export function apart(
  makers: readonly Maker[],
  files: ReadonlySet<string>,
): { readonly missing: readonly Maker[]; readonly shown: readonly Maker[] } {
  const isShown = ({ folders }: Maker) => folders !== undefined && areRead(folders, files);
  return { missing: makers.filter((one) => !isShown(one)), shown: makers.filter(isShown) };
}

/**
 * What stands for the NetworkPolicies that objects may make and the input doesn't show: more of them in the namespace that is made
 * in, or anywhere. Policies of other kinds, and those that a chart puts in other namespaces, aren't reckoned with.
 */
export const madePolicies = (makers: readonly Maker[]): UncomputedPolicy[] =>
  makers.flatMap(({ kind, namespace, name, into, policies }): UncomputedPolicy[] => {
    if (policies === undefined) return [];
    const { source, content, label } = policies;
    const pods =
      label === undefined || name === ""
        ? EVERYTHING
        : selector([{ key: label, operator: "In", values: [name] }]);
    return [
      {
        kind,
        namespace,
        name,
        source,
        subjects: [{ kind: "pods", namespaces: into ?? EVERYTHING, pods }],
        ingress: "adds",
        egress: "adds",
        outsideOnly: false,
        content,
        because: "made",
      },
    ];
  });
