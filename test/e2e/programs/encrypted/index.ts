// A stack with encrypted config: as it is, inside a structure, and joined into another text.
import * as pulumi from "@pulumi/pulumi";

class Thing extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, args, opts);
  }
}

const config = new pulumi.Config();
const password = config.requireSecret("password");
new Thing("plain", { size: config.requireNumber("size") });
new Thing("secret", { password });
new Thing("structure", { login: { user: "shop", password } });
new Thing("joined", { url: pulumi.interpolate`https://shop:${password}@db` });
