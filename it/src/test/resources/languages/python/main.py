import sys

from greeting import greet

größe = len(sys.argv) - 1
print(greet("世界"))
print("arguments:", größe)
for argument in sys.argv[1:]:
    print("argument:", argument)
for line in sys.stdin:
    print("input:", line, end="")
