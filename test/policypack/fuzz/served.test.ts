import { strict as assert } from "node:assert";
import { EVERY_CASE } from "./cases";
import { INVARIANTS } from "../../../policypack/invariants";
import { Random } from "../../twin/random";
import { COMPLIANT_AWS } from "../aws";
import { blur, type Spot, spotsOf } from "../blur";
import { COMPLIANT, type Report, type TestResource } from "../helpers";
import { Served } from "../served";
import { isProofOf } from "./broken";

/**
 * How many pairs of places are tried for each case, besides every single one; FUZZ_PAIRS=all tries each. Without it, a few
 * single ones and pairs.
 */
const PAIRS = process.env["FUZZ_PAIRS"];
const FEW = 3;
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_122);
/** Stacks that are asked about at a time: the process has always something to do. */
const AT_ONCE = 64;

/** Places, and pairs of places: all, or as many as asked for, by the seed. */
function blurs(spots: readonly Spot[], random: Random): (readonly Spot[])[] {
  const singles = spots.map((spot) => [spot]);
  if (spots.length < 2) return singles;
  const pair = () => [random.pick(spots), random.pick(spots)];
  if (PAIRS === undefined)
    return [...random.list(FEW, FEW, () => random.pick(singles)), ...random.list(FEW, FEW, pair)];
  const pairs =
    PAIRS === "all"
      ? spots.flatMap((first, index) => spots.slice(index + 1).map((second) => [first, second]))
      : random.list(Number(PAIRS), Number(PAIRS), pair);
  return [...singles, ...pairs];
}

describe(`unknown values, through the analyzer's process (seed ${SEED}, ${PAIRS ?? "a few"} pairs)`, function () {
  this.timeout(0);
  let served: Served;
  const random = new Random(SEED);

  before(async () => {
    const { buildPolicyPack } = await import("../../../scripts/build-policypack.mjs");
    served = await Served.start((await buildPolicyPack()).directory);
  });
  after(() => served.stop());

  /** What is said of a stack under each blur. */
  async function each(
    stack: readonly TestResource[],
    tried: readonly (readonly Spot[])[],
    check: (reports: readonly Report[], spots: readonly Spot[]) => void,
  ): Promise<void> {
    let next = 0;
    const work = async () => {
      for (let i = next++; i < tried.length; i = next++) {
        const spots = tried[i] ?? [];
        check(await served.judge(blur(stack, spots)), spots);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  it("are tried on every invariant", () => {
    const tried = new Set(EVERY_CASE.map(({ invariant }) => invariant));
    assert.deepEqual(
      // What a component declares beside a whole plan: test/proof breaks and blurs it.
      INVARIANTS.map(({ name }) => name).filter((name) => !tried.has(name) && name !== "exactly-declared"),
      [],
    );
  });

  for (const [name, stack] of Object.entries({ COMPLIANT, COMPLIANT_AWS })) {
    it(`are all that any policy speaks of on a compliant stack (${name})`, async () => {
      await served.configure({});
      const tried = blurs(spotsOf(stack), random);
      await each(stack, tried, (reports, spots) => {
        const certain = reports.filter(({ undecided }) => !undecided);
        assert.deepEqual(certain, [], JSON.stringify(spots));
      });
    });
  }

  for (const [index, { invariant, stack, proof, config = {} }] of EVERY_CASE.entries()) {
    const isProof = isProofOf(proof, stack);
    const spots = spotsOf(stack);
    const own = (reports: readonly Report[]) => reports.filter(({ policy }) => policy === invariant);

    it(`hide no violation of ${invariant} (${index})`, async () => {
      await served.configure({ [invariant]: config });
      const others = spots.filter((spot) => !isProof(spot));
      await each(stack, [[], ...blurs(others, random)], (reports, tried) => {
        assert.ok(
          own(reports).some(({ undecided }) => !undecided),
          JSON.stringify(tried),
        );
      });
    });

    it(`leave no silence where they are what proves ${invariant} (${index})`, async () => {
      await served.configure({ [invariant]: config });
      const proof = spots.filter(isProof).map((spot) => [spot]);
      const proving = PAIRS === undefined ? random.list(FEW, FEW, () => random.pick(proof)) : proof;
      await each(stack, proving, (reports, tried) => {
        assert.ok(own(reports).length > 0, JSON.stringify(tried));
      });
    });
  }
});
