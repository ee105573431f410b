import type { Context } from "mocha";

/**
 * For a suite whose tests each start from what the one before has made: after a failure the rest of it is skipped. (Mocha's
 * own `bail` would also skip it after a failure anywhere before.)
 */
export function inOrder(): void {
  let failed = false;
  beforeEach(function (this: Context) {
    if (failed) this.skip();
  });
  afterEach(function (this: Context) {
    failed ||= this.currentTest?.state === "failed";
  });
}
