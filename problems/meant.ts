// Tests: test/cli/reach/names.test.ts, test/flows/text.test.ts
import { nearest } from "../data";
import { quote } from "./quote";

/** The remedy for an unknown name: "Did you mean …?"; undefined where no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates);
  return near === undefined ? undefined : `Did you mean ${quote(near)}?`;
}
