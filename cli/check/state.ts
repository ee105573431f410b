// Tests: test/cli/check/state.test.ts
import {
  readFacts,
  type ResourceInput,
  stored,
  unjudgedKinds,
  type RevealedValue,
} from "../../policypack/index";
import { atPath, atSource, type Problem, throwProblems } from "../../problems";
import { plural } from "../render/text";
import type { CheckedObjects, CheckedObject } from "./objects";
import { deploymentOf, EXPORT, type StateFile, type StoredResource } from "./stateFile";

/** What a state holds, and what it can't tell. */
export interface CheckedState extends CheckedObjects {
  /** What is worth saying of it. */
  readonly warnings: readonly string[];
  /** Whether something may be there that the state doesn't show as it is. */
  readonly isUnsure: boolean;
}

/**
 * A state's resources as policies read them: each by its inputs, all together by their outputs, as Pulumi's engine shows them to packs. What is
 * only read there is nobody's to judge by itself. Secrets that are encrypted are unknown.
 * @throws PalisadeInputError with everything that isn't as Pulumi writes it
 */
export function checkedState(state: StateFile): CheckedState {
  const { resources: all, pending_operations: pending } = deploymentOf(state);
  const there = (all ?? []).map((one, index) => ({ one, index })).filter(({ one }) => one.delete !== true);
  throwProblems(repeated(state, there));
  const byUrn = new Map(there.map(({ one }) => [one.urn, one]));
  const objects = there.map(({ one, index }) => checkedResource(state, one, index, byUrn));
  const skipped = new Map<string, number>();
  let judged = 0;
  let encrypted = 0;
  for (const [i, { resource, together = resource }] of objects.entries()) {
    const facts = readFacts(together);
    if (facts.some(({ kind }) => kind !== "Maker")) judged++;
    else if (
      there[i]?.one.custom === true &&
      !isPulumiOwn(resource.type) &&
      unjudgedKinds([resource.type]).size === 0
    )
      skipped.set(resource.type, (skipped.get(resource.type) ?? 0) + 1);
    if (facts.length > 0 && holdsCiphertext(there[i]?.one)) encrypted++;
  }
  const deleted = (all ?? []).filter((one) => one.delete === true).map(({ urn }) => urn);
  const interrupted = (pending ?? []).map(({ type, resource: { urn } }) => `${type} ${urn}`);
  return {
    objects,
    judged,
    isEmpty: judged === 0,
    skipped,
    unjudged: unjudgedKinds(objects.map(({ resource }) => resource.type)),
    isUnsure: deleted.length > 0 || interrupted.length > 0,
    warnings: [
      ...listed("operations were interrupted, and what they made or changed isn't known", interrupted),
      ...listed("resources that still wait to be deleted weren't judged", deleted),
      ...(encrypted === 0
        ? []
        : [
            `secrets are encrypted in the state, so they are unknown (in ${plural(encrypted, "resource")} that policies read); ${EXPORT} --show-secrets has them`,
          ]),
    ],
  };
}

const isPulumiOwn = (type: string): boolean => type.startsWith("pulumi:");

/** `head (2: a; b)`, or nothing. */
export const listed = (head: string, all: readonly string[]): string[] =>
  all.length === 0 ? [] : [`${head} (${all.length}: ${all.join("; ")})`];

/** Of two resources of one URN that are both there it can't be said which is meant. */
function repeated(
  { file, path }: StateFile,
  there: readonly { readonly one: StoredResource; readonly index: number }[],
): Problem[] {
  const seen = new Set<string>();
  return there.flatMap(({ one: { urn }, index }): Problem[] => {
    if (!seen.has(urn)) {
      seen.add(urn);
      return [];
    }
    const place = [...atSource(file.name), ...atPath(...path, "resources", index, "urn")];
    return [{ place, message: `is ${urn}, as another resource's is` }];
  });
}

function checkedResource(
  { file, path }: StateFile,
  one: StoredResource,
  index: number,
  byUrn: ReadonlyMap<string, StoredResource>,
): CheckedObject {
  const { urn, type, additionalSecretOutputs, parent, propertyDependencies } = one;
  const name = nameOf(urn);
  const provider = byUrn.get((one.provider ?? "").replace(/::[^:]*$/, ""));
  const dependencies = Object.entries(propertyDependencies ?? {}).map(
    ([property, from]) => [property, (from ?? []).filter((each) => byUrn.has(each))] as const,
  );
  const told = {
    urn,
    type,
    name,
    secretOutputs: additionalSecretOutputs ?? [],
    parent,
    provider: provider && {
      urn: provider.urn,
      name: nameOf(provider.urn),
      props: stored(provider.inputs),
    },
    propertyDependencies: Object.fromEntries(dependencies),
  };
  const read = (values: StoredResource["inputs"]): RevealedValue => stored(values ?? {});
  const resource: ResourceInput = { ...told, props: read(one.inputs) };
  return {
    resource,
    together: { ...told, props: read(one.outputs) },
    ...(one.external === true && { isRead: true }),
    kind: type,
    name,
    at: {
      value: one.inputs,
      source: { file: file.name, document: 1 },
      path: [...path, "resources", index, "inputs"],
    },
  };
}

/** A URN's last part, which may hold the separator. */
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Whether some value of a resource is there only in encrypted form. */
const holdsCiphertext = (one: StoredResource | undefined): boolean =>
  JSON.stringify([one?.inputs, one?.outputs]).includes('"ciphertext"');
