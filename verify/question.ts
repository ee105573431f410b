import type { Protocol } from "../net";
import type { LivePod } from "./pods";

/** One end of a question: interchangeable pods, an address outside, or something that isn't there to ask. */
export type QuestionEnd =
  | { readonly kind: "pods"; readonly name: string; readonly pods: readonly LivePod[] }
  | { readonly kind: "address"; readonly name: string; readonly host: string; readonly port?: number }
  | { readonly kind: "missing"; readonly name: string; readonly cause: string };

/** Why a question is asked. */
export type QuestionKind = "flow" | "denial" | "scenario";

/** May one end open a port at another? */
export interface ProbeQuestion {
  readonly kind: QuestionKind;
  readonly from: QuestionEnd;
  readonly to: QuestionEnd;
  readonly protocol: Protocol;
  readonly port: number;
  readonly expected: "allowed" | "blocked";
  readonly because: string;
}

/** "nginx → django tcp/8000". */
export const questionText = ({ from, to, protocol, port }: ProbeQuestion): string =>
  `${from.name} → ${to.name} ${protocol.toLowerCase()}/${port}`;

/** What tells two questions apart. */
export const questionKey = (question: ProbeQuestion): string => questionText(question);
