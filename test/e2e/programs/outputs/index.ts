// A stack of another team's, as far as others see it: its outputs are what its config says.
import * as pulumi from "@pulumi/pulumi";

export = new pulumi.Config().requireObject("outputs");
