import { strict as assert } from "node:assert";
import fc from "fast-check";
import { AddressSet } from "../../net/addressSet";
import { PortSet } from "../../net/ports";
import { addressSet, portSet } from "./arbitraries";

interface SetAlgebra<S> {
  union: (other: S) => S;
  intersect: (other: S) => S;
  subtract: (other: S) => S;
  equals: (other: S) => boolean;
  covers: (other: S) => boolean;
  overlaps: (other: S) => boolean;
  isEmpty: () => boolean;
}

/** The laws of a Boolean algebra, for either kind of set. */
function laws<S extends SetAlgebra<S>>(name: string, set: fc.Arbitrary<S>, empty: S, all: S): void {
  const check = (law: (a: S, b: S, c: S) => boolean) => () => {
    fc.assert(fc.property(set, set, set, (a, b, c) => assert.ok(law(a, b, c))));
  };
  describe(`net: ${name} is a Boolean algebra`, () => {
    it(
      "union and intersection commute",
      check((a, b) => a.union(b).equals(b.union(a)) && a.intersect(b).equals(b.intersect(a))),
    );
    it(
      "union and intersection associate",
      check(
        (a, b, c) =>
          a
            .union(b)
            .union(c)
            .equals(a.union(b.union(c))) &&
          a
            .intersect(b)
            .intersect(c)
            .equals(a.intersect(b.intersect(c))),
      ),
    );
    it(
      "each distributes over the other",
      check(
        (a, b, c) =>
          a.intersect(b.union(c)).equals(a.intersect(b).union(a.intersect(c))) &&
          a.union(b.intersect(c)).equals(a.union(b).intersect(a.union(c))),
      ),
    );
    it(
      "they absorb",
      check((a, b) => a.union(a.intersect(b)).equals(a) && a.intersect(a.union(b)).equals(a)),
    );
    it(
      "subtraction is intersection with the complement",
      check((a, b) => a.subtract(b).equals(a.intersect(all.subtract(b)))),
    );
    it(
      "De Morgan holds",
      check((a, b) => all.subtract(a.union(b)).equals(all.subtract(a).intersect(all.subtract(b)))),
    );
    it(
      "a set and its complement are everything, and share nothing",
      check((a) => a.union(all.subtract(a)).equals(all) && a.intersect(all.subtract(a)).isEmpty()),
    );
    it(
      "empty and all are neutral",
      check((a) => a.union(empty).equals(a) && a.intersect(all).equals(a) && a.subtract(empty).equals(a)),
    );
    it(
      "covers and overlaps agree with the operations",
      check(
        (a, b) =>
          a.covers(b) === a.union(b).equals(a) &&
          a.overlaps(b) === !a.intersect(b).isEmpty() &&
          a.union(b).covers(a),
      ),
    );
  });
}

laws("AddressSet", addressSet, AddressSet.empty, AddressSet.all);
laws("PortSet", portSet, PortSet.empty, PortSet.all);
