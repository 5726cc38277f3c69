// Package guest turns a kernel that has just started into a guest that can run programs: file systems,
// modules, network. It is the part of an init system that Cloude needs, and no more.
package guest

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"

	"dev.cloude/agent/internal/vsock"
)

const (
	// mostNameServers is MAXNS of resolv.h: a C library reads no more.
	mostNameServers = 3
	pageSize        = 4096
)

// Parameters is what the host says on the kernel's command line.
type Parameters struct {
	// Address with its prefix is the guest's own; nil when the host gave none.
	Address *net.IPNet
	// Gateway is the host's side of the link; nil when the host gave none.
	Gateway net.IP
	// Port is where the agent listens; 0 when the host gave none.
	Port int
	// NameServers is whom programs ask for names; nil when the host says nothing about it.
	NameServers []net.IP
	// BootTimer is the physical address that takes word of the agent's start; 0 when there is none.
	BootTimer int64
	// Console asks for the agent's log on the console.
	Console bool
	// Sockets is how host and agent reach each other by the guest's socket device; nil when the host does not
	// want that.
	Sockets *Sockets
	// Root is the block device with the image's root file system, such as /dev/vda; empty when the image is
	// what the kernel unpacked.
	Root string
}

// OfGuest tells whether the host speaks to this system as to a guest of its own.
func (p Parameters) OfGuest() bool {
	return p.Address != nil || p.Sockets != nil
}

// Sockets are two ports of the family vsock.
type Sockets struct {
	// Port is the guest's, where the agent listens: one that no program may take that is not privileged.
	Port uint32
	// HostPort is where the host waits for word that the agent is ready.
	HostPort uint32
}

// maxHostPort is the last one that the host's monitor lets a guest connect to.
const maxHostPort = 1<<30 - 1

// diskName is what the kernel calls the first 26 virtio disks.
var diskName = regexp.MustCompile("^/dev/vd[a-z]$")

// ParseCommandLine reads the parameters that begin with "cloude." and leaves the others to the kernel.
// As in the kernel, the last one of a name counts.
func ParseCommandLine(line string) (Parameters, error) {
	var p Parameters
	for _, word := range strings.Fields(line) {
		name, value, _ := strings.Cut(word, "=")
		var err error
		switch name {
		case "cloude.ip":
			p.Address, err = parseAddress(value)
		case "cloude.gw":
			if p.Gateway = net.ParseIP(value).To4(); p.Gateway == nil {
				err = fmt.Errorf("it must be an IPv4 address")
			}
		case "cloude.port":
			p.Port, err = strconv.Atoi(value)
			if err != nil || p.Port < 1 || p.Port > 65535 {
				err = fmt.Errorf("it must be between 1 and 65535")
			}
		case "cloude.dns":
			p.NameServers, err = parseNameServers(value)
		case "cloude.boot_timer":
			p.BootTimer, err = strconv.ParseInt(value, 0, 64)
			if err != nil || p.BootTimer <= 0 || p.BootTimer%pageSize != 0 {
				err = fmt.Errorf("it must be the address of a page, such as 0xc0000000")
			}
		case "cloude.console":
			p.Console = value == "1"
		case "cloude.vsock":
			p.Sockets, err = parseSockets(value)
		case "cloude.root":
			p.Root = value
			if !diskName.MatchString(value) {
				err = fmt.Errorf("it must be a virtio disk, such as /dev/vda")
			}
		}
		if err != nil {
			return Parameters{}, fmt.Errorf("the kernel command line has %s: %v", word, err)
		}
	}
	return p, nil
}

func parseAddress(value string) (*net.IPNet, error) {
	ip, network, err := net.ParseCIDR(value)
	if err != nil || ip.To4() == nil {
		return nil, fmt.Errorf("it must be an IPv4 address with a prefix, such as 10.39.1.2/24")
	}
	return &net.IPNet{IP: ip.To4(), Mask: network.Mask}, nil
}

func parseSockets(value string) (*Sockets, error) {
	port, hostPort, _ := strings.Cut(value, ",")
	own, err := strconv.ParseUint(port, 10, 32)
	host, hostErr := strconv.ParseUint(hostPort, 10, 32)
	if err != nil || hostErr != nil || own < 1 || own > vsock.MaxPrivileged || host < 1 || host > maxHostPort {
		return nil, fmt.Errorf("it must be a port of the guest from 1 to %d and one of the host from 1 to %d, such as 300,3001",
			vsock.MaxPrivileged, maxHostPort)
	}
	return &Sockets{uint32(own), uint32(host)}, nil
}

func parseNameServers(value string) ([]net.IP, error) {
	var servers []net.IP
	for _, text := range strings.Split(value, ",") {
		ip := net.ParseIP(text).To4()
		if ip == nil || len(servers) == mostNameServers {
			return nil, fmt.Errorf("it must be 1 to %d IPv4 addresses with commas between them", mostNameServers)
		}
		servers = append(servers, ip)
	}
	return servers, nil
}
