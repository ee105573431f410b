import { aws } from "../aws";
import { UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const SERVICE = "endpoint-service-acceptance";
const ENDPOINT = "vpc-endpoint-policy-narrow";

const service = (props: object) => aws("ec2/vpcEndpointService:VpcEndpointService", "service", props);
const allowance = (principalArn: unknown) =>
  aws(
    "ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
    "allowed",
    { vpcEndpointServiceId: UNKNOWN, principalArn },
    { vpcEndpointServiceId: ["service"] },
  );
const OTHER = "arn:aws:iam::111122223333:root";
const services = casesOf(SERVICE, "Checkov's check that endpoint services ask for acceptance");
const listed = casesOf(SERVICE, "a partner whom the owner knows", { principals: [OTHER] });

const endpoint = (serviceName: unknown, policy?: unknown) =>
  aws(
    "ec2/vpcEndpoint:VpcEndpoint",
    "endpoint",
    { vpcId: "vpc-1", serviceName, ...(policy === undefined ? {} : { policy }) },
    {},
  );
const S3 = "com.amazonaws.eu-central-1.s3";
const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const everything = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
const ours = { ...everything, Condition: { StringEquals: { "aws:ResourceOrgID": "o-1" } } };
const oneBucket = { ...everything, Resource: ["arn:aws:s3:::documents", "arn:aws:s3:::documents/*"] };
const separate = (policy: unknown) =>
  aws(
    "ec2/vpcEndpointPolicy:VpcEndpointPolicy",
    "policy",
    { vpcEndpointId: UNKNOWN, policy },
    { vpcEndpointId: ["endpoint"] },
  );
const endpoints = casesOf(ENDPOINT, "AWS's data perimeter: trusted resources only");

/** Endpoint services and the policies of endpoints. */
export const ENDPOINT_CASES: readonly Case[] = [
  services(
    "service-for-everybody",
    "Every AWS account connects without being asked",
    [service({ acceptanceRequired: false, allowedPrincipals: ["*"] })],
    "service",
  ),
  services(
    "service-for-an-account",
    "An account that nobody listed connects without being asked",
    [service({ acceptanceRequired: false, allowedPrincipals: [OTHER] })],
    "service",
  ),
  services("service-asks", "Everybody may ask, and the owner says yes", [
    service({ acceptanceRequired: true, allowedPrincipals: ["*"] }),
  ]),
  services("service-of-its-own", "A service that allows nobody else", [
    service({ acceptanceRequired: false }),
  ]),
  services(
    "service-unknown",
    "The deployment tells whether a service asks",
    [service({ acceptanceRequired: UNKNOWN, allowedPrincipals: ["*"] })],
    "service?",
  ),
  services(
    "service-unknown-principal",
    "The deployment tells who is allowed",
    [service({ acceptanceRequired: false, allowedPrincipals: [UNKNOWN] })],
    "service?",
  ),
  services(
    "service-allowance",
    "A resource of its own allows everybody",
    [service({ acceptanceRequired: false }), allowance("*")],
    "allowed",
  ),
  services("service-allowance-asked", "The same, of a service that asks", [
    service({ acceptanceRequired: true }),
    allowance("*"),
  ]),
  services(
    "service-allowance-elsewhere",
    "Everybody is allowed to another stack's service",
    [
      aws("ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", "allowed", {
        vpcEndpointServiceId: "vpce-svc-1",
        principalArn: "*",
      }),
    ],
    "allowed?",
  ),
  listed("service-for-a-partner", "A listed partner connects without being asked", [
    service({ acceptanceRequired: false, allowedPrincipals: [OTHER] }),
  ]),

  endpoints(
    "endpoint-without-policy",
    "S3's endpoint without a policy leads to everybody's buckets",
    [endpoint(S3)],
    "endpoint",
  ),
  endpoints(
    "endpoint-dynamodb-without-policy",
    "DynamoDB's likewise",
    [endpoint("com.amazonaws.eu-central-1.dynamodb")],
    "endpoint",
  ),
  endpoints(
    "endpoint-allows-all",
    "A policy that allows everything is none",
    [endpoint(S3, document(everything))],
    "endpoint",
  ),
  endpoints("endpoint-organisation", "A policy that allows the organisation's resources", [
    endpoint(S3, document(ours)),
  ]),
  endpoints("endpoint-one-bucket", "A policy that names a bucket", [endpoint(S3, document(oneBucket))]),
  endpoints("endpoint-of-sts", "STS's endpoint holds nobody's data", [
    endpoint("com.amazonaws.eu-central-1.sts"),
  ]),
  endpoints(
    "endpoint-unknown-policy",
    "The deployment tells the policy",
    [endpoint(S3, UNKNOWN)],
    "endpoint?",
  ),
  endpoints("endpoint-unknown-service", "The deployment tells the service", [endpoint(UNKNOWN)], "endpoint?"),
  endpoints("endpoint-policy-beside", "A policy in a resource of its own names the bucket", [
    endpoint(S3),
    separate(document(oneBucket)),
  ]),
  endpoints(
    "endpoint-policy-beside-allows-all",
    "One that allows everything",
    [endpoint(S3), separate(document(everything))],
    "policy",
  ),
  endpoints(
    "endpoint-policy-beside-unknown",
    "One that the deployment tells",
    [endpoint(S3), separate(UNKNOWN)],
    "policy?",
  ),
];
