import { strict as assert } from "node:assert";
import { policyDocument } from "../../../engine/functions/policyDocument";
import type { ValueMap } from "../../../engine/values";

const made = (args: ValueMap): unknown => JSON.parse(policyDocument(args)["json"] as string);
const statementOf = (statement: ValueMap): unknown =>
  (made({ statements: [statement] }) as { Statement: unknown[] }).Statement[0];

describe("aws.iam.getPolicyDocument, answered as the provider does", () => {
  it("writes the provider's very text: fields in its order, lists backwards, single values as text", () => {
    const { json, minifiedJson, version, id } = policyDocument({
      policyId: "shop",
      statements: [
        {
          sid: "Read",
          actions: ["s3:GetObject", "s3:ListBucket"],
          resources: ["arn:aws:s3:::shop/*"],
          principals: [{ type: "AWS", identifiers: ["arn:aws:iam::1:root", "arn:aws:iam::2:root"] }],
          conditions: [{ test: "StringEquals", variable: "aws:SourceVpc", values: ["vpc-1"] }],
        },
      ],
    });
    assert.equal(
      json,
      `{
  "Version": "2012-10-17",
  "Id": "shop",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": [
        "s3:ListBucket",
        "s3:GetObject"
      ],
      "Resource": "arn:aws:s3:::shop/*",
      "Principal": {
        "AWS": [
          "arn:aws:iam::2:root",
          "arn:aws:iam::1:root"
        ]
      },
      "Condition": {
        "StringEquals": {
          "aws:SourceVpc": "vpc-1"
        }
      }
    }
  ]
}`,
    );
    assert.equal(minifiedJson, JSON.stringify(JSON.parse(json)));
    assert.equal(version, "2012-10-17");
    assert.match(id as string, /^\d+$/);
  });

  it('makes "*" of principals * of type * alone, and keeps { AWS: "*" }', () => {
    assert.deepEqual(statementOf({ principals: [{ type: "*", identifiers: ["*"] }] }), {
      Effect: "Allow",
      Principal: "*",
    });
    assert.deepEqual(statementOf({ notPrincipals: [{ type: "AWS", identifiers: ["*"] }], effect: "Deny" }), {
      Effect: "Deny",
      NotPrincipal: { AWS: "*" },
    });
  });

  it("gathers principals of one type and values of one variable, and sorts their names", () => {
    const statement = {
      principals: [
        { type: "Service", identifiers: ["ec2.amazonaws.com"] },
        { type: "AWS", identifiers: ["a"] },
        { type: "AWS", identifiers: ["b", "c"] },
      ],
      conditions: [
        { test: "StringLike", variable: "s3:prefix", values: ["b", "a"] },
        { test: "StringLike", variable: "s3:prefix", values: ["c"] },
        { test: "Bool", variable: "aws:SecureTransport", values: ["true"] },
      ],
    };
    assert.deepEqual(statementOf(statement), {
      Effect: "Allow",
      Principal: { AWS: ["a", "c", "b"], Service: "ec2.amazonaws.com" },
      Condition: {
        Bool: { "aws:SecureTransport": "true" },
        StringLike: { "s3:prefix": ["b", "a", "c"] },
      },
    });
  });

  it("writes ${ for &{, and what HTML would read as Go escapes it", () => {
    const { json } = policyDocument({ statements: [{ resources: ["arn:aws:s3:::b/&{aws:username}/<&>"] }] });
    assert.match(json as string, /"arn:aws:s3:::b\/\$\{aws:username\}\/\\u003c\\u0026\\u003e"/);
  });

  it("starts from source documents, replaces statements by Sid where they stand, and lets overriding documents win", () => {
    const source = (...statements: object[]) =>
      JSON.stringify({ Version: "2008-10-17", Statement: statements });
    assert.deepEqual(
      made({
        sourcePolicyDocuments: [
          source(
            { Sid: "A", Effect: "Allow", Action: "s3:*", Resource: ["b", "a"] },
            { Effect: "Deny", NotAction: "x" },
          ),
          source({
            Sid: "B",
            Effect: "Allow",
            Principal: "*",
            Condition: { Bool: { "aws:SecureTransport": false } },
          }),
        ],
        statements: [{ sid: "B", actions: ["ec2:*"] }, { actions: ["sts:*"] }],
        overridePolicyDocuments: [
          JSON.stringify({
            Id: "over",
            statement: [{ Sid: "A", Effect: "Deny", Principal: { AWS: ["a", "b"] } }],
          }),
        ],
      }),
      {
        Version: "2012-10-17",
        Id: "over",
        Statement: [
          { Sid: "A", Effect: "Deny", Principal: { AWS: ["b", "a"] } },
          { Effect: "Deny", NotAction: "x" },
          { Sid: "B", Effect: "Allow", Action: "ec2:*" },
          { Effect: "Allow", Action: "sts:*" },
        ],
      },
    );
  });

  it("keeps of source documents what they say: lists in their order, a principal that is anyone, truth values as text", () => {
    const json = JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Action: ["a", "b"],
          Principal: "*",
          Condition: { Bool: { x: true }, Numeric: { y: 1 } },
        },
      ],
    });
    assert.deepEqual(made({ sourcePolicyDocuments: [json] }), {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["a", "b"], Principal: "*", Condition: { Bool: { x: "true" } } },
      ],
    });
  });

  it("is a document without statements where none is given", () => {
    assert.deepEqual(made({}), { Version: "2012-10-17" });
  });

  const refused: readonly [string, ValueMap, RegExp][] = [
    [
      "a Sid that stands twice",
      { statements: [{ sid: "A" }, { sid: "A" }] },
      /^Error: duplicate Sid \(A\)\. Remove the Sid/,
    ],
    [
      "a Sid that two source documents have",
      { sourcePolicyDocuments: Array<string>(2).fill('{"Statement":[{"Sid":"A"}]}') },
      /merging source document 1: duplicate Sid \(A\) in source_policy_documents \(statement 0\)/,
    ],
    [
      "a source document with one statement that isn't in a list",
      { sourcePolicyDocuments: ['{"Statement":{"Effect":"Allow"}}'] },
      /merging source document 0: Statement isn't a list/,
    ],
    ["a document that isn't JSON", { overridePolicyDocuments: ["{"] }, /merging override document 0: /],
    [
      "a variable in the old version",
      { version: "2008-10-17", statements: [{ resources: ["&{aws:username}"] }] },
      /not supported in document version 2008-10-17/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => policyDocument(args), message));
  }
});
