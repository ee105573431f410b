/**
 * Answers questions about a computed relation: filters, explains, compares, prints and saves it. In: an `Analysis`
 * (compute/). Out: answers as data, and as text in each format.
 */
export { joinClusters } from "./clusters";
export { type Diff, diff } from "./diff";
export { addressesIn, meaningOf, outsideMeant } from "./endFilter";
export { type Direction, evidenceFor, type Question } from "./evidence";
export { explain, type Explanation } from "./explain";
export { changeText } from "./explain/text";
export { type Filter, restrict } from "./filter";
export { csvFormat } from "./formats/csv";
export { diffJson, diffMarkdown, diffTxt, gainsAny, isUnknownAnywhere } from "./formats/diff";
export { dotFormat, mermaidFormat } from "./formats/graph";
export { jsonFormat } from "./formats/json";
export { linesOf, type Party, partyText } from "./formats/lines";
export { markdownFormat } from "./formats/markdown";
export { tableFormat } from "./formats/table";
export { txtFormat } from "./formats/txt";
export { isSaved, readSaved, SavedError } from "./saved";
export { endsBehindService, selectedBy } from "./services";
