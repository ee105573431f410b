/**
 * Reads records of traffic: VPC flow logs, lines of Hubble, Goldmane, the EKS agent, conntrack and NFLOG. In: one line, or one row of a table, at a time. Out: for each what it
 * says for sure: who asked whom on which port and what became of it, that this can't be said of it and why, that something is
 * hidden, or that it can't be read. Nothing is kept between lines but a header, so that files of any size are read.
 * Tests: test/records/lines.test.ts.
 */
export {
  type Gap,
  type Outcome,
  OUTCOMES,
  type RecordReading,
  type RecordedConnection,
  type RecordedEnd,
  type RecordFormat,
  type Unclear,
} from "./record";
export { type LineRead, namedVpcFields, RecordLines } from "./lines";
export type { VpcFields } from "./vpc";
export { type CellValue, VpcRows } from "./vpcRows";
export { instantOf } from "./values";
