// Tests: test/cli/observe/parquet.test.ts
import type { LineRead } from "./lines";
import { isVpcFieldRead, readVpc, vpcFields, type VpcFields, vpcNames } from "./vpc";

/** A value of a table's cell. AWS writes what isn't told as null or as "-". */
export type CellValue = string | number | bigint | null | undefined;

/** Reads the rows of a table of VPC flow logs, as Parquet files hold them: numbers are numbers, names have underscores. */
export class VpcRows {
  private constructor(
    /** The columns that are to be read, by the names that the table has for them; rows give their values in this order. */
    readonly columns: readonly string[],
    private readonly fields: VpcFields,
  ) {}

  /** A reader of a table with these columns; the fields that it lacks, where they tell no connection. */
  static of(names: readonly string[]): VpcRows | { readonly lacks: readonly string[] } {
    const columns = names.filter((column) => vpcNames(column).every(isVpcFieldRead));
    const fields = vpcFields(columns.flatMap(vpcNames));
    return "lacks" in fields ? fields : new VpcRows(columns, fields);
  }

  read(values: readonly CellValue[]): LineRead {
    return { format: "VPC flow log", reading: readVpc(this.fields, values.map(written)) };
  }
}

/** As the value is written in text. */
const written = (value: CellValue): string => (value === null || value === undefined ? "-" : String(value));
