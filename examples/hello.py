import platform

print(f"Hello, 世界, from Python {platform.python_version()}")
