/** What the API server accepts as a name. Source: k8s.io/apimachinery, util/validation. */

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A namespace's name: RFC 1123 label. */
export const isNamespaceName = (text: string): boolean => LABEL.test(text);

/** An object's name: RFC 1123 subdomain. */
export const isObjectName = (text: string): boolean => text.length <= 253 && SUBDOMAIN.test(text);

/** Keys and many values repeat on thousands of objects; this many distinct ones are remembered. */
const MAX_KNOWN = 10_000;
const knownKeys = new Set<string>();

/** A label's key: an optional subdomain prefix and a name. */
export function isLabelKey(text: string): boolean {
  if (knownKeys.has(text)) return true;
  const valid = isLabelKeyAnew(text);
  if (valid && knownKeys.size < MAX_KNOWN) knownKeys.add(text);
  return valid;
}

function isLabelKeyAnew(text: string): boolean {
  const [name = "", prefix, ...rest] = text.split("/").reverse();
  return rest.length === 0 && QUALIFIED.test(name) && (prefix === undefined || isObjectName(prefix));
}

const knownValues = new Set<string>([""]);

/** A label's value: empty, or like the name in a key. */
export function isLabelValue(text: string): boolean {
  if (knownValues.has(text)) return true;
  const valid = QUALIFIED.test(text);
  if (valid && knownValues.size < MAX_KNOWN) knownValues.add(text);
  return valid;
}

/** A port's name: an IANA service name. */
export const isPortName = (text: string): boolean =>
  text.length <= 15 && PORT_NAME.test(text) && /[a-z]/.test(text) && !text.includes("--");

/** An object as people call it: "namespace/name", or its name where it has no namespace. */
export const namespacedName = ({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string => (namespace === "" ? name : `${namespace}/${name}`);
