package journal

import (
	"bytes"
	"math/rand"
	"sync"
	"testing"

	"dev.cloude/agent/internal/frame"
)

func follow(j *Journal) []frame.Frame {
	var frames []frame.Frame
	for reader := j.Reader(); ; {
		next, changed, ok := reader.Next()
		if !ok {
			<-changed
			continue
		}
		frames = append(frames, next)
		if next.Kind == frame.Ended {
			return frames
		}
	}
}

// joined is what a reader may rely on: the order of kinds, and the bytes of each stretch.
func joined(frames []frame.Frame) []frame.Frame {
	var result []frame.Frame
	for _, f := range frames {
		last := len(result) - 1
		if last >= 0 && f.Kind.IsOutput() && result[last].Kind == f.Kind {
			result[last].Payload = append(result[last].Payload, f.Payload...)
		} else {
			result = append(result, frame.Frame{Kind: f.Kind, Payload: append([]byte{}, f.Payload...)})
		}
	}
	return result
}

func TestEveryReaderSeesEverythingInOrder(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	j := New()
	var written []frame.Frame
	var readers sync.WaitGroup
	results := make([][]frame.Frame, 8)
	read := func(i int) {
		readers.Add(1)
		go func() {
			defer readers.Done()
			results[i] = follow(j)
		}()
	}
	for i := 0; i < 4; i++ {
		read(i)
	}
	kinds := []frame.Kind{frame.Stdout, frame.Stderr, frame.Stdout, frame.Phase}
	for i := 0; i < 2000; i++ {
		payload := make([]byte, 1+random.Intn(300))
		random.Read(payload)
		f := frame.Frame{Kind: kinds[random.Intn(len(kinds))], Payload: payload}
		written = append(written, f)
		j.Append(f.Kind, f.Payload)
		if i == 1000 {
			for late := 4; late < 8; late++ {
				read(late)
			}
		}
	}
	j.End([]byte("end"))
	<-j.Ended()
	readers.Wait()
	want := joined(append(written, frame.Frame{Kind: frame.Ended, Payload: []byte("end")}))
	for i, frames := range results {
		got := joined(frames)
		if len(got) != len(want) {
			t.Fatalf("reader %d saw %d stretches of %d", i, len(got), len(want))
		}
		for k := range want {
			if got[k].Kind != want[k].Kind || !bytes.Equal(got[k].Payload, want[k].Payload) {
				t.Fatalf("reader %d: stretch %d differs", i, k)
			}
		}
	}
}

func TestLongOutputIsCutIntoFrames(t *testing.T) {
	j := New()
	j.Append(frame.Stdout, make([]byte, 2*frame.MaxPayload+1))
	j.End([]byte("{}"))
	var lengths []int
	for _, f := range follow(j) {
		lengths = append(lengths, len(f.Payload))
	}
	if len(lengths) != 4 || lengths[0] != frame.MaxPayload || lengths[1] != frame.MaxPayload || lengths[2] != 1 {
		t.Errorf("frames of %v", lengths)
	}
}

func TestSmallWritesAreJoined(t *testing.T) {
	j := New()
	for i := 0; i < 100000; i++ {
		j.Append(frame.Stdout, []byte{'x'})
	}
	if len(j.runs) != 1 || j.Size() != 100000 {
		t.Errorf("%d runs, %d bytes", len(j.runs), j.Size())
	}
}

func TestEmptyJournalHasNothingYet(t *testing.T) {
	j := New()
	if _, changed, ok := j.Reader().Next(); ok || changed == nil {
		t.Error("an empty journal has a frame")
	}
	j.Append(frame.Stdout, nil)
	if j.Size() != 0 || len(j.runs) != 0 {
		t.Error("an empty payload was kept")
	}
}
