package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type probe struct {
	Namespace string `json:"namespace"`
	Protocol  string `json:"protocol"`
	Address   string `json:"address"`
	Port      int    `json:"port"`
}

// result: connected (Detail is the server's name), refused, silent (no answer in time), unreachable, or failed (the
// probe itself did not work: it says nothing about the connection).
type result struct {
	Verdict string `json:"verdict"`
	Detail  string `json:"detail,omitempty"`
}

const (
	firstSource = 20000
	lastSource  = 60000
)

var (
	sourceLock sync.Mutex
	// The last source port used in each namespace.
	sources = map[string]int{}
)

// source gives each datagram probe a source port of its own: the connection tracker remembers a port pair for half a
// minute and lets its packets pass whatever the policies have become.
func source(namespace string) int {
	sourceLock.Lock()
	defer sourceLock.Unlock()
	next := sources[namespace] + 1
	if next < firstSource || next > lastSource {
		next = firstSource
	}
	sources[namespace] = next
	return next
}

func (p probe) run(timeout time.Duration) result {
	address := net.ParseIP(p.Address)
	if address == nil {
		return result{Verdict: "failed", Detail: fmt.Sprintf("%q is not an address", p.Address)}
	}
	switch p.Protocol {
	case "tcp":
		return p.tcp(timeout)
	case "udp":
		return p.udp(address, timeout)
	default:
		return result{Verdict: "failed", Detail: fmt.Sprintf("unknown protocol %q", p.Protocol)}
	}
}

func (p probe) tcp(timeout time.Duration) result {
	dialer := net.Dialer{Timeout: timeout}
	connection, err := dialer.Dial("tcp4", net.JoinHostPort(p.Address, strconv.Itoa(p.Port)))
	if err != nil {
		return verdict(err)
	}
	// A reset instead of a close: the tracker forgets it at once.
	connection.(*net.TCPConn).SetLinger(0)
	heard := hear(connection, timeout)
	if heard.Verdict != "connected" {
		return result{Verdict: "failed", Detail: "connected, but the server gave no name: " + heard.Verdict}
	}
	return heard
}

func (p probe) udp(address net.IP, timeout time.Duration) result {
	var connection *net.UDPConn
	var err error
	for attempt := 0; attempt < 100; attempt++ {
		local := &net.UDPAddr{Port: source(p.Namespace)}
		connection, err = net.DialUDP("udp4", local, &net.UDPAddr{IP: address, Port: p.Port})
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if err != nil {
		return verdict(err)
	}
	if _, err := connection.Write([]byte("?\n")); err != nil {
		connection.Close()
		return verdict(err)
	}
	return hear(connection, timeout)
}

// hear reads the server's name and closes.
func hear(connection net.Conn, timeout time.Duration) result {
	defer connection.Close()
	connection.SetReadDeadline(time.Now().Add(timeout))
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return verdict(err)
	}
	return result{Verdict: "connected", Detail: strings.TrimSpace(line)}
}

func verdict(err error) result {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return result{Verdict: "refused"}
	case errors.Is(err, syscall.EPERM):
		// What the kernel says of a packet that a filter of this very namespace has stopped on its way out.
		return result{Verdict: "refused", Detail: err.Error()}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return result{Verdict: "silent"}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return result{Verdict: "unreachable", Detail: err.Error()}
	}
	var timedOut net.Error
	if errors.As(err, &timedOut) && timedOut.Timeout() {
		return result{Verdict: "silent"}
	}
	return result{Verdict: "failed", Detail: err.Error()}
}
