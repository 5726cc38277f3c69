// Package server is the agent's HTTP interface; docs/agent-protocol.md is its description.
package server

import (
	"net"
	"time"
)

// writeDeadline is how long one write may take. A reader that stopped reading is dropped; the execution
// goes on and may be attached to again.
const writeDeadline = 20 * time.Second

// gatewayListener serves one peer address only: the program in the same guest must not reach the agent.
type gatewayListener struct {
	net.Listener
	// gateway is nil when everybody is served.
	gateway net.IP
}

// OnlyFrom limits a listener to peers with the gateway's address; nil serves everybody.
func OnlyFrom(gateway net.IP, listener net.Listener) net.Listener {
	return gatewayListener{listener, gateway}
}

func (l gatewayListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.admits(conn.RemoteAddr()) {
			return deadlineConn{conn}, nil
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // a reset, and no socket left waiting
		}
		_ = conn.Close()
	}
}

func (l gatewayListener) admits(peer net.Addr) bool {
	if l.gateway == nil {
		return true
	}
	tcp, ok := peer.(*net.TCPAddr)
	return ok && tcp.IP.Equal(l.gateway)
}

type deadlineConn struct {
	net.Conn
}

func (c deadlineConn) Write(b []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(writeDeadline)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
