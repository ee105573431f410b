// Tests: test/cli/declaredReasons.test.ts
import type { DeclaredFlow } from "../declared";
import { AddressSet, PortSet } from "../net";
import { isOneOf, portsAt, type ReadEnd, type ReadFlow, readFlow } from "../proof";
import type { DeclaredBehind, DeclaredOnMap } from "../report";

type MapLine = Parameters<DeclaredOnMap["behind"]>[0];

/**
 * The declared flows behind lines of a map: a flow is behind a line if an end inside is its end, some of the addresses outside are its
 * end's, and some port of the line is among those that it has there.
 * @param flows of all applications that are held to what they declare.
 * @param namespaces of these applications: a line of theirs that no flow is behind is one that nobody declared.
 */
export function declaredOnMap(
  flows: readonly DeclaredFlow[],
  namespaces: ReadonlySet<string>,
): DeclaredOnMap {
  const read = flows.map(readFlow);
  return {
    behind: (line) => read.flatMap((flow) => behind(line, flow) ?? []),
    concerns: (party) => party.kind === "end" && namespaces.has(party.end.namespace),
  };
}

function behind({ from, to, allowed, unknown }: MapLine, flow: ReadFlow): DeclaredBehind | undefined {
  const open = allowed.union(unknown);
  const { because } = flow.flow;
  if (from.kind === "end" && to.kind === "end") {
    const isIts = isOneOf(from.end, flow.from.end.pods) && isOneOf(to.end, flow.to.end.pods);
    return isIts && flow.ports.overlaps(open) ? { because, ports: flow.ports } : undefined;
  }
  const outer = outerOf(from, to, flow);
  if (outer === undefined || !isOneOf(outer.inside, outer.pods)) return undefined;
  const there = partsAt(outer.end, flow, outer.addresses, open);
  if (there === undefined) return undefined;
  const { name, kind } = outer.end.end;
  return { because, ports: there.ports, outside: { name, kind, addresses: there.addresses } };
}

/** A line with an end outside: the other end and the pods that it should be; the addresses and the end that they should be. */
function outerOf(from: MapLine["from"], to: MapLine["to"], flow: ReadFlow) {
  if (from.kind === "end" && to.kind === "outside")
    return { inside: from.end, pods: flow.from.end.pods, addresses: to.addresses, end: flow.to };
  if (from.kind === "outside" && to.kind === "end")
    return { inside: to.end, pods: flow.to.end.pods, addresses: from.addresses, end: flow.from };
  return undefined;
}

/** The addresses of an end that are among some, with the ports that the flow has there; undefined where there are none. */
function partsAt({ parts }: ReadEnd, flow: ReadFlow, addresses: AddressSet, open: PortSet) {
  const found = parts.filter(
    (part) => part.addresses.overlaps(addresses) && portsAt(flow, part).overlaps(open),
  );
  return found.length === 0
    ? undefined
    : {
        addresses: found.reduce((sum, part) => sum.union(part.addresses), AddressSet.empty),
        ports: found.reduce((sum, part) => sum.union(portsAt(flow, part)), PortSet.empty),
      };
}
