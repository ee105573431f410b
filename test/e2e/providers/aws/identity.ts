import * as iam from "@aws-sdk/client-iam";
import { found, required, tagList, text, type Kind } from "./kind";

export const role: Kind = {
  replaces: ["name", "namePrefix", "path"],
  autonamed: "name",
  tagged: true,
  global: true,

  async create(aws, inputs) {
    const RoleName = required(inputs, "name");
    const { Role } = await aws.iam.send(
      new iam.CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: required(inputs, "assumeRolePolicy"),
        Description: text(inputs["description"]),
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id: RoleName, outputs: { ...inputs, arn: Role?.Arn, uniqueId: Role?.RoleId } };
  },

  async update(aws, { id, outputs }, inputs, olds) {
    const PolicyDocument = required(inputs, "assumeRolePolicy");
    await aws.iam.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument }));
    await aws.iam.send(new iam.UpdateRoleCommand({ RoleName: id, Description: text(inputs["description"]) }));
    const TagKeys = tagList(olds["tags"]).map(({ Key }) => Key);
    if (TagKeys.length > 0) await aws.iam.send(new iam.UntagRoleCommand({ RoleName: id, TagKeys }));
    const Tags = tagList(inputs["tags"]);
    if (Tags.length > 0) await aws.iam.send(new iam.TagRoleCommand({ RoleName: id, Tags }));
    return { ...outputs, ...inputs };
  },

  async read(aws, id, outputs) {
    const answer = await found(() => aws.iam.send(new iam.GetRoleCommand({ RoleName: id })));
    return answer?.Role === undefined ? undefined : { ...outputs, arn: answer.Role.Arn, name: id };
  },

  async remove(aws, { id }) {
    await found(() => aws.iam.send(new iam.DeleteRoleCommand({ RoleName: id })));
  },
};

/** Its id is "role:name". */
/** As AWS's provider takes a document: text, or a map. */
const documentText = (given: unknown): string => (typeof given === "string" ? given : JSON.stringify(given));

export const rolePolicy: Kind = {
  replaces: ["name", "role"],
  autonamed: "name",
  global: true,

  async create(aws, inputs) {
    const id = `${required(inputs, "role")}:${required(inputs, "name")}`;
    return { id, outputs: await this.update(aws, { id, outputs: {} }, inputs, {}) };
  },

  async update(aws, _state, inputs) {
    await aws.iam.send(
      new iam.PutRolePolicyCommand({
        RoleName: required(inputs, "role"),
        PolicyName: required(inputs, "name"),
        PolicyDocument: documentText(inputs["policy"]),
      }),
    );
    return inputs;
  },

  async read(aws, id, outputs) {
    const [RoleName, PolicyName] = id.split(":");
    const answer = await found(() => aws.iam.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName })));
    return answer === undefined ? undefined : outputs;
  },

  async remove(aws, { id }) {
    const [RoleName, PolicyName] = id.split(":");
    await found(() => aws.iam.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName })));
  },
};
