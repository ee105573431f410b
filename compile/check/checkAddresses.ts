import { type AddressSet, parseAddress, width } from "../../net";
import { type Problem, quote } from "../../flows";
import { cidrProblem, hostAddresses } from "../addresses";

/** A list of plain addresses. */
export function checkAddresses(texts: readonly string[], subject: string): Problem[] {
  return texts.flatMap((text, index) =>
    isCanonicalAddress(text)
      ? []
      : [
          {
            subject: `${subject}[${index}]`,
            value: `${quote(text)} is not an IP address`,
            remedy: "Write a plain address, such as 10.96.0.10",
          },
        ],
  );
}

/** Whether a text is an address in its one spelling. */
export function isCanonicalAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && cidrProblem("", `${text}/${width(address.family)}`) === undefined;
}

/** Addresses of Services have to be in the Services' ranges. */
export function checkInside(texts: readonly string[], services: AddressSet, subject: string): Problem[] {
  const outside = hostAddresses(texts.filter(isCanonicalAddress)).subtract(services);
  if (outside.isEmpty()) return [];
  return [
    {
      subject,
      value: `${outside.toString()} is outside serviceCidrs`,
      remedy: "Write the Service's cluster IP, or correct serviceCidrs",
    },
  ];
}
