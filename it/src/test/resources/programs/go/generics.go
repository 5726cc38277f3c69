package main

import "fmt"

func fold[T, R any](items []T, start R, step func(R, T) R) R {
	for _, item := range items {
		start = step(start, item)
	}
	return start
}

func main() {
	length := fold([]string{"ab", "c"}, 0, func(sum int, s string) int { return sum + len(s) })
	func() {
		defer func() {
			if recover() != nil && length == 3 {
				fmt.Println("OK")
			}
		}()
		panic("expected")
	}()
}
