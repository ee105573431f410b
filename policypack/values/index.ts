/**
 * Reads properties that may be unknown without ever throwing or taking an unknown for an absent one. In: a resource's
 * properties as the engine hands them over. Out: fields that are known or not.
 */
export { Cursor, type Field, known, mapField, UNKNOWN_TEXT, type Unread, unreadOf } from "./field";
export { plain } from "./plain";
export {
  ABSENT,
  isPlainMap,
  mapValue,
  MAX_DEPTH,
  reveal,
  textValue,
  UNKNOWN_VALUE,
  type Value,
} from "./reveal";
