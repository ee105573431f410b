import { blocks } from "./blocks";
import { isolation } from "./isolation";
import { peers } from "./peers";
import { ports } from "./ports";
import { services } from "./services";

/** Hand-made cases of every kind of rule, each with what it becomes and what the agent's programs did with it. */
export const vpcCniCases = [...isolation, ...peers, ...ports, ...blocks, ...services];
