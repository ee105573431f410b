// Tests: test/report/browserNet.test.ts
/** What net/ needs of node:net, by the URL parser of the browser. */
export const isIPv4 = (text: string): boolean =>
  /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text) && !/(^|\.)0\d/.test(text);

/** The same for IPv6; without a zone, which no policy has. */
export const isIPv6 = (text: string): boolean =>
  /^[0-9a-fA-F:.]+$/.test(text) && text.includes(":") && URL.canParse(`http://[${text}]/`);
