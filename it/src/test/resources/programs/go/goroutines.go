package main

import (
	"fmt"
	"sync"
)

func main() {
	results := make(chan int)
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func(n int) {
			defer all.Done()
			results <- n * 7
		}(i)
	}
	go func() {
		all.Wait()
		close(results)
	}()
	sum := 0
	for n := range results {
		sum += n
	}
	if sum == 42 {
		fmt.Println("OK")
	}
}
