package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// abuser is the name under which the test binary is a program that asks for too much of something, where a
// shell cannot.
const abuser = "abuser"

// exitCoped is the exit code of an abuser that was refused something and went on.
const exitCoped = 3

// What an abuser takes when nothing stops it: processes or descriptors, and MiB.
const (
	most       = 1024
	mostMemory = 192
)

var abuses = map[string]func(){
	"touch memory": func() {
		for i := 0; i < mostMemory; i++ {
			touch(syscall.MAP_PRIVATE, mebibyte)
		}
	},
	"touch shared memory": func() {
		for i := 0; i < mostMemory; i++ {
			touch(syscall.MAP_SHARED, mebibyte)
		}
	},
	// More than there is address space for: refused by no cgroup.
	"ask for memory": func() {
		if _, err := syscall.Mmap(-1, 0, 1<<46, syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON); err != nil {
			os.Exit(exitCoped)
		}
	},
	"start threads": func() {
		for i := 0; i < most; i++ {
			go func() {
				runtime.LockOSThread()
				time.Sleep(time.Hour)
			}()
		}
		time.Sleep(time.Hour)
	},
	// For ever, whatever is refused.
	"start processes": func() {
		for {
			_ = exec.Command("/bin/sleep", "1000.8").Start()
			time.Sleep(time.Millisecond)
		}
	},
	"start a process too many": func() {
		for i := 0; i < most; i++ {
			if exec.Command("/bin/sleep", "1000.8").Start() != nil {
				os.Exit(0)
			}
		}
		os.Exit(exitCoped)
	},
	"open files": func() {
		for i := 0; i < most; i++ {
			if _, err := syscall.Open("/dev/null", syscall.O_RDONLY, 0); err != nil {
				fmt.Println(i, err)
				return
			}
		}
	},
	"burn all processors, deaf": func() {
		signal.Ignore(syscall.SIGXCPU, syscall.SIGTERM)
		for i := 0; i < runtime.NumCPU(); i++ {
			go spin()
		}
		spin()
	},
}

func abuse(args []string) {
	act, known := abuses[args[0]]
	if !known {
		fmt.Fprintf(os.Stderr, "no such abuse: %q\n", args)
		os.Exit(2)
	}
	act()
}

func touch(flags, size int) {
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, flags|syscall.MAP_ANON)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitCoped)
	}
	for i := 0; i < size; i += os.Getpagesize() {
		memory[i] = 1
	}
}

func spin() {
	for {
	}
}
