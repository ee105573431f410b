import { z } from "zod";
import { quote } from "../problems";
import { cidrFault, isCanonicalAddress } from "../compile";
import { type Fault, nameFault, namespaceFault, remedyForUnknown } from "../flows";
import { customIssue, expected, issueError } from "./configIssues";

/** A text that says something. */
export const text = (what: string, remedy: string) =>
  z.string({ error: expected(what, remedy) }).refine((value) => value.trim() !== "", {
    error: expected(what, remedy),
  });

/** A text that a check of the components finds no fault with; checked here too, so that other faults don't hide it. */
const checkedText = (what: string, remedy: string, fault: (value: string) => Fault | undefined) =>
  text(what, remedy).superRefine((value, context) => {
    const found = value.trim() === "" ? undefined : fault(value);
    if (found === undefined) return;
    context.addIssue(customIssue(found));
  });

/** A canonical CIDR. */
export const cidrText = (remedy = "Write an address, a slash and a prefix length, such as 10.0.0.0/16") =>
  checkedText("a CIDR", remedy, cidrFault);

/** A list of canonical CIDRs. */
export const cidrs = () => list(cidrText(), "Write CIDRs in a list, such as [10.0.0.0/16]");

/** Plain addresses. */
export const addresses = () => {
  const remedy = "Write a plain address, such as 10.96.0.10";
  return list(
    checkedText("an address", remedy, (value) =>
      isCanonicalAddress(value) ? undefined : { message: `${quote(value)} isn't an IP address`, remedy },
    ),
  );
};

/** The name of a namespace that exists. */
export const namespace = () =>
  checkedText("a namespace's name", "Write the name of a namespace", namespaceFault);

/** A cluster's name, now or before. */
export const clusterName = (remedy: string) =>
  checkedText("a name", remedy, (value) => nameFault("cluster", value));

/** One of some words. */
export const choice = <const T extends string>(what: string, words: readonly T[]) =>
  z.enum(words, { error: expected(what, `Use ${either(words)}`) });

/** True or false. */
export const flag = () => z.boolean({ error: expected("true or false", "Write true or false") });

/** A port's number. */
export const portNumber = () => {
  const error = expected("a port's number", "Write a whole number from 1 to 65535");
  return z.int({ error }).min(1, { error }).max(65535, { error });
};

/** A list. Whether it may be empty is for the checks that know what an empty one would mean. */
export const list = <T extends z.ZodType>(item: T, remedy = "Write a list") =>
  z.array(item, { error: expected("a list", remedy) });

/** A mapping from names that the user gives. */
export const record = <T extends z.ZodType>(item: T) =>
  z.record(z.string(), item, { error: expected("a mapping", "Write names and values") });

/** What a mapping has to have at least. */
function remedyOf(shape: z.core.$ZodLooseShape): string {
  const required = Object.entries(shape).filter(
    ([, field]) => !z.safeParse(field as z.ZodType, undefined).success,
  );
  const keys = required.map(([key]) => key);
  return keys.length === 0 ? "Write a mapping" : `Write a mapping with ${keys.join(", ")}`;
}

/** A mapping with known keys; any other is an error, because a misspelt key would be a setting silently lost. */
export const mapping = <const Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issueError(({ keys }) =>
            (keys as readonly string[]).map((key) => ({
              key,
              message: `isn't a key of ${what}`,
              remedy: remedyForUnknown(key, Object.keys(shape), "Remove it"),
            })),
          )(issue)
        : expected("a mapping", remedyOf(shape))(issue),
  });

/** One of several mappings, told apart by their `kind`. */
export const oneOfKinds = <
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(
  what: string,
  kinds: readonly string[],
  options: Options,
) =>
  z.discriminatedUnion("kind", options, {
    error: (issue) => {
      const given = issue.input;
      if (typeof given !== "object" || given === null || Array.isArray(given)) {
        return expected("a mapping", `Write kind: ${either(kinds)}, and what goes with it`)(issue);
      }
      const kind = (given as { readonly kind?: unknown }).kind;
      const message = kind === undefined ? "is missing" : `${quote(kind)} isn't a kind of ${what}`;
      return issueError(() => ({ message, remedy: `Use ${either(kinds)}` }))(issue);
    },
  });

/** "a, b or c". */
export const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
