// Command net-probe is the guest's side of the benchmark of the network device, as the first process of
// an image of its own: it takes bytes, gives bytes, and sends datagrams back.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"

	"dev.cloude/agent/internal/guest"
)

// Ports: one takes all that comes and answers how many bytes that was; one is told a number and gives so
// many bytes; one sends datagrams back. Numbers are 64 bits, big-endian.
const (
	sinkPort   = 7001
	sourcePort = 7002
	echoPort   = 7003
)

const (
	bufferBytes   = 256 << 10
	mostBytes     = 1 << 40
	datagramBytes = 2048
)

func main() {
	err := run()
	fmt.Printf("net-probe: %v\n", err)
	guest.PowerOff()
}

func run() error {
	if err := guest.MountKernel(log); err != nil {
		return err
	}
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return err
	}
	parameters, err := guest.ParseCommandLine(string(line))
	if err != nil {
		return err
	}
	if parameters.Address == nil {
		return fmt.Errorf("the command line has no cloude.ip")
	}
	if err := guest.LoadModules(guest.ModuleDir, parameters, log); err != nil {
		return err
	}
	echo, err := net.ListenUDP("udp4", &net.UDPAddr{Port: echoPort})
	if err != nil {
		return err
	}
	ended := make(chan error)
	for port, serve := range map[int]func(net.Conn) error{sinkPort: take, sourcePort: give} {
		listener, err := net.Listen("tcp4", fmt.Sprintf(":%d", port))
		if err != nil {
			return err
		}
		go func(serve func(net.Conn) error) { ended <- accept(listener, serve) }(serve)
	}
	go func() { ended <- sendBack(echo) }()
	// Last: who hears from this guest is served.
	if err := guest.ConfigureEthernet(parameters.Address, parameters.Gateway); err != nil {
		return err
	}
	return <-ended
}

func log(format string, arguments ...interface{}) {
	fmt.Printf("net-probe: "+format+"\n", arguments...)
}

// accept serves one connection after another; a connection that breaks is its client's affair.
func accept(listener net.Listener, serve func(net.Conn) error) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		if err := serve(conn); err != nil {
			log("%v", err)
		}
		conn.Close()
	}
}

func take(conn net.Conn) error {
	buffer := make([]byte, bufferBytes)
	var taken uint64
	for {
		n, err := conn.Read(buffer)
		taken += uint64(n)
		if err == io.EOF {
			return binary.Write(conn, binary.BigEndian, taken)
		}
		if err != nil {
			return err
		}
	}
}

func give(conn net.Conn) error {
	var left uint64
	if err := binary.Read(conn, binary.BigEndian, &left); err != nil {
		return err
	}
	if left > mostBytes {
		return fmt.Errorf("%d bytes are asked for, more than %d", left, uint64(mostBytes))
	}
	buffer := make([]byte, bufferBytes)
	for left > 0 {
		part := buffer
		if left < uint64(len(part)) {
			part = part[:left]
		}
		n, err := conn.Write(part)
		if err != nil {
			return err
		}
		left -= uint64(n)
	}
	return nil
}

func sendBack(echo *net.UDPConn) error {
	buffer := make([]byte, datagramBytes)
	for {
		n, from, err := echo.ReadFromUDP(buffer)
		if err != nil {
			return err
		}
		// Before the link is complete there is no way back yet; who asked asks again.
		if _, err := echo.WriteToUDP(buffer[:n], from); err != nil {
			log("%v", err)
		}
	}
}
