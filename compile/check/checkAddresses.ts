import { below, type Place, type Problem, quote } from "../../problems";
import { type AddressSet, parseAddress, width } from "../../net";
import { cidrFault, hostAddresses } from "../addresses";

/** A list of plain addresses. */
export function checkAddresses(texts: readonly string[], place: Place): Problem[] {
  return texts.flatMap((text, index) =>
    isCanonicalAddress(text)
      ? []
      : [
          {
            place: below(place, index),
            message: `${quote(text)} isn't an IP address`,
            remedy: "Write a plain address, such as 10.96.0.10",
          },
        ],
  );
}

/** Whether a text is an address in its one spelling. */
export function isCanonicalAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && cidrFault(`${text}/${width(address.family)}`) === undefined;
}

/** Addresses of Services have to be in the Services' ranges. */
export function checkInside(texts: readonly string[], services: AddressSet, place: Place): Problem[] {
  const outside = hostAddresses(texts.filter(isCanonicalAddress)).subtract(services);
  if (outside.isEmpty()) return [];
  return [
    {
      place,
      message: `${outside.toString()} is outside serviceCidrs`,
      remedy: "Write the Service's cluster IP, or correct serviceCidrs",
    },
  ];
}
