// Go's net/http, as people run it: a server whose nodes each have a manner, and a client that says what it would log.
//
//	lab-go server CERTIFICATE KEY MANNER@ADDRESS:PORT...
//	lab-go client AUTHORITY URL ADDRESS:PORT SECONDS whole|phases
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Longer than any client of a scenario waits.
const forEver = time.Hour

// How late what is late comes.
const late = 3 * time.Second

// How many requests a connection has brought.
type requests struct{}

func main() {
	var err error
	switch os.Args[1] {
	case "server":
		err = serve(os.Args[2], os.Args[3], os.Args[4:])
	case "client":
		err = ask(os.Args[2:])
	}
	if err != nil {
		fmt.Println(err)
	}
}

func serve(certificate, key string, nodes []string) error {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return err
	}
	ended := make(chan error)
	for _, node := range nodes {
		manner, address, _ := strings.Cut(node, "@")
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		server := &http.Server{
			Handler: http.HandlerFunc(handler(manner)),
			ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
				return context.WithValue(ctx, requests{}, new(int32))
			},
		}
		if strings.HasPrefix(manner, "proxy") {
			go func() { ended <- server.Serve(listener) }()
			continue
		}
		server.TLSConfig = &tls.Config{
			Certificates: []tls.Certificate{pair},
			// What asks elsewhere which certificate to send stands here between ClientHello and ServerHello.
			GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
				if manner == "stall_before_server_hello" {
					time.Sleep(forEver)
				}
				return nil, nil
			},
		}
		go func() { ended <- server.ServeTLS(listener, "", "") }()
	}
	fmt.Println("up")
	return <-ended
}

func handler(manner string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		switch manner {
		case "slow_handler":
			time.Sleep(late)
		case "reads_body_late":
			// The library asks for the body when the handler first reads it.
			time.Sleep(late)
			io.Copy(io.Discard, r.Body)
		case "drops_used":
			if atomic.AddInt32(r.Context().Value(requests{}).(*int32), 1) > 1 {
				panic(http.ErrAbortHandler)
			}
		case "proxy_silent":
			time.Sleep(forEver)
		case "proxy_refuses":
			w.WriteHeader(http.StatusForbidden)
		}
		fmt.Fprintln(w, "served")
	}
}

func ask(arguments []string) error {
	authority, url, address, limits := arguments[0], arguments[1], arguments[2], arguments[4]
	limit, err := time.ParseDuration(arguments[3] + "s")
	if err != nil {
		return err
	}
	trusted, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusted)
	dialer := &net.Dialer{}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}
	client := &http.Client{Transport: transport}
	if limits == "whole" {
		client.Timeout = limit
	} else {
		dialer.Timeout = limit
		transport.TLSHandshakeTimeout = limit
		transport.ResponseHeaderTimeout = limit
	}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
