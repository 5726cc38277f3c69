local greeting = require("greeting")

print(greeting.greet("世界"))
print("arguments: " .. #arg)
for _, argument in ipairs(arg) do
  print("argument: " .. argument)
end
for line in io.lines() do
  print("input: " .. line)
end
