/**
 * What one relation has that another hasn't, and a relation that was saved. In: two relations, or what `reach --json` printed. Out:
 * gains and losses, and their texts. A face of its own: who prints a relation needn't load it.
 */
export { type Diff, diff } from "./diff";
export { diffJson, diffMarkdown, diffTxt, gainsAny, isUnknownAnywhere } from "./formats";
export { isSaved, readSaved, savedFamilies } from "./saved";
