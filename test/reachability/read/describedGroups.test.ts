import { strict as assert } from "node:assert";
import { AddressSet } from "../../../net/addressSet";
import { readDescribed } from "../../../reachability/read/describedGroups";

const described = (value: object) => readDescribed([{ file: "aws.json", value }]);
const group = (GroupId: string, GroupName: string, pairs: readonly object[] = []) => ({
  GroupId,
  GroupName,
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: pairs }],
});
const peersOf = (...groups: readonly object[]) =>
  described({ SecurityGroups: groups }).groups[0]?.ingress[0]?.peers;

describe("saved AWS answers: groups by name, clusters by their instances", () => {
  it("a pair that has only a name is the group of that name", () => {
    const db = group("sg-1", "db", [{ GroupName: "web" }]);
    assert.deepEqual(peersOf(db, group("sg-2", "web")), [{ kind: "group", id: "sg-2" }]);
  });

  it("a name that no group, or more than one, has may be anybody", () => {
    const db = group("sg-1", "db", [{ GroupName: "web" }]);
    assert.deepEqual(peersOf(db), [{ kind: "unknown" }]);
    assert.deepEqual(peersOf(db, group("sg-2", "web"), group("sg-3", "web")), [{ kind: "unknown" }]);
  });

  it("a cluster is in the subnets of its instances", () => {
    const { guarded } = described({
      DBInstances: [
        {
          DBInstanceIdentifier: "i",
          DBClusterIdentifier: "c",
          DBSubnetGroup: { Subnets: [{ SubnetIdentifier: "subnet-1" }] },
        },
      ],
      DBClusters: [{ DBClusterIdentifier: "c", DBSubnetGroup: "default" }],
      Subnets: [{ SubnetId: "subnet-1", CidrBlock: "10.0.1.0/24" }],
    });
    assert.deepEqual(
      guarded.map(({ name, addresses }) => [name, addresses?.covers(AddressSet.of("10.0.1.0/24"))]),
      [
        ["i", true],
        ["c", true],
      ],
    );
  });
});
