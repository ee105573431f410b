// Tests: test/cli/htmlReport.test.ts
import { createRequire } from "node:module";
import type { ELK, ELKConstructorArguments } from "elkjs";

/** The layout engine, an optional package of 8 MB; its worker runs in this process. */
export function elkIfThere(): ELK | undefined {
  try {
    const Elk = createRequire(__filename)("elkjs") as new (options?: ELKConstructorArguments) => ELK;
    return new Elk();
  } catch {
    return undefined;
  }
}
