/** What Go's programs say where Node.js says "connect ECONNREFUSED 10.0.0.10:6443", whatever stands before it. */
export const dialed = (text: string): string =>
  text.replace(/^.*connect ECONNREFUSED (\S+)$/, "dial tcp $1: connect: connection refused");
