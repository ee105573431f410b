import { describe } from "../subject";
import { type AwsSubject, property } from "./subject";
import type { Field } from "../../values";

/** A bucket's website: its objects at an address that speaks HTTP without TLS. */
export interface WebsiteFact {
  readonly kind: "Website";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Whether it only sends visitors elsewhere. */
  readonly redirectsOnly: Field<boolean>;
  readonly path: string;
}

/** Reads an `aws.s3.BucketWebsiteConfiguration`. */
export function readWebsite(subject: AwsSubject): WebsiteFact {
  return {
    kind: "Website",
    subject,
    title: describe("BucketWebsiteConfiguration", [], subject),
    redirectsOnly: property(subject, "redirectAllRequestsTo").isWritten(),
    path: "indexDocument",
  };
}

/** Reads what an `aws.s3.Bucket` says of its website; none where it says nothing. */
export function readInlineWebsite(subject: AwsSubject): WebsiteFact[] {
  const website = property(subject, "website");
  if (website.isAbsent()) return [];
  return [
    {
      kind: "Website",
      subject,
      title: describe("Bucket", [property(subject, "bucket").text()], subject),
      redirectsOnly: website.at("redirectAllRequestsTo").isWritten(),
      path: "website",
    },
  ];
}
