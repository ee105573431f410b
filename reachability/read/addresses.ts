import { AddressSet, cidrAround, parseAddress, width } from "../../net";

/** The addresses that some texts are; what is none is left out. */
export const addressesOf = (texts: readonly string[]): AddressSet =>
  AddressSet.of(
    ...texts.flatMap((text) => {
      const address = parseAddress(text);
      return address === undefined ? [] : [cidrAround(address, width(address.family))];
    }),
  );
