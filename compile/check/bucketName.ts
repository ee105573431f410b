/** The remedy for every wrong name. */
export const BUCKET_NAME_RULES =
  "Write 3 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

/**
 * What is wrong with a bucket's name, if anything. Dots are legal but refused: they break TLS host names, and we admit
 * TLS only. Source: Amazon S3 user guide, "General purpose bucket naming rules".
 */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `has ${name.length} characters`;
  if (name.includes(".")) return "has a dot, which breaks TLS host names";
  if (!/^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name)) return "has characters that a bucket name can't have there";
  const prefix = ["xn--", "sthree-", "amzn-s3-demo-"].find((one) => name.startsWith(one));
  if (prefix !== undefined) return `begins with ${prefix}, which AWS keeps for itself`;
  const suffix = ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"].find((one) => name.endsWith(one));
  if (suffix !== undefined) return `ends with ${suffix}, which AWS keeps for itself`;
  return undefined;
}
