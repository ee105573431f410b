import path from "node:path";
import { preview, readProject, type Resource, type ValueMap } from "../../engine";

export const ROOT = path.resolve(__dirname, "../..");

/** What a stack registers, as the policies are asked about it. */
export interface Stack {
  readonly name: string;
  readonly resources: readonly Resource[];
}

/** Every stack of this project. */
export const STACKS = ["dev", "uat", "prod"] as const;

/** A stack's resources, by the embedded preview of this project's own program. */
export async function generated(name: string): Promise<Stack> {
  const { resources } = await preview({
    project: readProject(ROOT),
    stack: name,
    packs: [],
    answersFile: path.join(ROOT, `Pulumi.${name}.answers.json`),
    answerRemedy: `Record it with palisade preview --stack ${name} --record`,
    output: () => undefined,
  });
  return { name, resources: resources.filter(({ read }) => !read) };
}

/** The configuration that the stack's own policies run with. */
export const policiesOf = (stack: string): string => path.join(ROOT, `Pulumi.${stack}.policies.json`);

/** One way in which somebody breaks a stack. */
export interface Change {
  /** Where: the resource, and the place in it. */
  readonly at: string;
  /** Resources that take the place of those with the same URN, or come in addition. */
  readonly set: readonly Resource[];
  /** URNs of resources that are left out. */
  readonly without: readonly string[];
}

/** A kind of mistake, and everywhere in a stack where it can be made. */
export interface Operator {
  readonly name: string;
  readonly changes: (stack: Stack) => readonly Change[];
}

export interface Mutant extends Change {
  readonly operator: string;
  readonly stack: Stack;
  /** The whole stack with the change. */
  readonly resources: readonly Resource[];
}

/** The mutants that an operator makes of a stack. */
export function mutantsOf(operator: Operator, stack: Stack): Mutant[] {
  return operator.changes(stack).map((change) => {
    const own = new Set(stack.resources.map(({ urn }) => urn));
    const set = new Map(change.set.map((resource) => [resource.urn, resource]));
    const kept = stack.resources.filter(({ urn }) => !change.without.includes(urn));
    const resources = [
      ...kept.map((resource) => set.get(resource.urn) ?? resource),
      ...change.set.filter(({ urn }) => !own.has(urn)),
    ];
    return { ...change, operator: operator.name, stack, resources };
  });
}

/** The stack's resources of a type, by the end of its token: `NetworkPolicy`, `rds/instance:Instance`. */
export const ofType = ({ resources }: Stack, type: string): Resource[] =>
  resources.filter((one) => one.type.endsWith(`:${type}`) || one.type.endsWith(type));

/**
 * A resource edited in its inputs, and in its outputs alike, as a preview echoes them. `edit` gets copies; where it says
 * `false`, there is nothing to break here.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what the properties are
function edited<T extends object>(
  resource: Resource,
  edit: (props: T) => boolean | undefined,
): Resource | undefined {
  const inputs = structuredClone(resource.inputs);
  if (edit(inputs as T) === false) return undefined;
  const outputs = structuredClone(resource.outputs);
  edit(outputs as T);
  return { ...resource, inputs, outputs };
}

/** The change that edits one resource; none where there is nothing to break. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what the properties are
export function change<T extends object>(
  resource: Resource,
  at: string,
  edit: (props: T) => boolean | undefined,
): Change[] {
  const set = edited(resource, edit);
  return set === undefined ? [] : [{ at: `${resource.name} ${at}`.trim(), set: [set], without: [] }];
}

/** A map without one of its keys. */
export const omit = <V>(map: Readonly<Record<string, V>>, key: string): Record<string, V> =>
  Object.fromEntries(Object.entries(map).filter(([own]) => own !== key));

/** The change that leaves one resource out. */
export const removal = (resource: Resource): Change => ({
  at: resource.name,
  set: [],
  without: [resource.urn],
});

/** A resource of somebody else's, in the cluster or account of an existing one. `madeFrom`: URNs, by property. */
export function beside(
  like: Resource,
  type: string,
  name: string,
  props: object,
  madeFrom: Readonly<Record<string, readonly string[]>> = {},
): Resource {
  const [project] = like.urn.split("::", 2).slice(1);
  const values = structuredClone(props) as ValueMap;
  return {
    ...like,
    urn: `${like.urn.split("::")[0] ?? ""}::${project ?? ""}::${type}::${name}`,
    type,
    name,
    parent: "",
    inputs: values,
    outputs: structuredClone(values),
    dependencies: [],
    propertyDependencies: { ...Object.fromEntries(Object.keys(props).map((key) => [key, []])), ...madeFrom },
  };
}

/** The change that adds resources. */
export const addition = (at: string, ...set: readonly Resource[]): Change => ({ at, set, without: [] });
