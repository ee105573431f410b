import fc from "fast-check";

/** What `npm test` draws from: always the same, so that what a run finds is of the code under test and not of chance. */
const USUAL = 20_261_130;

const asked = process.env["SEED"];
const seed = asked === undefined ? USUAL : asked === "new" ? undefined : Number(asked);
if (seed !== undefined && !Number.isInteger(seed))
  throw new Error(`SEED is ${asked}: "new" or a whole number is meant`);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
