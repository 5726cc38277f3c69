package execution

import (
	"os"
	"time"

	"dev.cloude/agent/internal/journal"
	"dev.cloude/agent/internal/launch"
)

// drainTime bounds how long a pipe is read after everything was killed. It is only used up when
// something unkillable still holds the pipe.
const drainTime = 500 * time.Millisecond

// pipes is everything between the agent and one program.
type pipes struct {
	stdin          *os.File
	stdout, stderr *stream
	// over gets a value for each stream that was cut.
	over chan struct{}
	// report is the agent's end of the launch's report; its content arrives in launched.
	report, reportWriter *os.File
	launched             chan launch.Report
}

func openPipes(p phase, stdin *os.File) (*pipes, error) {
	made := &pipes{
		stdin: stdin,
		// Room for both streams: none of them ever waits for somebody to look.
		over:     make(chan struct{}, 2),
		launched: make(chan launch.Report, 1),
	}
	var err error
	if made.stdout, err = newStream(p.stdoutKind, p.outputLimit, p.uid, made.over); err != nil {
		return nil, err
	}
	if made.stderr, err = newStream(p.stderrKind, p.outputLimit, p.uid, made.over); err != nil {
		made.stdout.close()
		return nil, err
	}
	if made.report, made.reportWriter, err = os.Pipe(); err != nil {
		made.stdout.close()
		made.stderr.close()
		return nil, err
	}
	return made, nil
}

// files are the descriptors of the launch, from 0 on.
func (p *pipes) files() []uintptr {
	return []uintptr{p.stdin.Fd(), p.stdout.writer.Fd(), p.stderr.writer.Fd(), p.reportWriter.Fd()}
}

// follow gives up the program's ends, so that only the program keeps its pipes open, and begins to read.
func (p *pipes) follow(output *journal.Journal) {
	_ = p.stdout.writer.Close()
	_ = p.stderr.writer.Close()
	_ = p.reportWriter.Close()
	go p.stdout.copy(output)
	go p.stderr.copy(output)
	go func() { p.launched <- launch.ReadReport(p.report) }()
}

// drain reads what is left in the pipes once everything was killed.
func (p *pipes) drain() {
	deadline := time.Now().Add(drainTime)
	_ = p.report.SetReadDeadline(deadline)
	for _, s := range []*stream{p.stdout, p.stderr} {
		_ = s.reader.SetReadDeadline(deadline)
		<-s.done
	}
}

func (p *pipes) close() {
	p.stdout.close()
	p.stderr.close()
	_ = p.report.Close()
	_ = p.reportWriter.Close()
}
