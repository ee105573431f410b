/**
 * The embedded preview: runs a Pulumi Node.js program as the language host would in a dry run, against an engine in this
 * process, and judges what it registers by policy packs over their real protocol. No CLI, cloud, cluster or network.
 */
export { messageOf, PreviewError, type PreviewErrorKind } from "./errors";
export { preview } from "./preview";
export type { Preview, PreviewOptions } from "./session";
export type { LogEntry } from "./monitor/server";
export type { Resource } from "./monitor/resources";
export type { Finding, Level, Remediation } from "./pack/findings";
export { readPackSource, type PackSource } from "./pack/process";
export { readProject, stackFileOf, stacksOf, type Project } from "./project/project";
export { forDisplay, type Value, type ValueMap } from "./values";
