package main

import "sync"

// log is what has arrived at datagram servers, by the address and port that it came from: the last of it.
type log struct {
	lock  sync.Mutex
	known map[string]bool
	ring  [1 << 16]string
	next  int
}

// arrivals tell a datagram that was stopped on its way from one whose answer was.
var arrivals = log{known: map[string]bool{}}

func (l *log) add(from string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	delete(l.known, l.ring[l.next])
	l.ring[l.next] = from
	l.next = (l.next + 1) % len(l.ring)
	l.known[from] = true
}

func (l *log) has(from string) bool {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.known[from]
}
