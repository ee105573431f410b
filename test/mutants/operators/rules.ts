import { eachPort, eachRule } from "../policies";
import type { Operator } from "../stack";

/** Mistakes in a rule, and in the ports that it opens. */
export const RULE_OPERATORS: readonly Operator[] = [
  {
    name: "peers emptied: everyone",
    changes: (stack) =>
      eachRule(stack, (_, { peers }) => {
        peers.length = 0;
        return true;
      }),
  },
  {
    name: "peers left out: everyone",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        delete rule.from;
        delete rule.to;
        return true;
      }),
  },
  {
    name: "an empty rule beside",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        delete rule.from;
        delete rule.to;
        delete rule.ports;
        return true;
      }),
  },
  {
    name: "ports emptied",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        rule.ports = [];
        return true;
      }),
  },
  {
    name: "ports left out",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        delete rule.ports;
        return true;
      }),
  },
  {
    name: "endPort 65535",
    changes: (stack) =>
      eachPort(stack, (port) => {
        port.endPort = 65535;
        return true;
      }),
  },
  {
    name: "ports 1 to 65535",
    changes: (stack) =>
      eachPort(stack, (port) => {
        Object.assign(port, { port: 1, endPort: 65535 });
        return true;
      }),
  },
  {
    name: "a protocol's every port",
    changes: (stack) =>
      eachPort(stack, (port) => {
        delete port.port;
        return true;
      }),
  },
  {
    name: "protocol left out",
    changes: (stack) =>
      eachPort(stack, (port) => {
        delete port.protocol;
        return true;
      }),
  },
  {
    name: "another port",
    changes: (stack) =>
      eachPort(stack, (port) => {
        port.port = 22;
        return true;
      }),
  },
  {
    name: "SSH beside the port",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        rule.ports = [...(rule.ports ?? []), { protocol: "TCP", port: 22 }];
        return true;
      }),
  },
  {
    name: "no name resolution",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        if (rule.ports?.some(({ port }) => port === 53) !== true) return false;
        rule.ports = [{ protocol: "TCP", port: 5353 }];
        return true;
      }),
  },
  {
    name: "name resolution over UDP only",
    changes: (stack) =>
      eachRule(stack, (rule) => {
        if (rule.ports?.some(({ port }) => port === 53) !== true) return false;
        rule.ports = rule.ports.filter(({ protocol }) => protocol === "UDP");
        return true;
      }),
  },
];
