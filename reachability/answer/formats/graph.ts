import type { UnitRelation } from "../../compute";
import { type Line, type Party, linesOf, partyText, portsText } from "./lines";

interface Graph {
  /** Node names by namespace; the empty namespace holds what has none. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly label: string;
    readonly certain: boolean;
  }[];
}

/** Nodes and edges, numbered in the order of their first line. */
function graphOf(relation: UnitRelation): Graph {
  const namespaces = new Map<string, Map<string, string>>();
  const numbers = new Map<string, string>();
  const node = (namespace: string, text: string): string => {
    const known = numbers.get(text) ?? `n${numbers.size}`;
    numbers.set(text, known);
    const nodes = namespaces.get(namespace) ?? new Map<string, string>();
    namespaces.set(namespace, nodes.set(known, text));
    return known;
  };
  for (const { ends, addresses } of relation.units) {
    if (addresses === undefined) for (const { id, namespace } of ends) node(namespace, id);
  }
  const party = (one: Party) => node(one.kind === "end" ? one.end.namespace : "", partyText(one));
  const edges = [...linesOf(relation)].flatMap((line: Line) => {
    const [from, to] = [party(line.from), party(line.to)];
    return [
      ...(line.allowed.isEmpty() ? [] : [{ from, to, label: portsText(line.allowed), certain: true }]),
      ...(line.unknown.isEmpty()
        ? []
        : [{ from, to, label: `${portsText(line.unknown)} ?`, certain: false }]),
    ];
  });
  return { namespaces, edges };
}

/** Graphviz: a cluster for each namespace, dashed edges where it isn't known. */
export function* dotFormat(relation: UnitRelation): Generator<string> {
  const { namespaces, edges } = graphOf(relation);
  const quote = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  yield "digraph reachability {\n  rankdir=LR;\n  node [shape=box];\n";
  let cluster = 0;
  for (const [namespace, nodes] of namespaces) {
    const inner = namespace === "" ? "  " : "    ";
    if (namespace !== "") yield `  subgraph cluster_${cluster++} {\n    label=${quote(namespace)};\n`;
    for (const [name, text] of nodes) yield `${inner}${name} [label=${quote(text)}];\n`;
    if (namespace !== "") yield "  }\n";
  }
  for (const { from, to, label, certain } of edges) {
    yield `  ${from} -> ${to} [label=${quote(label)}${certain ? "" : ", style=dashed"}];\n`;
  }
  yield "}\n";
}

/** Mermaid, as GitHub and others draw it: a subgraph for each namespace, dotted arrows where it isn't known. */
export function* mermaidFormat(relation: UnitRelation): Generator<string> {
  const { namespaces, edges } = graphOf(relation);
  const quote = (text: string) => `"${text.replaceAll('"', "#quot;")}"`;
  yield "flowchart LR\n";
  let cluster = 0;
  for (const [namespace, nodes] of namespaces) {
    const inner = namespace === "" ? "  " : "    ";
    if (namespace !== "") yield `  subgraph s${cluster++} [${quote(namespace)}]\n`;
    for (const [name, text] of nodes) yield `${inner}${name}[${quote(text)}]\n`;
    if (namespace !== "") yield "  end\n";
  }
  for (const { from, to, label, certain } of edges) {
    yield `  ${from} ${certain ? "-->" : "-.->"}|${quote(label)}| ${to}\n`;
  }
}
