// Command link is a reverse proxy before a registry: it counts and records every request and, when told to, delays and
// slows down like a distant network.
//
//	link -registry http://HOST:PORT [-rtt MS] [-mbit N]
//
// It listens on two free loopback ports and prints one JSON object that names them: {"link":...,"control":...}.
// The control port answers
//
//	/reset                forget everything counted so far
//	/stats                what was counted, as one JSON object
//	/requests             every finished request, one JSON object a line
//	/shape?rtt=MS&mbit=N  change the network; 0 = do not shape
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"sync"
)

func main() {
	log.SetFlags(0)
	registry := flag.String("registry", "", "where requests go")
	rtt := flag.Float64("rtt", 0, "round trip time, milliseconds")
	mbit := flag.Float64("mbit", 0, "bandwidth shared by all connections, Mbit/s")
	flag.Parse()
	target, err := url.Parse(*registry)
	if err != nil || target.Host == "" {
		log.Fatalf("-registry %q is not an address", *registry)
	}

	ledger, shape := newLedger(), &shape{}
	shape.set(*rtt, *mbit)
	link, control := listen(), listen()
	json.NewEncoder(os.Stdout).Encode(map[string]string{"link": link.Addr().String(), "control": control.Addr().String()})
	go func() { log.Fatal(http.Serve(control, controls(ledger, shape))) }()

	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	proxy.ErrorLog = log.New(os.Stderr, "", 0)
	server := &http.Server{
		Handler: recorded(proxy, ledger, shape),
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			ledger.connection()
			return context.WithValue(ctx, handshake{}, new(sync.Once))
		},
	}
	log.Fatal(server.Serve(link))
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return l
}

func controls(ledger *ledger, shape *shape) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/reset", func(http.ResponseWriter, *http.Request) { ledger.reset() })
	mux.HandleFunc("/stats", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(ledger.stats()) })
	mux.HandleFunc("/requests", func(w http.ResponseWriter, _ *http.Request) {
		for _, r := range ledger.requests() {
			json.NewEncoder(w).Encode(r)
		}
	})
	mux.HandleFunc("/shape", func(w http.ResponseWriter, r *http.Request) {
		rtt, err1 := strconv.ParseFloat(r.FormValue("rtt"), 64)
		mbit, err2 := strconv.ParseFloat(r.FormValue("mbit"), 64)
		if err1 != nil || err2 != nil || rtt < 0 || mbit < 0 {
			http.Error(w, "rtt and mbit are numbers, 0 or more", http.StatusBadRequest)
			return
		}
		shape.set(rtt, mbit)
	})
	return mux
}
