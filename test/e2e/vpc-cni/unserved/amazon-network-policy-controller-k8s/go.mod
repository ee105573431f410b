module github.com/aws/amazon-network-policy-controller-k8s

go 1.24.0
