package server

import (
	"errors"
	"net"
	"testing"
	"time"

	"dev.cloude/agent/internal/vsock"
)

// peers is a listener to which these connect, one after another.
type peers []*peer

type peer struct {
	net.Conn
	addr   net.Addr
	closed bool
}

func (p *peer) RemoteAddr() net.Addr { return p.addr }

func (p *peer) Close() error {
	p.closed = true
	return nil
}

var errNobody = errors.New("nobody else")

func (p *peers) Accept() (net.Conn, error) {
	if len(*p) == 0 {
		return nil, errNobody
	}
	first := (*p)[0]
	*p = (*p)[1:]
	return first, nil
}

func (p *peers) Close() error   { return nil }
func (p *peers) Addr() net.Addr { return vsock.Addr{CID: 3, Port: 300} }

func TestWhoIsServed(t *testing.T) {
	host, guest, hypervisor := vsock.Addr{CID: vsock.Host, Port: 5}, vsock.Addr{CID: 3, Port: 5}, vsock.Addr{CID: 0, Port: 5}
	gateway, other := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 5}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 5}
	everybody := []net.Addr{host, guest, hypervisor, gateway, other}
	for name, listener := range map[string]struct {
		limit  func(net.Listener) net.Listener
		served []net.Addr
	}{
		"the host":    {OnlyHost, []net.Addr{host}},
		"the gateway": {func(l net.Listener) net.Listener { return OnlyFrom(gateway.IP, l) }, []net.Addr{gateway}},
		"everybody":   {func(l net.Listener) net.Listener { return OnlyFrom(nil, l) }, everybody},
	} {
		var come peers
		for _, addr := range everybody {
			come = append(come, &peer{addr: addr})
		}
		all := append(peers{}, come...)
		limited := listener.limit(&come)
		for _, want := range listener.served {
			conn, err := limited.Accept()
			if err != nil || conn.RemoteAddr() != want {
				t.Fatalf("%s: %v %v instead of %v", name, conn, err, want)
			}
		}
		if _, err := limited.Accept(); err != errNobody {
			t.Errorf("%s: %v", name, err)
		}
		served := 0
		for _, one := range all {
			if !one.closed {
				served++
			}
		}
		if served != len(listener.served) {
			t.Errorf("%s: %d were served", name, served)
		}
	}
}

func TestWritesHaveADeadline(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	conn := deadlineConn{&stalled{Conn: near}}
	if _, err := conn.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if at := conn.Conn.(*stalled).deadline; time.Until(at) > writeDeadline || time.Until(at) < writeDeadline/2 {
		t.Errorf("the deadline is %v", at)
	}
}

type stalled struct {
	net.Conn
	deadline time.Time
}

func (s *stalled) SetWriteDeadline(at time.Time) error {
	s.deadline = at
	return nil
}

func (s *stalled) Write(b []byte) (int, error) { return len(b), nil }
