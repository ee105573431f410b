import { strict as assert } from "node:assert";
import type { Outcome, StateResource } from "../engine/engine";
import type { KubeObject } from "../kube/client";

export const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** The outcome, where it is a success. @throws AssertionError with what the command said */
export function succeeded(outcome: Outcome): Outcome {
  assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}

/** "NetworkPolicy jewelry-shop/django-ingress" for what a state's resource is on a cluster. */
export function objectName({ inputs }: StateResource): string {
  const { kind, metadata } = inputs as unknown as KubeObject;
  return `${kind} ${[metadata.namespace, metadata.name].filter(Boolean).join("/")}`;
}

/** What of a state is on a cluster. */
export const objectsIn = (state: readonly StateResource[]): readonly StateResource[] =>
  state.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
