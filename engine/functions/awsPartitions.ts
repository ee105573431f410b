/** AWS's partitions and regions, by their codes, as the AWS SDK's endpoint data has them (its partitions.json). */
export interface Partition {
  readonly id: string;
  readonly dnsSuffix: string;
  /** Descriptions by region code. */
  readonly regions: Readonly<Record<string, string>>;
}

export const PARTITIONS: readonly Partition[] = [
  {
    id: "aws",
    dnsSuffix: "amazonaws.com",
    regions: {
      "af-south-1": "Africa (Cape Town)",
      "ap-east-1": "Asia Pacific (Hong Kong)",
      "ap-east-2": "Asia Pacific (Taipei)",
      "ap-northeast-1": "Asia Pacific (Tokyo)",
      "ap-northeast-2": "Asia Pacific (Seoul)",
      "ap-northeast-3": "Asia Pacific (Osaka)",
      "ap-south-1": "Asia Pacific (Mumbai)",
      "ap-south-2": "Asia Pacific (Hyderabad)",
      "ap-southeast-1": "Asia Pacific (Singapore)",
      "ap-southeast-2": "Asia Pacific (Sydney)",
      "ap-southeast-3": "Asia Pacific (Jakarta)",
      "ap-southeast-4": "Asia Pacific (Melbourne)",
      "ap-southeast-5": "Asia Pacific (Malaysia)",
      "ap-southeast-6": "Asia Pacific (New Zealand)",
      "ap-southeast-7": "Asia Pacific (Thailand)",
      "ca-central-1": "Canada (Central)",
      "ca-west-1": "Canada West (Calgary)",
      "eu-central-1": "Europe (Frankfurt)",
      "eu-central-2": "Europe (Zurich)",
      "eu-north-1": "Europe (Stockholm)",
      "eu-south-1": "Europe (Milan)",
      "eu-south-2": "Europe (Spain)",
      "eu-west-1": "Europe (Ireland)",
      "eu-west-2": "Europe (London)",
      "eu-west-3": "Europe (Paris)",
      "il-central-1": "Israel (Tel Aviv)",
      "me-central-1": "Middle East (UAE)",
      "me-south-1": "Middle East (Bahrain)",
      "me-west-1": "Middle East (Saudi Arabia)",
      "mx-central-1": "Mexico (Central)",
      "sa-east-1": "South America (Sao Paulo)",
      "sa-west-1": "South America (Chile)",
      "us-east-1": "US East (N. Virginia)",
      "us-east-2": "US East (Ohio)",
      "us-west-1": "US West (N. California)",
      "us-west-2": "US West (Oregon)",
    },
  },
  {
    id: "aws-cn",
    dnsSuffix: "amazonaws.com.cn",
    regions: {
      "cn-north-1": "China (Beijing)",
      "cn-northwest-1": "China (Ningxia)",
    },
  },
  {
    id: "aws-eusc",
    dnsSuffix: "amazonaws.eu",
    regions: {
      "eusc-de-east-1": "AWS European Sovereign Cloud (Germany)",
    },
  },
  {
    id: "aws-iso",
    dnsSuffix: "c2s.ic.gov",
    regions: {
      "us-iso-east-1": "US ISO East",
      "us-iso-west-1": "US ISO WEST",
    },
  },
  {
    id: "aws-iso-b",
    dnsSuffix: "sc2s.sgov.gov",
    regions: {
      "us-isob-east-1": "US ISOB East (Ohio)",
      "us-isob-west-1": "US ISOB West",
    },
  },
  {
    id: "aws-iso-e",
    dnsSuffix: "cloud.adc-e.uk",
    regions: {
      "eu-isoe-west-1": "EU ISOE West",
    },
  },
  {
    id: "aws-iso-f",
    dnsSuffix: "csp.hci.ic.gov",
    regions: {
      "us-isof-east-1": "US ISOF EAST",
      "us-isof-south-1": "US ISOF SOUTH",
    },
  },
  {
    id: "aws-us-gov",
    dnsSuffix: "amazonaws.com",
    regions: {
      "us-gov-east-1": "AWS GovCloud (US-East)",
      "us-gov-west-1": "AWS GovCloud (US-West)",
    },
  },
];
