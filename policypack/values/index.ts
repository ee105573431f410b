/**
 * Reads properties that may be unknown without ever throwing or taking an unknown for an absent one. In: a resource's
 * properties as the engine hands them over. Out: fields that are known or not.
 * Tests: test/policypack/values/reveal.test.ts.
 */
export {
  Cursor,
  type Field,
  known,
  knownTexts,
  mapField,
  UNKNOWN_TEXT,
  type Unread,
  unreadOf,
} from "./field";
export { plain } from "./plain";
export {
  ABSENT,
  isPlainMap,
  literal,
  mapValue,
  MAX_DEPTH,
  reveal,
  stored,
  textValue,
  UNKNOWN_VALUE,
  type RevealedValue,
} from "./reveal";
