// Tests: test/components/stacks.test.ts
import { Provider } from "@pulumi/aws/provider";
import { optionsUnder, type Under } from "../under";

/** Whose cluster, account and region a provider is for. */
export interface AwsPlace {
  /** The cluster's name. */
  readonly name: string;
  readonly region: string;
  /** The provider refuses any other. */
  readonly account: string;
}

/** One AWS provider a cluster, whoever asks first: a look-up, or what is registered. */
export class AwsProviders {
  private readonly known = new Map<string, Provider>();

  constructor(private readonly under: Under) {}

  of({ name, region, account }: AwsPlace): Provider {
    const key = `${name}-aws`;
    const provider =
      this.known.get(key) ??
      new Provider(
        key,
        {
          region: region as NonNullable<ConstructorParameters<typeof Provider>[1]>["region"],
          allowedAccountIds: [account],
        },
        optionsUnder(this.under),
      );
    this.known.set(key, provider);
    return provider;
  }
}
