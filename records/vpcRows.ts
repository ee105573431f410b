// Tests: test/cli/observe/parquet.test.ts
import { bad } from "./record";
import type { LineRead } from "./lines";
import { fieldNamesRead, readVpc, vpcFields, vpcNames } from "./vpc";

/** A value of a table's cell. AWS writes what isn't told as null or as "-". */
export type CellValue = string | number | bigint | null | undefined;

/** Reads the rows of a table of VPC flow logs, as Parquet files hold them: numbers are numbers, names have underscores. */
export class VpcRows {
  /** The columns that are to be read, by the names that the table has for them; rows give their values in this order. */
  readonly columns: readonly string[];
  private readonly fields: ReturnType<typeof vpcFields>;

  /** @param columns all names of the table. */
  constructor(columns: readonly string[]) {
    this.columns = columns.filter((column) => vpcNames(column).every((name) => fieldNamesRead.has(name)));
    this.fields = vpcFields(this.columns.flatMap(vpcNames));
  }

  /** The fields without which no connection is told, and which the table doesn't have. */
  get lacks(): readonly string[] {
    return "lacks" in this.fields ? this.fields.lacks : [];
  }

  read(values: readonly CellValue[]): LineRead {
    const { fields } = this;
    const reading =
      "lacks" in fields ? bad(`lacks ${fields.lacks.join(", ")}`) : readVpc(fields, values.map(written));
    return { format: "VPC flow log", reading };
  }
}

/** As the value is written in text. */
const written = (value: CellValue): string => (value === null || value === undefined ? "-" : String(value));
