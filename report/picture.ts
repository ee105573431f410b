import type { Protocol } from "../net";
import type { Box } from "./boxes";
import type { ChangedLine } from "./change";

/** A box of the map: an end, or addresses outside that are alike for someone. Lengths are CSS pixels; x and y are its middle. */
export interface PictureNode extends Box {
  readonly x: number;
  readonly y: number;
}

/** What a line stands for: ports that are surely open, that may be, or that a change closed. */
export type LineState = "open" | "unknown" | "gone";

/** A line of the map before it is laid out. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  /** One of its ports, to ask about. */
  readonly first: { readonly protocol: Protocol; readonly port: number };
  readonly state: LineState;
  /** Whether flows are declared for all of its ports; absent where nobody declares flows for either end. */
  readonly declared?: boolean;
  /** Why it is declared, for each flow behind it. */
  readonly because: readonly string[];
  /** On every port, as between ends that nothing isolates from each other. There are many such lines, and they say little. */
  readonly free: boolean;
  /** What a change does to it. */
  readonly change?: Pick<ChangedLine, "kind" | "gained" | "lost" | "because">;
}

/** A line of the map. */
export interface PictureEdge extends Link {
  /** Its bends; two where it is straight. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The middle of its label, where lines have labels. */
  readonly label?: readonly [x: number, y: number];
}

/** A namespace's frame. */
export interface PictureGroup {
  readonly namespace: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A relation as a map: laid out, in CSS pixels. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly groups: readonly PictureGroup[];
  readonly width: number;
  readonly height: number;
}
