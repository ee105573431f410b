// Tests: test/policypack/invariants/networkPolicyNoDatabasePortsByCidr.test.ts
import { once } from "../../data";
import { parsePortSpec, PortSet } from "../../net";

/** The ports that a list of the configuration names, such as `["tcp/443"]`; each list is read once, whatever asks for it. */
export const writtenPorts: (texts: readonly string[]) => PortSet = once((texts) =>
  PortSet.of(texts.map(parsePortSpec)),
);
