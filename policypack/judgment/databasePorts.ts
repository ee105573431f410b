// Tests: test/policypack/invariants/networkPolicyNoDatabasePortsByCidr.test.ts
import type { Ports } from "./reach";
import { writtenPorts } from "./writtenPorts";

/** Which database ports, by number or name, some ports open; empty where none. */
export function databasePortsIn(
  { numbers, names }: Ports,
  ports: readonly string[],
  portNames: readonly string[],
): string[] {
  const opened = writtenPorts(ports).intersect(numbers);
  const named = names.filter((name) => portNames.includes(name.slice(name.indexOf("/") + 1)));
  return [...(opened.isEmpty() ? [] : [opened.toString()]), ...named];
}
