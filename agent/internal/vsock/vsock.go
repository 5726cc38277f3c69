// Package vsock connects a guest's programs with those of its host by the guest's socket device.
package vsock

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// Host is the address of the host (VMADDR_CID_HOST).
const Host = 2

const (
	family = 40         // AF_VSOCK
	anyCID = 0xffffffff // VMADDR_CID_ANY
)

// struct sockaddr_vm of linux/vm_sockets.h.
type address struct {
	family   uint16
	reserved uint16
	port     uint32
	cid      uint32
	zero     [4]byte
}

// A Conn is a stream. Its end from the other side is io.EOF.
type Conn struct {
	*os.File
}

// Dial connects to a port of the host. Nobody there is syscall.ECONNRESET.
func Dial(port uint32) (*Conn, error) {
	fd, err := open()
	if err != nil {
		return nil, err
	}
	if err := call(syscall.SYS_CONNECT, fd, &address{family: family, port: port, cid: Host}); err != nil {
		syscall.Close(fd)
		return nil, fmt.Errorf("connect to port %d of the host: %w", port, err)
	}
	return conn(fd), nil
}

// CloseWrite ends what is sent; the other half goes on.
func (c *Conn) CloseWrite() error {
	return syscall.Shutdown(int(c.Fd()), syscall.SHUT_WR)
}

// A Listener accepts what the host opens.
type Listener struct {
	fd int
}

// Listen opens a port of the guest.
func Listen(port uint32) (*Listener, error) {
	fd, err := open()
	if err != nil {
		return nil, err
	}
	err = call(syscall.SYS_BIND, fd, &address{family: family, port: port, cid: anyCID})
	if err == nil {
		err = syscall.Listen(fd, 16)
	}
	if err != nil {
		syscall.Close(fd)
		return nil, fmt.Errorf("listen on port %d: %w", port, err)
	}
	return &Listener{fd}, nil
}

// Accept waits for the next connection.
func (l *Listener) Accept() (*Conn, error) {
	for {
		// The standard library's own accept knows no addresses of this family.
		fd, _, errno := syscall.Syscall6(syscall.SYS_ACCEPT4, uintptr(l.fd), 0, 0, syscall.SOCK_CLOEXEC, 0, 0)
		if errno == 0 {
			return conn(int(fd)), nil
		}
		if errno != syscall.EINTR {
			return nil, fmt.Errorf("accept: %w", errno)
		}
	}
}

// Close stops listening.
func (l *Listener) Close() error {
	return syscall.Close(l.fd)
}

func open() (int, error) {
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("there are no sockets of the family vsock; are its modules loaded? %w", err)
	}
	return fd, nil
}

func conn(fd int) *Conn {
	return &Conn{os.NewFile(uintptr(fd), "vsock")}
}

func call(number uintptr, fd int, to *address) error {
	for {
		_, _, errno := syscall.Syscall(number, uintptr(fd), uintptr(unsafe.Pointer(to)), unsafe.Sizeof(*to))
		if errno == 0 {
			return nil
		}
		if errno != syscall.EINTR {
			return errno
		}
	}
}
