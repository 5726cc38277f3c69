package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	größe := len(os.Args) - 1
	fmt.Println(greet("世界"))
	fmt.Println("arguments:", größe)
	for _, argument := range os.Args[1:] {
		fmt.Println("argument:", argument)
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println("input:", lines.Text())
	}
}
