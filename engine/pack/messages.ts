import type { Failure } from "../child";

/** What a policy pack's process says if it can't start or breaks down. */
export interface PackFailed {
  readonly kind: "failed";
  readonly failure: Failure;
}
