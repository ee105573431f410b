import { type Field, known } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, reference, type ResourceReference, texts } from "./subject";

/** A service that others reach by endpoints of their own. */
export interface EndpointServiceFact {
  readonly kind: "EndpointService";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Whether its owner accepts each connection by hand. */
  readonly asksAcceptance: Field<boolean>;
  /** ARNs of those who may connect; `*` is everybody. */
  readonly principals: Field<readonly Field<string>[]>;
}

/** Somebody who may connect to a service, as a resource of its own. */
export interface EndpointServicePrincipalFact {
  readonly kind: "EndpointServicePrincipal";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly service: ResourceReference | undefined;
  readonly principal: Field<string>;
}

/** Reads an `aws.ec2.VpcEndpointService`. */
export function readEndpointService(subject: AwsSubject): EndpointServiceFact {
  const asks = property(subject, "acceptanceRequired").boolean();
  return {
    kind: "EndpointService",
    subject,
    title: describe("VpcEndpointService", [], subject),
    asksAcceptance: asks.known ? known(asks.value ?? false) : asks,
    principals: texts(property(subject, "allowedPrincipals")),
  };
}

/** Reads an `aws.ec2.VpcEndpointServiceAllowedPrinciple`. */
export function readEndpointServicePrincipal(subject: AwsSubject): EndpointServicePrincipalFact {
  const principal = property(subject, "principalArn").text();
  return {
    kind: "EndpointServicePrincipal",
    subject,
    title: describe("VpcEndpointServiceAllowedPrinciple", [], subject),
    service: reference(subject, "vpcEndpointServiceId"),
    principal: principal.known ? known(principal.value ?? "") : principal,
  };
}
