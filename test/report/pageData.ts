import { gunzipSync } from "node:zlib";

/** The text of a page's data block. */
export function blockOf(page: string, id: string): string {
  const [, data = ""] =
    new RegExp(`<script type="application/gzip" id="${id}">(.*?)</script>`).exec(page) ?? [];
  return gunzipSync(Buffer.from(data, "base64")).toString("utf8");
}
