package guest

import (
	"net"
	"os"
	"path/filepath"
	"strings"
)

// ResolverFile is where programs look for their name servers.
const ResolverFile = "/etc/resolv.conf"

// WriteResolver replaces a resolver file. One that the image brought may be a link to nowhere.
func WriteResolver(file string, servers []net.IP) error {
	var text strings.Builder
	for _, server := range servers {
		text.WriteString("nameserver " + server.String() + "\n")
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(file, []byte(text.String()), 0o644)
}
