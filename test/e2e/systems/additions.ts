import { strict as assert } from "node:assert";
import type { Engine, Outcome } from "../engine/engine";
import type { Kube, KubeObject } from "../kube/client";
import { must, type Finished } from "../machine/process";
import { policyType, succeeded } from "./outcomes";
import { AFTERWARDS, type Addition, type Afterwards, type FaultTable } from "./reliability";
import { failed } from "./struck";

/** Something appended by hand to a list of a live object. */
export interface Appended {
  readonly addition: Addition;
  readonly object: KubeObject;
  /** JSON pointer to after the list's last item. */
  readonly path: string;
  readonly value: unknown;
  /** The field that `palisade drift` names. */
  readonly field: string;
}

/** Appends it, as somebody does by hand. */
export const append = (kube: Kube, { object, path, value }: Appended): Promise<unknown> =>
  kube.patchJson(object, [{ op: "add", path, value }]);

/** What `palisade drift` says of it: the object and the field. @throws AssertionError where it doesn't */
export function namedIn(drift: Finished, { object, field }: Appended): string {
  const { kind, metadata } = object;
  const said = `${kind} ${metadata.namespace ?? ""}/${metadata.name}: ${field} `;
  return failed(drift, new RegExp(said.replaceAll(/[.[\]]/g, "\\$&"))).trim();
}

/** Runs the commands that `palisade drift` prints. @param count how many it has to print */
export async function revertAsSaid(drift: Finished, count: number): Promise<void> {
  const commands = drift.stdout.split("\n").filter((line) => line.startsWith("  kubectl "));
  assert.equal(commands.length, count, drift.stdout);
  for (const command of commands) await must("sh", ["-c", command]);
}

/** What Pulumi does to policies and to what attaches groups. */
export const touched = ({ steps }: Outcome): readonly string[] =>
  steps.flatMap(({ op, type, urn }) =>
    op !== "refresh" && (type === policyType || type.endsWith(":SecurityGroupPolicy"))
      ? [`${op} ${urn.split("::").at(-1) ?? ""}`]
      : [],
  );

const ways: readonly (readonly [Afterwards, (engine: Engine) => Promise<Outcome>])[] = [
  [AFTERWARDS[1], (engine) => engine.refresh("dev")],
  [AFTERWARDS[2], (engine) => engine.up("dev")],
  [AFTERWARDS[3], (engine) => engine.up("dev", [], { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" })],
];

/**
 * Appends something, has Pulumi look at it in every way, and takes it back by what `palisade drift` prints.
 * @returns what drift said of it
 */
export async function appendAndRevert(
  kube: Kube,
  engine: Engine,
  drift: () => Promise<Finished>,
  table: FaultTable,
  appended: Appended,
): Promise<string> {
  await append(kube, appended);
  const named = namedIn(await drift(), appended);
  table.saw(appended.addition, AFTERWARDS[0], `names it: \`${appended.field}\``);
  for (const [way, ask] of ways) {
    assert.deepEqual(touched(succeeded(await ask(engine))), [], `${way}: Pulumi sees nothing`);
    table.saw(appended.addition, way, "nothing");
  }
  const found = await drift();
  assert.equal(namedIn(found, appended), named, "it is still there");
  await revertAsSaid(found, 1);
  return named;
}
