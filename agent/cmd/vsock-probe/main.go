// Command vsock-probe is the guest's side of the tests of the socket device: it says what it sees as
// lines name=value.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"dev.cloude/agent/internal/vsock"
)

// The host's ports: that where it hears that the guest is ready, and one where nobody listens. The
// guest's own: one that sends back all when it has all, and one that sends it back as it comes.
const (
	readyPort  = 1000
	nobodyPort = 1999
	storePort  = 2000
	echoPort   = 2001
)

func main() {
	if err := run(); err != nil {
		fmt.Printf("failed=%v\n", err)
		os.Exit(1)
	}
	fmt.Println("probe=done")
}

func run() error {
	store, err := vsock.Listen(storePort)
	if err != nil {
		return err
	}
	echo, err := vsock.Listen(echoPort)
	if err != nil {
		return err
	}
	_, err = vsock.Dial(nobodyPort)
	fmt.Printf("refused=%t\n", errors.Is(err, syscall.ECONNRESET))
	ready, err := vsock.Dial(readyPort)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(ready, "ready\n"); err != nil {
		return err
	}
	if err := serve(store, sendStored); err != nil {
		return err
	}
	if err := serve(echo, sendAtOnce); err != nil {
		return err
	}
	// The host lets go of it when it has seen enough.
	_, err = io.Copy(io.Discard, ready)
	fmt.Printf("end=%v\n", err)
	return ready.Close()
}

// serve serves one connection.
func serve(listener *vsock.Listener, answer func(*vsock.Conn) error) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	return answer(conn.(*vsock.Conn))
}

// sendStored shows that one half goes on when the other has ended.
func sendStored(conn *vsock.Conn) error {
	all, err := io.ReadAll(conn)
	if err != nil {
		return err
	}
	fmt.Printf("stored=%d\n", len(all))
	_, err = conn.Write(all)
	return err
}

func sendAtOnce(conn *vsock.Conn) error {
	sent, err := io.Copy(conn, conn)
	fmt.Printf("echoed=%d\n", sent)
	if err != nil {
		return err
	}
	return conn.CloseWrite()
}
