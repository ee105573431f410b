// Tests: test/cli/render.test.ts
import type { ReportedResource } from "../report";
import { columnWidth, paint, plural, printable, type Style } from "./text";

const STACK = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:";

/** The last part of a type token: `kubernetes:core/v1:Namespace` is a Namespace. */
export const kindOf = (type: string): string => type.split(":").at(-1) ?? type;

interface Node {
  readonly resource: ReportedResource;
  readonly components: Node[];
  /** What the component holds itself, by kind. */
  readonly kinds: Map<string, ReportedResource[]>;
}

/** The plan as a tree of components, each with how many resources of which kind it holds. */
export function renderTree(resources: readonly ReportedResource[], style: Style): string[] {
  const planned = resources.filter(({ type }) => type !== STACK && !type.startsWith(PROVIDER));
  const components = planned.filter(({ custom }) => !custom).length;
  const read = planned.filter((resource) => resource.read).length;
  const counts = [
    plural(planned.length - components - read, "resource"),
    ...(components > 0 ? [`in ${plural(components, "component")}`] : []),
    ...(read > 0 ? [`${read} read`] : []),
  ];
  const root = treeOf(resources);
  const rows = rowsOf(root, 0);
  const width = columnWidth(
    rows.map(({ label }) => label),
    60,
  );
  const lines = rows.flatMap(({ label, node, depth }) => [
    `  ${label.padEnd(width)}  ${paint.dim(kindsText(node))}`.trimEnd(),
    ...(style.verbose ? details(node, depth) : []),
  ]);
  return [`${paint.bold("Plan")}  ${counts.join(" ")}`, "", ...lines];
}

function treeOf(resources: readonly ReportedResource[]): Node {
  const nodes = new Map<string, Node>();
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const stack = resources.find(({ type }) => type === STACK);
  const nodeOf = (resource: ReportedResource): Node => {
    const known = nodes.get(resource.urn);
    if (known !== undefined) return known;
    const node: Node = { resource, components: [], kinds: new Map() };
    nodes.set(resource.urn, node);
    return node;
  };
  const root: Node =
    stack === undefined
      ? { resource: {} as ReportedResource, components: [], kinds: new Map() }
      : nodeOf(stack);
  const holderOf = (resource: ReportedResource): Node => {
    const parent = byUrn.get(resource.parent);
    if (parent === undefined || parent === stack) return root;
    return parent.custom ? holderOf(parent) : nodeOf(parent);
  };
  for (const resource of resources) {
    if (resource === stack || resource.type.startsWith(PROVIDER)) continue;
    const holder = holderOf(resource);
    if (!resource.custom) holder.components.push(nodeOf(resource));
    else {
      const kind = kindOf(resource.type) + (resource.read ? " (read)" : "");
      holder.kinds.set(kind, [...(holder.kinds.get(kind) ?? []), resource]);
    }
  }
  return root;
}

interface Row {
  readonly label: string;
  readonly node: Node;
  readonly depth: number;
}

function rowsOf(node: Node, depth: number): Row[] {
  const isRoot = depth === 0;
  const own = { label: isRoot ? "(stack)" : label(node, depth - 1), node, depth };
  const nested = node.components.flatMap((component) => rowsOf(component, depth + 1));
  return isRoot && node.kinds.size === 0 ? nested : [own, ...nested];
}

const label = ({ resource }: Node, depth: number): string =>
  printable(`${"  ".repeat(depth)}${kindOf(resource.type)} ${resource.name}`);

const kindsText = ({ kinds }: Node): string =>
  [...kinds].map(([kind, held]) => `${kind} ${held.length}`).join(", ");

/** Every resource with its inputs. */
function details({ kinds }: Node, depth: number): string[] {
  const by = " ".repeat(4 + 2 * depth);
  return [...kinds.values()].flat().flatMap(({ type, name, inputs }) => [
    printable(`${by}${kindOf(type)} ${name}`),
    ...JSON.stringify(inputs, undefined, 2)
      .split("\n")
      .map((line) => paint.dim(`${by}  ${printable(line)}`)),
  ]);
}
