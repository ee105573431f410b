import { strict as assert } from "node:assert";
import fc from "fast-check";
import { AddressSet } from "../../net/addressSet";
import { formatCidr } from "../../net/cidr";
import { NEVER_INTERNET } from "../../net/specialRanges";
import { address, addressSet, cidr } from "./arbitraries";

const texts = (set: AddressSet) => set.toCidrs().map(formatCidr);

describe("net: AddressSet", () => {
  it("subtracts a block from the world, exactly and canonically", () => {
    assert.deepEqual(texts(AddressSet.of("10.0.0.0/29").subtract(AddressSet.of("10.0.0.2/31"))), [
      "10.0.0.0/31",
      "10.0.0.4/30",
    ]);
    assert.equal(texts(AddressSet.allV4.subtract(AddressSet.of("169.254.169.254/32"))).length, 32);
    assert.deepEqual(texts(AddressSet.all), ["0.0.0.0/0", "::/0"]);
  });

  it("joins the two halves of the world", () => {
    assert.ok(AddressSet.of("0.0.0.0/1", "128.0.0.0/1").equals(AddressSet.allV4));
    assert.deepEqual(texts(AddressSet.of("10.0.1.0/24", "10.0.0.0/24", "10.0.0.0/25")), ["10.0.0.0/23"]);
  });

  it("keeps the families apart", () => {
    assert.equal(AddressSet.allV4.containsAddress("::a00:1"), false);
    assert.ok(AddressSet.allV4.union(AddressSet.allV6).equals(AddressSet.all));
    assert.equal(AddressSet.allV4.overlaps(AddressSet.allV6), false);
  });

  it("refuses a text that isn't an address or a canonical block", () => {
    assert.throws(() => AddressSet.all.containsAddress("10.0.0.0/8"), RangeError);
    assert.throws(() => AddressSet.of("10.0.0.1/8"), { reason: "not-canonical" });
  });

  it("holds an address if and only if one of its blocks does", () => {
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 6 }), address, (blocks, one) => {
        const expected = blocks.some(
          ({ family, first, last }) => family === one.family && first <= one.value && one.value <= last,
        );
        assert.equal(AddressSet.of(...blocks).containsAddress(one), expected);
      }),
    );
  });

  it("writes the minimal list: sorted, disjoint, no two blocks that could be one, and the same set", () => {
    fc.assert(
      fc.property(addressSet, (set) => {
        const blocks = set.toCidrs();
        assert.ok(AddressSet.of(...blocks).equals(set));
        for (const [i, block] of blocks.entries()) {
          const next = blocks[i + 1];
          if (next?.family !== block.family) continue;
          assert.ok(block.last < next.first);
          const size = next.last - next.first + 1n;
          const siblings =
            block.prefix === next.prefix &&
            block.last + 1n === next.first &&
            block.first % (2n * size) === 0n;
          assert.ok(!siblings, `${formatCidr(block)} and ${formatCidr(next)} are one block`);
        }
      }),
    );
  });

  it("counts its addresses", () => {
    assert.equal(AddressSet.of("10.0.0.0/8", "10.1.0.0/16", "::/127").size(), (1n << 24n) + 2n);
  });

  it("partitions all addresses into the coarsest parts that tell the sets apart", () => {
    fc.assert(
      fc.property(fc.array(addressSet, { maxLength: 5 }), (sets) => {
        const parts = AddressSet.partition(sets);
        const whole = parts.reduce((sum, { part }) => sum.union(part), AddressSet.empty);
        assert.ok(whole.equals(AddressSet.all));
        assert.equal(
          parts.reduce((sum, { part }) => sum + part.size(), 0n),
          AddressSet.all.size(),
        );
        for (const { part, members } of parts) {
          assert.ok(!part.isEmpty());
          const holding = sets.flatMap((set, i) => (set.covers(part) ? [i] : []));
          assert.deepEqual(members, holding);
          sets.forEach((set, i) => assert.equal(set.overlaps(part), holding.includes(i)));
        }
        assert.equal(new Set(parts.map(({ members }) => members.join())).size, parts.length);
      }),
    );
  });

  it("knows what the internet never is", () => {
    const never = NEVER_INTERNET.reduce((set, range) => set.union(range.set), AddressSet.empty);
    for (const inside of [
      "10.1.2.3",
      "172.31.0.1",
      "192.168.0.1",
      "100.64.0.1",
      "169.254.169.254",
      "127.0.0.1",
    ]) {
      assert.ok(never.containsAddress(inside), inside);
    }
    for (const inside of ["0.0.0.0", "fd00:ec2::254", "fe80::1", "::1", "::", "ff02::1", "64:ff9b::a00:1"]) {
      assert.ok(never.containsAddress(inside), inside);
    }
    for (const outside of [
      "1.1.1.1",
      "172.32.0.1",
      "100.128.0.1",
      "52.216.0.1",
      "2600:1f18::1",
      "2a00:1450::1",
    ]) {
      assert.ok(!never.containsAddress(outside), outside);
    }
    assert.equal(new Set(NEVER_INTERNET.map(({ name }) => name)).size, NEVER_INTERNET.length);
  });
});
