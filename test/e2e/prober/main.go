// Prober serves and probes ports inside many network namespaces from one process.
//
// A socket belongs to the namespace of the thread that makes it, so a thread enters a namespace, opens its socket and
// moves on: thousands of probes need no process each. It speaks JSON, one request and one answer a line:
//
//	{"id":1,"serve":{"namespace":"p1","name":"web-0","ports":[{"protocol":"tcp","port":80}]}}
//	{"id":2,"probes":[{"namespace":"p2","protocol":"udp","address":"10.42.0.1","port":53}],"timeoutMs":1000}
//
// Servers listen on IPv4, or on IPv6 where "ipv6" is true; a probe's address says which it is.
//
// A server answers with its name, so that a probe proves whom it reached. Never leaves the namespaces it is given: an
// empty name is refused, so the namespace that it was started in is never probed.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	workers = 128
	// Probes that wait for an answer at one time.
	outstanding = 2048
)

type port struct {
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
}

type request struct {
	ID    int `json:"id"`
	Serve *struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
		Ports     []port `json:"ports"`
		IPv6      bool   `json:"ipv6"`
	} `json:"serve"`
	Probes    []probe `json:"probes"`
	TimeoutMs int     `json:"timeoutMs"`
}

type answer struct {
	ID      int      `json:"id"`
	Error   string   `json:"error,omitempty"`
	Results []result `json:"results,omitempty"`
}

var (
	work    = make(chan func())
	waiting = make(chan struct{}, outstanding)
	output  sync.Mutex
)

// worker runs jobs on one thread for ever: a thread that has been in a namespace is never given back.
func worker() {
	runtime.LockOSThread()
	for job := range work {
		job()
	}
}

// enter moves the calling thread into a network namespace.
func enter(namespace string) error {
	if namespace == "" {
		return errors.New("no namespace given")
	}
	file, err := os.Open("/run/netns/" + namespace)
	if err != nil {
		return err
	}
	defer file.Close()
	return unix.Setns(int(file.Fd()), unix.CLONE_NEWNET)
}

// inNamespace runs a function on a worker thread inside a namespace and waits for it.
func inNamespace(namespace string, do func() error) error {
	done := make(chan error)
	work <- func() {
		err := enter(namespace)
		if err == nil {
			err = do()
		}
		done <- err
	}
	return <-done
}

func reply(a answer) {
	line, err := json.Marshal(a)
	if err != nil {
		line = []byte(fmt.Sprintf(`{"id":%d,"error":%q}`, a.ID, err.Error()))
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func handle(r request) {
	a := answer{ID: r.ID}
	switch {
	case r.Serve != nil:
		for _, p := range r.Serve.Ports {
			p := p
			err := inNamespace(r.Serve.Namespace, func() error { return serve(r.Serve.Name, p, r.Serve.IPv6) })
			if err != nil {
				a.Error = fmt.Sprintf("%s %s/%d: %v", r.Serve.Name, p.Protocol, p.Port, err)
				break
			}
		}
	default:
		timeout := time.Duration(r.TimeoutMs) * time.Millisecond
		a.Results = make([]result, len(r.Probes))
		var all sync.WaitGroup
		for i, p := range r.Probes {
			i, p := i, p
			all.Add(1)
			waiting <- struct{}{}
			work <- func() {
				socket, err := p.openIn()
				// The wait for an answer is nobody's thread: what a filter drops in silence costs its time, and no worker.
				go func() {
					defer func() { <-waiting; all.Done() }()
					if err != nil {
						a.Results[i] = verdict(err)
					} else {
						a.Results[i] = p.finish(socket, timeout)
					}
				}()
			}
		}
		all.Wait()
	}
	reply(a)
}

func main() {
	for i := 0; i < workers; i++ {
		go worker()
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 64<<20)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			reply(answer{Error: err.Error()})
			continue
		}
		go handle(r)
	}
}

func serve(name string, p port, ipv6 bool) error {
	address, family := fmt.Sprintf("0.0.0.0:%d", p.Port), "4"
	if ipv6 {
		address, family = fmt.Sprintf("[::]:%d", p.Port), "6"
	}
	switch p.Protocol {
	case "tcp":
		listener, err := net.Listen("tcp"+family, address)
		if err != nil {
			return err
		}
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					fmt.Fprintln(connection, name)
					io.Copy(io.Discard, connection)
					connection.Close()
				}()
			}
		}()
	case "udp":
		socket, err := net.ListenPacket("udp"+family, address)
		if err != nil {
			return err
		}
		go func() {
			buffer := make([]byte, 512)
			for {
				_, from, err := socket.ReadFrom(buffer)
				if errors.Is(err, net.ErrClosed) {
					return
				}
				if err == nil {
					arrivals.add(from.String())
					socket.WriteTo([]byte(name+"\n"), from)
				}
			}
		}()
	default:
		return fmt.Errorf("unknown protocol %q", p.Protocol)
	}
	return nil
}
