import { printable, quote } from "../problems";
import {
  CidrError,
  formatPortSpec,
  parseCidr,
  parsePortSpec,
  type PortRange,
  PortSet,
  PortSpecError,
} from "../net";
import { MALFORMED } from "./declarationShape";
import type { Fault } from "./names";

/** Takes what is wrong with a subject ("workload web", "flow web → orders"); undefined is nothing wrong. */
export type ReportFaults = (subject: string, ...faults: readonly (Fault | undefined)[]) => void;

/** Reads a port; reports what is wrong with it. */
export function readPort(spec: string, subject: string, report: ReportFaults): PortRange | undefined {
  try {
    return parsePortSpec(spec);
  } catch (error) {
    if (!(error instanceof PortSpecError)) throw error;
    report(subject, portFault(error));
    return undefined;
  }
}

/** Reads the port on which Prometheus scrapes a workload; reports what is wrong with it. */
export function readMetrics(spec: string, subject: string, report: ReportFaults): PortRange | undefined {
  const range = readPort(spec, subject, report);
  if (range !== undefined && (range.protocol !== "TCP" || range.from !== range.to)) {
    report(subject, {
      message: `metrics ${spec} isn't one TCP port`,
      remedy: `Prometheus scrapes one TCP port: write tcp/${range.from}`,
    });
  }
  return range;
}

function portFault({ text, reason }: PortSpecError): Fault {
  const port = `port ${printable(text)}`;
  const [protocol = "", numbers = ""] = text.split("/");
  switch (reason) {
    case "syntax":
      return {
        message: `${port} isn't a protocol, a slash and a port`,
        remedy: /^[1-9]\d*(-[1-9]\d*)?$/.test(text)
          ? `Say the protocol too: tcp/${text}`
          : "Write tcp/443 or tcp/8000-8010",
      };
    case "protocol":
      return {
        message: `${port} has a protocol that no NetworkPolicy knows`,
        remedy: /^(tcp|udp|sctp)$/i.test(protocol)
          ? `Write ${protocol.toLowerCase()}/${numbers}`
          : "Use tcp, udp or sctp",
      };
    case "out-of-range":
      return { message: `${port} is out of range 1-65535`, remedy: "Write a port from 1 to 65535" };
    case "reversed":
      return {
        message: `${port} ends before it begins`,
        remedy: `Write ${protocol}/${numbers.split("-").reverse().join("-")}`,
      };
  }
}

/** Reads a flow's ports: at least one, none twice. Gives those that can be read, merged and sorted. */
export function readPorts(specs: readonly string[], subject: string, report: ReportFaults): PortSet {
  if (specs.length === 0 && specs !== MALFORMED) {
    report(subject, { message: "names no ports", remedy: 'List them, such as ports: ["tcp/443"]' });
  }
  const ranges = specs.map((spec) => readPort(spec, subject, report)).filter((range) => range !== undefined);
  if (ranges.length < 2) return PortSet.of(ranges);
  let all = PortSet.empty;
  for (const range of ranges) {
    const one = PortSet.of([range]);
    if (all.overlaps(one)) {
      report(subject, {
        message: `port ${formatPortSpec(range)} is listed twice`,
        remedy: "List each port once",
      });
    }
    all = all.union(one);
  }
  return all;
}

/** Reads a CIDR; reports what is wrong with it. Gives its canonical text. */
export function readCidr(text: string, subject: string, report: ReportFaults): string | undefined {
  try {
    parseCidr(text);
    return text;
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    report(subject, {
      message: `${quote(text)} ${CIDR_FAULTS[error.reason]}`,
      remedy:
        error.suggestion === undefined
          ? "Write one like 203.0.113.0/24 or 2001:db8::/32"
          : `Write ${error.suggestion}`,
    });
    return undefined;
  }
}

const CIDR_FAULTS: Readonly<Record<CidrError["reason"], string>> = {
  syntax: "isn't a CIDR",
  prefix: "is a CIDR without a valid prefix length",
  "not-canonical": "isn't a canonical CIDR",
};
