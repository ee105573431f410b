/**
 * A user's mistake: where it is, what is wrong, what to write instead. In: what a reader finds. Out: `Problem`s as data,
 * and the one error that carries them (`PalisadeInputError`). Text is made of them only where a user reads it.
 */
export {
  about,
  atApplication,
  atCluster,
  atPath,
  atSource,
  atSubject,
  below,
  type Path,
  type Place,
  type PlacePart,
  placeText,
  type Step,
  within,
} from "./place";
export { didYouMean } from "./meant";
export {
  inputError,
  type MistakeKind,
  PalisadeInputError,
  placedIn,
  type Problem,
  type Problems,
  problemText,
  throwProblems,
} from "./problem";
export { printable, quote } from "./quote";
export { messageOf } from "./thrown";
