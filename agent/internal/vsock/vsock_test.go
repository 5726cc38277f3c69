package vsock

import (
	"testing"
	"unsafe"
)

func TestAddressHasTheKernelsSize(t *testing.T) {
	var name sockaddr
	if size := unsafe.Sizeof(name); size != 16 {
		t.Errorf("struct sockaddr_vm has %d bytes", size)
	}
	if port, cid := unsafe.Offsetof(name.port), unsafe.Offsetof(name.cid); port != 4 || cid != 8 {
		t.Errorf("svm_port is at %d, svm_cid at %d", port, cid)
	}
}

func TestClosingEndsAWaitingAccept(t *testing.T) {
	listener, err := Listen(1 << 20)
	if err != nil {
		t.Skipf("this kernel has no such sockets: %v", err)
	}
	failed := make(chan error)
	go func() {
		_, err := listener.Accept()
		failed <- err
	}()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil {
		t.Error("nobody has connected")
	}
}
