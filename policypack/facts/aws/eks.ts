import { Cursor, type Field, known, literal } from "../../values";
import { describe } from "../subject";
import { groupsAt } from "./places";
import { type AwsSubject, property, type ResourceReference, texts } from "./subject";

/** Where an EKS cluster's API is reached. */
export interface ClusterEndpointFact {
  readonly kind: "ClusterEndpoint";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Whether it has an address on the internet: on unless written. */
  readonly isPublic: Field<boolean>;
  /** Who may connect there; undefined where the program leaves it to AWS, which lets everybody. */
  readonly cidrs: Field<readonly Field<string>[]> | undefined;
}

/** Reads an `aws.eks.Cluster`. */
export function readClusterEndpoint(subject: AwsSubject): ClusterEndpointFact {
  const config = property(subject, "vpcConfig");
  const isPublic = config.at("endpointPublicAccess").boolean();
  const cidrs = config.at("publicAccessCidrs");
  return {
    kind: "ClusterEndpoint",
    subject,
    title: describe("EKS cluster", [property(subject, "name").text()], subject),
    isPublic: isPublic.known ? known(isPublic.value ?? true) : isPublic,
    cidrs: cidrs.isAbsent() ? undefined : texts(cidrs),
  };
}

/** Who may log in to the nodes of an EKS node group. */
export interface NodeAccessFact {
  readonly kind: "NodeAccess";
  readonly subject: AwsSubject;
  readonly title: string;
  /** The key pair's name; undefined where nobody logs in. */
  readonly key: Field<string | undefined>;
  /** The groups that may connect; undefined where none is written, so that everybody may. */
  readonly groups: Field<readonly ResourceReference[]> | undefined;
}

/** Reads an `aws.eks.NodeGroup`. */
export function readNodeAccess(subject: AwsSubject): NodeAccessFact {
  return {
    kind: "NodeAccess",
    subject,
    title: describe("EKS node group", [property(subject, "nodeGroupName").text()], subject),
    key: property(subject, "remoteAccess").at("ec2SshKey").text(),
    groups: groupsAt(subject, "remoteAccess.sourceSecurityGroupIds"),
  };
}

/** An add-on of an EKS cluster. */
export interface AddonFact {
  readonly kind: "Addon";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly name: Field<string | undefined>;
  /** `enableNetworkPolicy` in its configuration, as a text: `true`. */
  readonly networkPolicy: Field<string | undefined>;
}

/** Reads an `aws.eks.Addon`. */
export function readAddon(subject: AwsSubject): AddonFact {
  const name = property(subject, "addonName").text();
  return {
    kind: "Addon",
    subject,
    title: describe("EKS add-on", [name], subject),
    name,
    networkPolicy: configured(property(subject, "configurationValues"), "enableNetworkPolicy"),
  };
}

/** A value of a configuration in JSON text. */
function configured(place: Cursor, key: string): Field<string | undefined> {
  const text = place.text();
  if (!text.known || text.value === undefined) return text;
  try {
    return Cursor.root(literal(JSON.parse(text.value)), place.path)
      .at(key)
      .written();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { known: false, path: place.path, because: "not JSON, as AWS requires" };
  }
}
