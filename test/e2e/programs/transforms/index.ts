// Transforms of a component's children and of one resource: inputs and options both.
import * as pulumi from "@pulumi/pulumi";

class Thing extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, args, opts);
  }
}

const group = new pulumi.ComponentResource(
  "test:index:Group",
  "group",
  {},
  {
    transforms: [
      ({ custom, props, opts }) =>
        custom
          ? { props: { ...props, group: true }, opts: pulumi.mergeOptions(opts, { protect: true }) }
          : undefined,
    ],
  },
);
new Thing("child", { label: "a" }, { parent: group });
new Thing(
  "own",
  { label: "b" },
  { parent: group, transforms: [({ props, opts }) => ({ props: { ...props, own: true }, opts })] },
);
