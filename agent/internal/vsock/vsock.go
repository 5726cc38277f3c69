// Package vsock connects a guest's programs with those of its host by the guest's socket device. Its
// connections and listeners are those of package net, whose own sockets know no addresses of this family.
package vsock

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// Host is the address of the host (VMADDR_CID_HOST).
const Host = 2

// MaxPrivileged is the last port that only a program with CAP_NET_BIND_SERVICE may listen on
// (LAST_RESERVED_PORT of the kernel's net/vmw_vsock/af_vsock.c).
const MaxPrivileged = 1023

const (
	family         = 40         // AF_VSOCK
	anyCID         = 0xffffffff // VMADDR_CID_ANY
	connectTimeout = 6          // SO_VM_SOCKETS_CONNECT_TIMEOUT of linux/vm_sockets.h
	network        = "vsock"
	backlog        = 16

	// connectPatience is for a host that is busy; the kernel's own limit is two seconds.
	connectPatience = 30 * time.Second
)

// Addr is one end of a connection.
type Addr struct {
	CID, Port uint32
}

// Network is "vsock".
func (a Addr) Network() string { return network }

func (a Addr) String() string { return fmt.Sprintf("%d:%d", a.CID, a.Port) }

// sockaddr is struct sockaddr_vm of linux/vm_sockets.h: 16 bytes.
type sockaddr struct {
	family   uint16
	reserved uint16
	port     uint32
	cid      uint32
	zero     [4]byte
}

// A Conn is a stream. Its end from the other side is io.EOF.
type Conn struct {
	file          *os.File
	local, remote Addr
}

// Dial connects to a port of the host. Nobody there is syscall.ECONNRESET.
func Dial(port uint32) (*Conn, error) {
	fd, err := open()
	if err != nil {
		return nil, err
	}
	host := Addr{Host, port}
	limit := syscall.NsecToTimeval(int64(connectPatience))
	if err = setConnectTimeout(fd, &limit); err == nil {
		err = withAddress(syscall.SYS_CONNECT, fd, host)
	}
	if err != nil {
		syscall.Close(fd)
		return nil, fmt.Errorf("connect to port %d of the host: %w", port, err)
	}
	return newConn(fd, Addr{}, host)
}

// newConn hands the descriptor to the runtime's poller, so that waits have deadlines and hold no thread.
func newConn(fd int, local, remote Addr) (*Conn, error) {
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	return &Conn{os.NewFile(uintptr(fd), network), local, remote}, nil
}

func (c *Conn) Read(b []byte) (int, error)  { return c.file.Read(b) }
func (c *Conn) Write(b []byte) (int, error) { return c.file.Write(b) }

// Close ends both halves; what was written is still sent.
func (c *Conn) Close() error { return c.file.Close() }

// LocalAddr has the port that is listened on; it is empty for a connection that was opened here.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the peer's, as its kernel or the monitor says it.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

func (c *Conn) SetDeadline(t time.Time) error      { return c.file.SetDeadline(t) }
func (c *Conn) SetReadDeadline(t time.Time) error  { return c.file.SetReadDeadline(t) }
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.file.SetWriteDeadline(t) }

// CloseWrite ends what is sent; the other half goes on.
func (c *Conn) CloseWrite() error {
	raw, err := c.file.SyscallConn()
	if err != nil {
		return err
	}
	var shut error
	if err := raw.Control(func(fd uintptr) { shut = syscall.Shutdown(int(fd), syscall.SHUT_WR) }); err != nil {
		return err
	}
	return os.NewSyscallError("shutdown", shut)
}

// A Listener accepts what is opened to a port of the guest.
type Listener struct {
	file *os.File
	addr Addr
}

// Listen opens a port of the guest to its host, and to whoever else may reach it: RemoteAddr says who did.
func Listen(port uint32) (*Listener, error) {
	fd, err := open()
	if err != nil {
		return nil, err
	}
	addr := Addr{anyCID, port}
	err = withAddress(syscall.SYS_BIND, fd, addr)
	if err == nil {
		err = syscall.Listen(fd, backlog)
	}
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err != nil {
		syscall.Close(fd)
		return nil, fmt.Errorf("listen on port %d: %w", port, err)
	}
	return &Listener{os.NewFile(uintptr(fd), network), addr}, nil
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	raw, err := l.file.SyscallConn()
	if err != nil {
		return nil, l.failed(err)
	}
	var fd uintptr
	var peer sockaddr
	var errno syscall.Errno
	err = raw.Read(func(listener uintptr) bool {
		for {
			size := uint32(unsafe.Sizeof(peer))
			// SAFETY: the kernel writes at most size bytes to peer, and their number to size.
			fd, _, errno = syscall.Syscall6(syscall.SYS_ACCEPT4, listener, uintptr(unsafe.Pointer(&peer)),
				uintptr(unsafe.Pointer(&size)), syscall.SOCK_CLOEXEC, 0, 0)
			if errno != syscall.EINTR {
				return errno != syscall.EAGAIN
			}
		}
	})
	if err != nil {
		return nil, l.failed(err)
	}
	if errno != 0 {
		// In the form in which package net says whether it is worth another try.
		return nil, l.failed(os.NewSyscallError("accept4", errno))
	}
	conn, err := newConn(int(fd), l.addr, Addr{peer.cid, peer.port})
	if err != nil {
		return nil, l.failed(err)
	}
	return conn, nil
}

func (l *Listener) failed(err error) error {
	return &net.OpError{Op: "accept", Net: network, Addr: l.addr, Err: err}
}

// Close stops listening; an Accept that waits fails.
func (l *Listener) Close() error { return l.file.Close() }

// Addr has the port that is listened on.
func (l *Listener) Addr() net.Addr { return l.addr }

func open() (int, error) {
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("there are no sockets of the family vsock; are its modules loaded? %w", err)
	}
	return fd, nil
}

func withAddress(number uintptr, fd int, addr Addr) error {
	name := sockaddr{family: family, port: addr.Port, cid: addr.CID}
	for {
		// SAFETY: the kernel reads as many bytes as name has.
		_, _, errno := syscall.Syscall(number, uintptr(fd), uintptr(unsafe.Pointer(&name)), unsafe.Sizeof(name))
		if errno == 0 {
			return nil
		}
		if errno != syscall.EINTR {
			return errno
		}
	}
}

func setConnectTimeout(fd int, limit *syscall.Timeval) error {
	// SAFETY: the kernel reads as many bytes as limit has.
	_, _, errno := syscall.Syscall6(syscall.SYS_SETSOCKOPT, uintptr(fd), family, connectTimeout,
		uintptr(unsafe.Pointer(limit)), unsafe.Sizeof(*limit), 0)
	if errno != 0 {
		return errno
	}
	return nil
}
