package main

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// handshake is the context key of a connection's sync.Once: its first request also pays for opening it.
type handshake struct{}

// request is one line of /requests. Sent is what the client sent as a body, Received what it got as one.
type request struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Range    string `json:"range,omitempty"`
	Status   int    `json:"status"`
	Sent     int64  `json:"sent"`
	Received int64  `json:"received"`
}

// stats counts requests when they begin and bytes when they pass, so it is right in the middle of a request.
type stats struct {
	Connections int64 `json:"connections"`
	Requests    int64 `json:"requests"`
	Sent        int64 `json:"sent"`
	Received    int64 `json:"received"`
}

type ledger struct {
	mu    sync.Mutex
	done  []request
	total *stats
}

func newLedger() *ledger { return &ledger{total: &stats{}} }

func (l *ledger) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done, l.total = nil, &stats{}
}

// current is what to add to; a request that began before a reset adds to the totals that were thrown away.
func (l *ledger) current() *stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

func (l *ledger) connection() { atomic.AddInt64(&l.current().Connections, 1) }

func (l *ledger) stats() stats {
	s := l.current()
	return stats{atomic.LoadInt64(&s.Connections), atomic.LoadInt64(&s.Requests), atomic.LoadInt64(&s.Sent), atomic.LoadInt64(&s.Received)}
}

func (l *ledger) requests() []request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]request(nil), l.done...)
}

func (l *ledger) finish(s *stats, r request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s == l.total {
		l.done = append(l.done, r)
	}
}

// recorded passes requests on to next, shaped, and writes them down.
func recorded(next http.Handler, l *ledger, s *shape) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		total := l.current()
		atomic.AddInt64(&total.Requests, 1)
		if once, ok := r.Context().Value(handshake{}).(*sync.Once); ok {
			once.Do(s.roundTrip)
		}
		s.roundTrip()
		line := request{Method: r.Method, Path: r.URL.Path, Range: r.Header.Get("Range")}
		in := &body{ReadCloser: r.Body, shape: s, sum: &total.Sent, own: &line.Sent}
		out := &answer{ResponseWriter: w, shape: s, sum: &total.Received, own: &line.Received, status: http.StatusOK}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = in
		}
		defer func() {
			line.Status = out.status
			l.finish(total, line)
		}()
		next.ServeHTTP(out, r)
	})
}

type body struct {
	io.ReadCloser
	shape    *shape
	sum, own *int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.shape.transfer(n)
	atomic.AddInt64(b.sum, int64(n))
	atomic.AddInt64(b.own, int64(n))
	return n, err
}

type answer struct {
	http.ResponseWriter
	shape    *shape
	sum, own *int64
	status   int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.shape.transfer(len(p))
	n, err := a.ResponseWriter.Write(p)
	atomic.AddInt64(a.sum, int64(n))
	atomic.AddInt64(a.own, int64(n))
	return n, err
}

func (a *answer) Flush() {
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}
