package main

func greet(whom string) string { return "Grüße, " + whom }
