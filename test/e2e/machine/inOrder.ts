import type { Context, Suite } from "mocha";

const ordered = new WeakSet<Suite>();

/** Whether a suite's tests run in their order or not at all. */
export const isInOrder = (suite: Suite): boolean => ordered.has(suite);

/**
 * For a suite whose tests each start from what the one before has made: after a failure the rest of it is skipped, and words that
 * name one of its tests choose all of it. (Mocha's own `bail` would also skip it after a failure anywhere before.)
 */
export function inOrder(): void {
  // Mocha tells a suite's body which suite it is only by `this`; an empty suite in it never runs, and knows its parent.
  const { parent } = describe("", () => undefined);
  if (parent !== undefined) ordered.add(parent);
  let failed = false;
  beforeEach(function (this: Context) {
    if (failed) this.skip();
  });
  afterEach(function (this: Context) {
    failed ||= this.currentTest?.state === "failed";
  });
}
