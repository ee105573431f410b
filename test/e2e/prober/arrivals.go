package main

import "sync"

// log is what has arrived at datagram servers, by the address and port that it came from.
type log struct{ known sync.Map }

// arrivals tell a datagram that was stopped on its way from one whose answer was.
var arrivals log

func (l *log) add(from string) { l.known.Store(from, true) }

func (l *log) has(from string) bool {
	_, found := l.known.Load(from)
	return found
}

// remove forgets what came from there: the address and port are used again.
func (l *log) remove(from string) { l.known.Delete(from) }
