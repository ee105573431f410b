module github.com/aws/aws-ebpf-sdk-go

go 1.24.0
