package execution

import (
	"os"
	"syscall"

	"dev.cloude/agent/internal/frame"
	"dev.cloude/agent/internal/journal"
)

const readSize = 65536

// stream copies one of the program's output pipes into the journal, up to a limit.
type stream struct {
	kind  frame.Kind
	limit int
	// reader is the agent's end, writer the program's.
	reader, writer *os.File
	// over gets a value when the program wrote more than the limit.
	over chan<- struct{}
	// done is closed when the pipe is at its end, cut, or past its deadline. The rest is valid then.
	done chan struct{}
	streamResult
}

// streamResult is what became of a stream: whether it was cut, and the bytes read of it, kept or not.
type streamResult struct {
	truncated bool
	total     int64
}

func newStream(kind frame.Kind, limit, uid int, over chan<- struct{}) (*stream, error) {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	// Only the agent's end is non-blocking: a program expects a pipe that blocks.
	err := syscall.SetNonblock(ends[0], true)
	if err == nil {
		// A program may open its output again as /dev/stdout.
		err = syscall.Fchown(ends[1], uid, uid)
	}
	s := &stream{
		kind:   kind,
		limit:  limit,
		reader: os.NewFile(uintptr(ends[0]), "output"),
		writer: os.NewFile(uintptr(ends[1]), "output of program"),
		over:   over,
		done:   make(chan struct{}),
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stream) close() {
	_ = s.reader.Close()
	_ = s.writer.Close()
}

// copy runs until the pipe ends. What comes after the limit is not read: the program is about to be
// killed.
func (s *stream) copy(into *journal.Journal) {
	defer close(s.done)
	buffer := make([]byte, readSize)
	for kept := 0; ; {
		n, err := s.reader.Read(buffer)
		s.total += int64(n)
		if room := s.limit - kept; n > room {
			n = room
			s.truncated = true
		}
		into.Append(s.kind, buffer[:n])
		kept += n
		if s.truncated {
			s.over <- struct{}{}
			return
		}
		if err != nil {
			return
		}
	}
}
