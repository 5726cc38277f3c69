// Package server is the agent's HTTP interface; docs/agent-protocol.md is its description.
package server

import (
	"net"
	"time"

	"dev.cloude/agent/internal/vsock"
)

// writeDeadline is how long one write may take. A reader that stopped reading is dropped; the execution
// goes on and may be attached to again.
const writeDeadline = 20 * time.Second

// peerListener serves some peers only: the program in the same guest must not reach the agent.
type peerListener struct {
	net.Listener
	admits func(peer net.Addr) bool
}

// OnlyFrom limits a listener to peers with the gateway's address; nil serves everybody.
func OnlyFrom(gateway net.IP, listener net.Listener) net.Listener {
	return peerListener{listener, func(peer net.Addr) bool {
		if gateway == nil {
			return true
		}
		tcp, ok := peer.(*net.TCPAddr)
		return ok && tcp.IP.Equal(gateway)
	}}
}

// OnlyHost limits a listener to the host behind the guest's socket device.
func OnlyHost(listener net.Listener) net.Listener {
	return peerListener{listener, func(peer net.Addr) bool {
		addr, ok := peer.(vsock.Addr)
		return ok && addr.CID == vsock.Host
	}}
}

func (l peerListener) Accept() (net.Conn, error) {
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

type deadlineConn struct {
	net.Conn
}

func (c deadlineConn) Write(b []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(writeDeadline)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
