import type { DeclaredFlow } from "../declared";
import { readFlow } from "./ends";
import { specs } from "./difference";
import { PortSet } from "../net";

/** A declared flow as people read it. */
export interface FlowRow {
  readonly from: string;
  readonly to: string;
  /** Those on which the target listens, which needn't be the flow's own: "tcp/6443" for the Kubernetes API. */
  readonly ports: readonly string[];
  readonly because: string;
  /** The owner's policies behind it, joined by commas. */
  readonly name?: string;
}

/** A flow in the words of reports. */
export function rowOf(flow: DeclaredFlow): FlowRow {
  const { from, to, because, name } = flow;
  const own = readFlow(flow).to.parts.flatMap((part) => part.ports ?? []);
  const ports =
    own.length === 0 ? flow.ports : specs(own.reduce((all, one) => all.union(one), PortSet.empty));
  return { from: from.name, to: to.name, ports, because, ...(name === undefined ? {} : { name }) };
}
