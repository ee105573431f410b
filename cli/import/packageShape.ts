// Tests: test/cli/import/packages.test.ts
import { z } from "zod";

const labels = z.record(z.string(), z.string());
const port = z.number().int().min(1).max(65535);
const text = z.string();
const list = z.array(z.unknown()).default([]);

/** The lists of a Package whose entries are connections. */
export const SPEC = z.object({
  network: z.object({ allow: list, expose: list }).prefault({}),
  monitor: list,
  sso: list,
});

/** An entry of `network.allow`; `podLabels` and `remotePodLabels` are what older versions call selectors. */
export const ALLOW = z.object({
  direction: z.enum(["Ingress", "Egress"]),
  selector: labels.optional(),
  podLabels: labels.optional(),
  remoteNamespace: text.optional(),
  remoteSelector: labels.optional(),
  remotePodLabels: labels.optional(),
  remoteGenerated: z.enum(["KubeAPI", "KubeNodes", "CloudMetadata", "IntraNamespace", "Anywhere"]).optional(),
  remoteCidr: text.optional(),
  remoteHost: text.optional(),
  serviceAccount: text.optional(),
  remoteServiceAccount: text.optional(),
  port: port.optional(),
  ports: z.array(port).default([]),
  description: text.optional(),
});

/** An entry of `network.expose`: what a gateway asks. */
export const EXPOSE = z.object({
  gateway: text.default("tenant"),
  selector: labels.optional(),
  podLabels: labels.optional(),
  port: port.default(80),
  targetPort: port.optional(),
  protocol: text.optional(),
  description: text.optional(),
  advancedHTTP: z.object({ directResponse: z.unknown() }).optional(),
});

/** An entry of `monitor`: what Prometheus asks. */
export const MONITOR = z.object({
  selector: labels.optional(),
  podSelector: labels.optional(),
  targetPort: port,
  description: text.optional(),
});

/** An entry of `sso`: a client of Keycloak. */
export const SSO = z.object({ enableAuthserviceSelector: labels.optional() });
