"use strict";
const { PolicyPack } = require("@pulumi/policy");

const isThing = ({ type }) => type === "test:index:Thing";

new PolicyPack("things", {
  policies: [
    {
      name: "label-a",
      description: "A thing is labelled a.",
      enforcementLevel: "mandatory",
      severity: "high",
      validateResource: (args, report) => {
        if (isThing(args) && args.props.label !== "a") report(`${args.name} isn't labelled a. Set label: a.`);
      },
    },
    {
      name: "whole",
      description: "Reads what may be unknown.",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (isThing(args) && args.props.whole === "bad") report("bad");
      },
    },
    {
      name: "properties",
      description: "Says what a resource has.",
      enforcementLevel: "advisory",
      validateResource: ({ name, props }, report) =>
        report(`${name}: ${Object.keys(props).sort().join(", ")}`),
    },
    {
      name: "sees",
      description: "Says what a stack has, of whom and from what.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, report) => {
        const names = (all) => [...new Set(all.map(({ name }) => name))].sort().join("+");
        const lines = resources.map(({ type, name, parent, provider, propertyDependencies }) =>
          [
            type,
            name,
            `in ${parent?.name ?? "nothing"}`,
            `by ${provider?.name ?? "nothing"}`,
            `from ${names(Object.values(propertyDependencies).flat())}`,
          ].join(" "),
        );
        report(lines.sort().join("\n"));
        for (const { type, urn } of resources) if (type === "test:index:Group") report("a group", urn);
      },
    },
  ],
});
