import os
import pathlib
import subprocess
import sys

pathlib.Path("data").mkdir()
pathlib.Path("data/n").write_text("42")
child = subprocess.run([sys.executable, "-c", "print(open('data/n').read())"], capture_output=True, text=True)
print("OK" if child.stdout == "42\n" and os.listdir("data") == ["n"] else child)
