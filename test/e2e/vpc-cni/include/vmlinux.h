// What the agent's programs need of the kernel's types, from the kernel's headers for user space. Its own build dumps all types of
// the kernel that it runs on; these are the same on every kernel.
#pragma once
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#define BPF_OK 0
#define BPF_DROP 2

typedef _Bool bool;

struct sctphdr {
	__be16 source;
	__be16 dest;
	__be32 vtag;
	__le32 checksum;
};
