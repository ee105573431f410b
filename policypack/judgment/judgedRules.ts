import type { Bound } from "../../kubernetes";
import type { NamedObject } from "../finding";
import type { Unread } from "../values";
import type { Reach } from "./reach";

/** One direction of a policy's rules that admit somebody, of whatever API. */
export interface JudgedRules {
  /** The policy. */
  readonly of: NamedObject;
  readonly under: (bound: Bound) => readonly Reach[];
  /** What of the rules couldn't be read. */
  readonly unread: () => readonly Unread[];
}
