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

	"golang.org/x/sys/unix"
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

// openIn opens it on the calling thread, which enters the probe's namespace.
func (p probe) openIn() (*os.File, error) {
	if err := enter(p.Namespace); err != nil {
		return nil, err
	}
	return p.open()
}

// open makes the socket and starts to connect, on a thread that is in the probe's namespace; nothing waits here.
func (p probe) open() (*os.File, error) {
	address := net.ParseIP(p.Address)
	if address == nil {
		return nil, fmt.Errorf("%q is not an address", p.Address)
	}
	family := unix.AF_INET
	if address.To4() == nil {
		family = unix.AF_INET6
	}
	var kind int
	switch p.Protocol {
	case "tcp":
		kind = unix.SOCK_STREAM
	case "udp":
		kind = unix.SOCK_DGRAM
	default:
		return nil, fmt.Errorf("unknown protocol %q", p.Protocol)
	}
	socket, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if kind == unix.SOCK_STREAM {
		// A reset instead of a close: the tracker forgets it at once.
		unix.SetsockoptLinger(socket, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	} else if err := bindSource(socket, family, p.Namespace); err != nil {
		unix.Close(socket)
		return nil, err
	}
	err = unix.Connect(socket, socketAddress(family, address, p.Port))
	if err != nil && !errors.Is(err, unix.EINPROGRESS) {
		unix.Close(socket)
		return nil, err
	}
	return os.NewFile(uintptr(socket), p.Protocol), nil
}

// socketAddress is an address and port as the kernel takes them; a nil address is any of the socket's namespace.
func socketAddress(family int, address net.IP, port int) unix.Sockaddr {
	if family == unix.AF_INET6 {
		made := &unix.SockaddrInet6{Port: port}
		copy(made.Addr[:], address.To16())
		return made
	}
	made := &unix.SockaddrInet4{Port: port}
	copy(made.Addr[:], address.To4())
	return made
}

// bindSource gives a datagram socket a source port of its own.
func bindSource(socket, family int, namespace string) error {
	var err error
	for attempt := 0; attempt < 100; attempt++ {
		err = unix.Bind(socket, socketAddress(family, nil, source(namespace)))
		if !errors.Is(err, unix.EADDRINUSE) {
			break
		}
	}
	return err
}

// finish waits for the server's name, and closes.
func (p probe) finish(socket *os.File, timeout time.Duration) result {
	defer socket.Close()
	from := localAddress(socket)
	socket.SetDeadline(time.Now().Add(timeout))
	if p.Protocol == "udp" {
		arrivals.remove(from)
		defer arrivals.remove(from)
		if _, err := socket.Write([]byte("?\n")); err != nil {
			return verdict(pending(socket, err))
		}
	}
	line, err := bufio.NewReader(socket).ReadString('\n')
	if err == nil {
		return result{Verdict: "connected", Detail: strings.TrimSpace(line)}
	}
	if p.Protocol == "tcp" && isConnected(socket) {
		return result{Verdict: "failed", Detail: "connected, but the server gave no name: " + verdict(err).Verdict}
	}
	told := verdict(pending(socket, err))
	if told.Verdict == "silent" && p.Protocol == "udp" && arrivals.has(from) {
		return result{Verdict: "failed", Detail: "it arrived, but no answer came back in time"}
	}
	return told
}

// localAddress is a socket's own address and port, as its peer sees them.
func localAddress(socket *os.File) string {
	address := ""
	control(socket, func(fd int) {
		if name, err := unix.Getsockname(fd); err == nil {
			switch inet := name.(type) {
			case *unix.SockaddrInet4:
				address = net.JoinHostPort(net.IP(inet.Addr[:]).String(), strconv.Itoa(inet.Port))
			case *unix.SockaddrInet6:
				address = net.JoinHostPort(net.IP(inet.Addr[:]).String(), strconv.Itoa(inet.Port))
			}
		}
	})
	return address
}

// pending is the error that the kernel keeps for a socket, or else the one that is given: where a refusal arrives as an ICMP
// message, Go's poller tells the error's presence only ("not pollable").
func pending(socket *os.File, err error) error {
	kept := 0
	control(socket, func(fd int) {
		if number, failed := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR); failed == nil {
			kept = number
		}
	})
	if kept != 0 {
		return syscall.Errno(kept)
	}
	return err
}

func isConnected(socket *os.File) bool {
	connected := false
	control(socket, func(fd int) {
		_, err := unix.Getpeername(fd)
		connected = err == nil
	})
	return connected
}

func control(socket *os.File, do func(fd int)) {
	if raw, err := socket.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { do(int(fd)) })
	}
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
