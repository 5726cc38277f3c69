package guest

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"
)

const (
	loopback  = "lo"
	ethernet  = "eth0"
	nicWait   = 5 * time.Second
	nameBytes = 16
)

// ifreq is struct ifreq of linux/if.h: 40 bytes on 64-bit.
type ifreq struct {
	name  [nameBytes]byte
	value [24]byte
}

// rtentry is struct rtentry of linux/route.h: 120 bytes on 64-bit.
type rtentry struct {
	_       uint64
	dst     [16]byte
	gateway [16]byte
	genmask [16]byte
	flags   uint16
	_       int16
	_       uint32
	_       uint64
	_       uint8
	_       uint8
	_       [3]uint16
	metric  int16
	_       [3]uint16
	device  uintptr
	_       uint64
	_       uint64
	_       uint16
	_       [3]uint16
}

const (
	routeUp      = 0x1 // RTF_UP, linux/route.h
	routeGateway = 0x2 // RTF_GATEWAY
	routeHost    = 0x4 // RTF_HOST
)

// ethernetName is NUL-terminated. It is a variable of the package because rtentry holds its address as a
// number, which would not follow a value on a stack.
var ethernetName = [nameBytes]byte{'e', 't', 'h', '0'}

// ConfigureLoopback brings lo up; the kernel gives it its address.
func ConfigureLoopback() error {
	return withSocket(func(socket int) error { return up(socket, loopback) })
}

// ConfigureEthernet gives the guest's network interface its address and the default route. The address
// comes before the link: a connection that is already waiting is answered as soon as the link is up.
func ConfigureEthernet(address *net.IPNet, gateway net.IP) error {
	if err := waitForInterface(ethernet); err != nil {
		return err
	}
	// Nothing speaks IPv6 on this link; the kernel would greet routers that are not there.
	_ = os.WriteFile("/proc/sys/net/ipv6/conf/"+ethernet+"/disable_ipv6", []byte("1"), 0)
	return withSocket(func(socket int) error {
		if err := setAddress(socket, syscall.SIOCSIFADDR, address.IP); err != nil {
			return fmt.Errorf("%s could not get the address %s: %v", ethernet, address.IP, err)
		}
		if err := setAddress(socket, syscall.SIOCSIFNETMASK, net.IP(address.Mask)); err != nil {
			return fmt.Errorf("%s could not get the mask of %s: %v", ethernet, address, err)
		}
		if err := up(socket, ethernet); err != nil {
			return err
		}
		if gateway == nil {
			return nil
		}
		if !address.Contains(gateway) {
			if err := addRoute(socket, gateway, nil, routeUp|routeHost); err != nil {
				return fmt.Errorf("no route to the gateway %s: %v", gateway, err)
			}
		}
		if err := addRoute(socket, net.IPv4zero, gateway, routeUp|routeGateway); err != nil {
			return fmt.Errorf("no default route by %s: %v", gateway, err)
		}
		return nil
	})
}

// waitForInterface gives a driver that finds its device late a moment.
func waitForInterface(name string) error {
	for deadline := time.Now().Add(nicWait); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat("/sys/class/net/" + name); err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("there is no network interface %s; are its modules in %s/order?", name, ModuleDir)
		}
	}
}

func withSocket(use func(socket int) error) error {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer syscall.Close(socket)
	return use(socket)
}

func setAddress(socket int, request uintptr, ip net.IP) error {
	var r ifreq
	copy(r.name[:], ethernet)
	copy(r.value[:], sockaddr(ip))
	return ioctl(socket, request, unsafe.Pointer(&r))
}

func up(socket int, name string) error {
	var r ifreq
	copy(r.name[:], name)
	if err := ioctl(socket, syscall.SIOCGIFFLAGS, unsafe.Pointer(&r)); err != nil {
		return fmt.Errorf("%s has no flags: %v", name, err)
	}
	flags := binary.LittleEndian.Uint16(r.value[:])
	binary.LittleEndian.PutUint16(r.value[:], flags|syscall.IFF_UP)
	if err := ioctl(socket, syscall.SIOCSIFFLAGS, unsafe.Pointer(&r)); err != nil {
		return fmt.Errorf("%s could not be brought up: %v", name, err)
	}
	return nil
}

func addRoute(socket int, destination, gateway net.IP, flags uint16) error {
	route := rtentry{flags: flags, device: uintptr(unsafe.Pointer(&ethernetName))}
	copy(route.dst[:], sockaddr(destination))
	copy(route.genmask[:], sockaddr(net.IPv4zero))
	if gateway != nil {
		copy(route.gateway[:], sockaddr(gateway))
	}
	err := ioctl(socket, syscall.SIOCADDRT, unsafe.Pointer(&route))
	if err == syscall.EEXIST {
		return nil
	}
	return err
}

// sockaddr is struct sockaddr_in: family in the host's order, port, address.
func sockaddr(ip net.IP) []byte {
	address := make([]byte, 16)
	binary.LittleEndian.PutUint16(address, syscall.AF_INET)
	copy(address[4:], ip.To4())
	return address
}

// ioctl passes a struct to the kernel. The error is nil or a syscall.Errno.
func ioctl(fd int, request uintptr, argument unsafe.Pointer) error {
	// SAFETY: every caller passes a struct with the size and layout that its request is defined with.
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(argument))
	if errno != 0 {
		return errno
	}
	return nil
}
