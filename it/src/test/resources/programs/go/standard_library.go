package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"
)

func main() {
	var n []int
	if err := json.Unmarshal([]byte("[3,1,2]"), &n); err != nil {
		panic(err)
	}
	sort.Ints(n)
	day := time.Date(2024, 2, 28, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 2).Format("2006-01-02")
	if fmt.Sprint(n) == "[1 2 3]" && day == "2024-03-01" && strings.Title("ok") == "Ok" {
		fmt.Println("OK")
	} else {
		fmt.Println(n, day)
	}
}
