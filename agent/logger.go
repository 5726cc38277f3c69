package main

import (
	"fmt"
	"io"
	"sync"
)

// logger keeps its lines until it is known whether anybody wants them: a guest's console is silent
// unless the host asks, and that is only known once /proc is mounted.
type logger struct {
	mu      sync.Mutex
	out     io.Writer
	decided bool
	early   []string
}

func (l *logger) printf(format string, args ...interface{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := fmt.Sprintf("cloude-agentd: "+format+"\n", args...)
	if !l.decided {
		l.early = append(l.early, line)
	} else if l.out != nil {
		_, _ = io.WriteString(l.out, line)
	}
}

// decide is called once; without a wish to be heard everything is dropped.
func (l *logger) decide(heard bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.decided = true
	if !heard {
		l.out = nil
	} else {
		for _, line := range l.early {
			_, _ = io.WriteString(l.out, line)
		}
	}
	l.early = nil
}
