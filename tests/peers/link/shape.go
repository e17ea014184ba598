package main

import (
	"sync"
	"time"
)

// shape is the network the link pretends to be. It knows no TCP slow start, which flatters many small requests.
type shape struct {
	mu   sync.Mutex
	rtt  time.Duration
	byte time.Duration // time one byte occupies the line; 0 = no limit
	free time.Time     // when the line is free again
}

func (s *shape) set(rttMilliseconds, mbit float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rtt, s.byte = time.Duration(rttMilliseconds*float64(time.Millisecond)), 0
	if mbit > 0 {
		s.byte = time.Duration(8e3 / mbit)
	}
}

func (s *shape) roundTrip() {
	s.mu.Lock()
	rtt := s.rtt
	s.mu.Unlock()
	time.Sleep(rtt)
}

// transfer takes as long as n bytes need on a line that all connections share.
func (s *shape) transfer(n int) {
	s.mu.Lock()
	if now := time.Now(); s.free.Before(now) {
		s.free = now
	}
	s.free = s.free.Add(time.Duration(n) * s.byte)
	wait := time.Until(s.free)
	s.mu.Unlock()
	time.Sleep(wait)
}
