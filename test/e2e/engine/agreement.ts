type Registrations = Record<string, Record<string, unknown>>;

/**
 * What the embedded preview and the engine registered (engine/registrations.ts), as two values that are deeply equal where they agree
 * and differ in nothing but what is named here.
 */
export function comparable(embedded: object, engine: object): { ours: Registrations; theirs: Registrations } {
  const [ours, theirs] = alike(plain(embedded), plain(engine));
  return { ours: filledIn(ours, theirs) as Registrations, theirs: withoutChecked(theirs, ours) };
}

const plain = (value: unknown): Registrations => JSON.parse(JSON.stringify(value)) as Registrations;

/** The names that providers make up where a program gives none: no program registers them. */
const madeUp = ["name", "identifier", "bucket"];

/** What the CLI's JSON can't tell is left out: default providers; and an explicit `protect: false` is lost by the old host. */
function alike(embedded: Registrations, engine: Registrations): [Registrations, Registrations] {
  const [ours, theirs] = [structuredClone(embedded), structuredClone(engine)];
  for (const [urn, resource] of Object.entries(ours)) {
    if (/^pulumi:providers:[^:]+::default/.test(urn)) Reflect.deleteProperty(ours, urn);
    if (resource["protect"] !== false) continue;
    for (const side of [ours, theirs]) Reflect.deleteProperty(side[urn] ?? {}, "protect");
  }
  return [ours, theirs];
}

/**
 * Ours, with the engine's value wherever ours is unknown: the embedded preview may know less than a provider tells a real
 * preview (the names that it makes up), never more. A reference to a resource shows as an id there, as a URN here.
 */
function filledIn(ours: unknown, theirs: unknown): unknown {
  if (ours === "[unknown]") return theirs;
  if (typeof ours === "string" && ours.startsWith("urn:pulumi:") && theirs === "[unknown]") return theirs;
  if (Array.isArray(ours) && Array.isArray(theirs)) return ours.map((each, i) => filledIn(each, theirs[i]));
  if (typeof ours !== "object" || ours === null || typeof theirs !== "object" || theirs === null) return ours;
  const known = theirs as Record<string, unknown>;
  return Object.fromEntries(Object.entries(ours).map(([name, each]) => [name, filledIn(each, known[name])]));
}

/** Takes out of the engine's inputs what a provider's check has added. */
function withoutChecked(engine: Registrations, embedded: Registrations): Registrations {
  const stripped = Object.entries(engine).map(([urn, resource]) => {
    const ours = (embedded[urn]?.["inputs"] ?? {}) as Record<string, unknown>;
    const inputs = Object.entries((resource["inputs"] ?? {}) as Record<string, unknown>).filter(
      ([name]) => !urn.includes("aws:") || name in ours || !madeUp.includes(name),
    );
    const entries = Object.entries(resource).filter(([name]) => name !== "inputs");
    if (inputs.length > 0) entries.push(["inputs", Object.fromEntries(inputs)]);
    return [urn, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(stripped);
}
