// Tests: test/cli/observe/command.test.ts
import { readProject } from "../../engine";
import { width } from "../../net";
import type { ObservedParty, UndeclaredConnection } from "../../observe";
import { type BlockedEnd, placesIn, type Proposed, proposedFlow } from "../proposedFlow";
import type { ObservedCluster } from "./stack";

/** So many addresses are written out; more public ones are the internet. */
const WRITTEN_OUT = 4;

/** Labels by which pods are chosen, best first. */
const NAMING = ["app.kubernetes.io/name", "app", "k8s-app", "component", "name"];

/** Says what to declare so that a connection is let through; nothing where that takes a person. */
export function suggester(
  { configured }: ObservedCluster,
  cwd: string,
): (connection: UndeclaredConnection) => readonly Proposed[] {
  if (configured === undefined) return () => [];
  const placeOf = placesIn(readProject(cwd).root);
  return ({ from, to, protocol, port }) => {
    const [source, target] = [endOf(from), endOf(to)];
    if (source === undefined || target === undefined) return [];
    const blocked = { from: source, to: target, protocol, port, because: "TODO: why?" };
    return proposedFlow(configured, blocked, placeOf);
  };
}

function endOf(party: ObservedParty): BlockedEnd | undefined {
  switch (party.kind) {
    case "workload":
      return { kind: "Pod", id: party.workload, namespace: party.namespace, labels: party.labels };
    case "pods": {
      // Pods of an application's own namespace have to be declared as a workload first.
      if (party.application !== undefined) return undefined;
      const name = NAMING.find((key) => party.labels[key] !== undefined);
      const labels = name === undefined ? party.labels : { [name]: party.labels[name] ?? "" };
      return { kind: "Pod", id: party.namespace, namespace: party.namespace, labels };
    }
    case "addresses": {
      const { addresses, areAll, isPublic } = party;
      if (areAll && addresses.length <= WRITTEN_OUT)
        return { code: `cidr(${addresses.map((one) => JSON.stringify(block(one))).join(", ")})` };
      return isPublic ? { code: "internet()" } : undefined;
    }
  }
}

const block = (address: string): string => `${address}/${width(address.includes(":") ? 6 : 4)}`;
