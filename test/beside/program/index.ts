// The repository's own program on one application, and beside it the object that PALISADE_BESIDE names: none without it.
import * as pulumi from "@pulumi/pulumi";
import program from "../../../index";
import { besides } from "./besides";

const made = new Map<string, pulumi.Resource>();
pulumi.runtime.registerStackTransformation(({ type, name, resource }) => {
  made.set(`${type} ${name}`, resource);
  return undefined;
});

export = async () => {
  const outputs = await program();
  const way = process.env["PALISADE_BESIDE"] ?? "";
  if (way !== "") besides(way, made);
  return outputs;
};
