module palisade.test/security-group-policy

go 1.24

require github.com/aws/amazon-vpc-resource-controller-k8s v1.8.2
