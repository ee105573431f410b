import fc from "fast-check";
import { AddressSet } from "../../net/addressSet";
import { type Address, type Cidr, cidrAround, width } from "../../net/cidr";
import { PROTOCOLS, type PortRange, PortSet } from "../../net/ports";

export const address: fc.Arbitrary<Address> = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((value): Address => ({ family: 4, value })),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value): Address => ({ family: 6, value })),
  // Crowded corners, where blocks meet, nest and touch.
  fc.nat(40).map((value): Address => ({ family: 4, value: BigInt(value) })),
  fc.nat(40).map((value): Address => ({ family: 6, value: (1n << 128n) - 1n - BigInt(value) })),
);

export const cidr: fc.Arbitrary<Cidr> = fc
  .tuple(address, fc.oneof(fc.nat(128), fc.constantFrom(0, 1, 28, 29, 30, 31, 32, 126, 127, 128)))
  .map(([value, bits]) => cidrAround(value, Math.min(bits, width(value.family))));

export const addressSet: fc.Arbitrary<AddressSet> = fc
  .array(fc.tuple(cidr, fc.boolean()), { maxLength: 8 })
  .map((steps) =>
    steps.reduce(
      (set, [block, add]) => (add ? set.union(AddressSet.of(block)) : set.subtract(AddressSet.of(block))),
      AddressSet.empty,
    ),
  );

const port = fc.oneof(
  fc.integer({ min: 1, max: 65535 }),
  fc.integer({ min: 1, max: 12 }),
  fc.constant(65535),
);

export const portRange: fc.Arbitrary<PortRange> = fc
  .tuple(fc.constantFrom(...PROTOCOLS), port, port)
  .map(([protocol, a, b]) => ({ protocol, from: Math.min(a, b), to: Math.max(a, b) }));

export const portSet: fc.Arbitrary<PortSet> = fc.array(portRange, { maxLength: 8 }).map((r) => PortSet.of(r));
