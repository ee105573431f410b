// Tests: test/cli/restarts.test.ts
import type { OutputOf, SubnetsOf } from "../config";
import type { Answers } from "../engine";

/** What other stacks and AWS answer, as recorded: for commands that run no program. */
export function recorded(answers: Answers): { readonly outputOf: OutputOf; readonly subnetsOf: SubnetsOf } {
  return {
    outputOf: (stack, output) => {
      const outputs = answers.stackReference(stack)?.outputs as Readonly<Record<string, unknown>> | undefined;
      return Promise.resolve(outputs?.[output]);
    },
    subnetsOf: ({ name }, subnetGroup) => {
      const ask = (
        token: string,
        args: Readonly<Record<string, string>>,
      ): Readonly<Record<string, unknown>> => {
        const answer = answers.invoke(token, args, `${name}-aws`);
        if (answer !== undefined) return answer;
        throw new Error(`${token} (${Object.values(args).join()}) has no answer in ${answers.file}`);
      };
      const group = ask("aws:rds/getSubnetGroup:getSubnetGroup", { name: subnetGroup });
      const cidrs = (group["subnetIds"] as readonly string[]).flatMap((id) => {
        const { cidrBlock, ipv6CidrBlock } = ask("aws:ec2/getSubnet:getSubnet", { id });
        return [cidrBlock, ipv6CidrBlock] as readonly string[];
      });
      return Promise.resolve([...new Set(cidrs.filter((cidr) => cidr !== ""))].sort());
    },
  };
}
